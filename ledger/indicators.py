"""Indicators: definitions, targets and values over time (nyckeltal)."""
