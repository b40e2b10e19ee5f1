"""Mending: finding what is damaged in a store, and restoring what can be shown to be what it was."""
