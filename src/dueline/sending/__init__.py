"""Files that Dueline has written to be sent to payers and clearinghouses, and what these said of them."""
