"""Claims looked at before they go out: what was warned of, and whether the payer then did it."""
