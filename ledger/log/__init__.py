"""Prove that the record only grew: hashes, tiles, checkpoints, witnesses, receipts.

    entry bytes ──leaf_hash──▶ leaves ──Frontier.grow──▶ root ──checkpoint──▶ signed note ◀── cosignatures
                                  │                                             │                 of witnesses
                                  └──tiles──▶ inclusion and consistency ──▶ verify, receipt
                                                                                ▲
                                                          policy: whom to trust, how many are enough

Pure, in the order in which they build on each other:

    errors        every way in which a proof can fail
    merkle        trees: hashes, roots, proofs                          RFC 6962
    tiles         where the hashes lie, and the entries                 C2SP tlog-tiles
    keys          what keys of all types have in common, base64         C2SP signed-note
    note          signed notes, Ed25519                                 C2SP signed-note
    checkpoint    origin, size and root                                 C2SP tlog-checkpoint
    cosignature   Ed25519 and ML-DSA-44 with a time                     C2SP tlog-cosignature
    vkeys         a verifier key of any type                            C2SP signed-note
    policy        logs, witnesses, groups, quorum                       C2SP tlog-policy
    endorsement   what a policy makes of a checkpoint
    receipt       an entry, its place and the checkpoint in one file    C2SP tlog-proof
    verify        what holds, or why not
    rotation      which keys speak for a log, by its own entries

They load the standard library and `cryptography`, nothing of the ledger, and can be lifted
out to check a log on another machine. Every format is C2SP's, unchanged. All other modules
here are machinery: they keep keys, publish, and answer from a store.
"""
