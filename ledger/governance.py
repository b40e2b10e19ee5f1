"""Governance: rules of law and of the body as dated data, never as constants."""
