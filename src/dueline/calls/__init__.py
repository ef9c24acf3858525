"""Follow-ups: what was done about a claim, with whom, and what was agreed."""
