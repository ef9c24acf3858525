"""One module for each page: it reads the request, calls one action or query, and answers."""
