"""Balances given up or moved to the patient: asked for, approved by others, posted to the ledger."""
