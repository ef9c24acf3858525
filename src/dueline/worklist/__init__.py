"""One item for each open claim: whose it is, when it is due, and how urgent."""
