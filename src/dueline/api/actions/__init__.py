"""Writes of the interfaces: tokens, writes done once, endpoints and messages, drafts."""
