"""Assignments: their read models."""
