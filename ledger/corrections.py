"""Corrections: what was recorded wrongly, said openly beside what was recorded (rättelser)."""
