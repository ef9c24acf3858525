"""What is read of patterns and cases."""
