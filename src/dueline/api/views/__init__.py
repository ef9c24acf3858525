"""The routes of the API: each parses, calls one action or query, answers."""
