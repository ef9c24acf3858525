"""Denials: each refusal followed to its end, the patterns behind them, cases that fix causes, checks before sending."""
