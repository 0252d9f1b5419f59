"""Errors: which are one fault, how each stands, whom it hits, and what is being done about it."""
