"""Files received: read, posted, quarantined, and what follows from them."""
