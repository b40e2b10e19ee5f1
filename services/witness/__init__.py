"""Witnesses: asking others to cosign our checkpoints, and cosigning those of others."""
