"""Corrected, replacement and void claims: from the claim as sent to the file that corrects it and its answer."""
