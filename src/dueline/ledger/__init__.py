"""Claims, submissions, remittances and the entries that make their balances."""
