"""Indicators: their read models."""
