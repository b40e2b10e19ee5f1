"""Participants: their read models."""
