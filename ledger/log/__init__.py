"""Prove that the record only grew: hashes, tiles, checkpoints, receipts.

    entry bytes ──leaf_hash──▶ leaves ──Frontier.grow──▶ root ──checkpoint──▶ signed note
                                  │                                             │
                                  └──tiles──▶ inclusion and consistency ──▶ verify, receipt

`errors`, `merkle`, `tiles`, `note`, `checkpoint`, `receipt` and `verify` are pure: they
load the standard library and `cryptography`, nothing of the ledger, and can be lifted out
to check a log on another machine. Every format is C2SP's, unchanged.
"""
