"""The record: what was asked, what was decided, and the bytes that prove it.

The way of data, which is also the order in which to read:

    command ── application.py   boundary(command) → history → evolve → decide → seal
       │ events                 a rejection writes nothing
       ▼
    entries.py                  one event = one canonical JSON line (CloudEvents, RFC 8785)
       ▼
    store/                      group commit: many commands, one transaction, gapless positions
       ▼
    log/                        leaf → tree → signed checkpoint (RFC 6962, C2SP)

The slices (`bodies`, `matters`, `processes`, `inputs`, `ballots`, `responses`, `decisions`,
`dispositions`) are pure; `store`, `log.publisher` and `vault` are machinery.
"""
