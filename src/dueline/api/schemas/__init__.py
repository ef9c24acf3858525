"""What the API says and takes, field by field. Money is dollars as text with two decimals; days are ISO dates."""
