"""Figures across claims: aging."""
