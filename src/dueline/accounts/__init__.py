"""Practices, the people who work for them, and the audit trail."""
