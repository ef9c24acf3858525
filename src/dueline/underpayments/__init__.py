"""What a contract should have paid, and what came short of it."""
