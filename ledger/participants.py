"""Participants: consent, access and erasure of those whose words the ledger keeps."""
