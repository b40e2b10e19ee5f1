"""Commitments: what a body promised to do, followed until it is delivered or dropped (löften)."""
