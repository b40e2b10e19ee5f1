"""Audit: whether a record is what was signed, and what is shown is what is recorded."""
