"""Reading tokens, pages of lists, drafts, events and messages."""
