"""X12 005010 health care transaction sets: read into typed values, written from them."""

from dueline.core.x12.reader import FileReader, SetReader, X12Error, read_documents
from dueline.core.x12.writer import write_document, write_interchange

__all__ = [
    "FileReader",
    "SetReader",
    "X12Error",
    "read_documents",
    "write_document",
    "write_interchange",
]
