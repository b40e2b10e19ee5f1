"""Corrections: their read models."""
