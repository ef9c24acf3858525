"""Mailboxes at clearinghouses: what Dueline writes is put there, and what is put out there is taken in."""
