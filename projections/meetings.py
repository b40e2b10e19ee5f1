"""Meetings: their read models."""
