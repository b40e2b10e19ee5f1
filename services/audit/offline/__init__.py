"""Verification with nothing but the standard library and `cryptography`: what the bundle's own `verify.py` is made of."""
