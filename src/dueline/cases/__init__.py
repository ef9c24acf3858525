"""Patterns of denials and the cases that put their causes right."""
