"""Surveys: their read models."""
