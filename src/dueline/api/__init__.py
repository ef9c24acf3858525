"""Interfaces for programs: REST, webhooks, drafts of assistants, over the same actions and queries as pages."""
