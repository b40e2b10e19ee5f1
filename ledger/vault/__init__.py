"""The vault: words are sealed under keys that can be destroyed, and the record keeps only commitments.

    KEK (file or environment) ──wraps──> subject key ──┬─ seed(event, field) ─┬─ commit ──> the entry
                                                       │                      └─ AES key ─> `sealed`
                                                       └─ destroyed: every field under it is erased

`commitment.py` is what an outsider needs to check an opened field, on the standard library alone;
`keys.py` keeps the keys; `vault.py` seals and opens. The vault knows nothing of events.
"""
