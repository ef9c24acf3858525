"""What is asked of contracts and underpayments."""
