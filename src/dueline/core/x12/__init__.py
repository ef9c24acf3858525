"""X12 005010 health care transaction sets: read into typed values, written from them."""
