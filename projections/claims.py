"""Claims: their read models."""
