"""Payers and their dated rules."""
