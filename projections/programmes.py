"""Programmes: their read models."""
