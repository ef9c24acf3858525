"""Reading denials: their story in the ledger, lists of them, what codes mean, what to do."""
