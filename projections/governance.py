"""Governance: their read models."""
