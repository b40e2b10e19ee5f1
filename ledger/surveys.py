"""Surveys: plan, questions, sample, answers, card and released results (enkäter)."""
