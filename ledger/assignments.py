"""Assignments: what a decision asks a unit to do, by when, and what became of it (uppdrag)."""
