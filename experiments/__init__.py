"""Experiments whose results stand in the docs: what a method finds where the truth is known."""
