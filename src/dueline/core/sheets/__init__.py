"""Spreadsheets of practice-management systems: which row holds the headings, what each column is, what a row says.

Pure: rows of cells in, facts or faults out. Reading files is left to the app `sheets`.
"""
