"""What is read of appeals: their facts, the levels open, lists, and the practice's own letters."""
