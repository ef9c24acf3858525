"""A writer for each kind of transaction set: typed values into segments."""
