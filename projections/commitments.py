"""Commitments: their read models."""
