"""Documents: their read models."""
