"""Denials: each refusal followed to its end, and what to do about it."""
