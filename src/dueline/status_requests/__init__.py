"""Electronic status requests: who is asked about tonight, what is out, and what the answers left to do."""
