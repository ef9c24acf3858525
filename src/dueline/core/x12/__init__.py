"""X12 005010 health care transaction sets: read into typed values, written from them."""

from dueline.core.x12.reader import FileReader, SetReader, X12Error, read_documents

__all__ = ["FileReader", "SetReader", "X12Error", "read_documents"]
