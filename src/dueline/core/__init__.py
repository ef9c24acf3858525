"""The rules of the trade in pure Python: no Django, no I/O, no clock, no settings."""
