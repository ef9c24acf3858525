"""Spreadsheets of practice-management systems: mapped once, taken in, compared with what X12 files say."""
