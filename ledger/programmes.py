"""Programmes: visions, goals and budgets a body governs by (styrande dokument)."""
