"""Receipts of erasures: which keys the record says are destroyed, and a key store that must be told."""

from __future__ import annotations

import logging
from typing import cast

from ledger.entries import UnreadableEntry, decode, type_of
from ledger.participants.events import KeyDestroyed
from ledger.store.port import Reader
from ledger.vault.keys import KeyStore

log = logging.getLogger("liggare.receipts")


def destroyed_keys(reader: Reader) -> frozenset[str]:
    """Return the keys whose destruction the record has a receipt for; one that is damaged is left to the audit."""
    return frozenset(receipts(reader))


def receipts(reader: Reader) -> dict[str, int]:
    """Return, for each key whose destruction the record has a receipt for, the position of the first one."""
    found: dict[str, int] = {}
    after = 0
    while page := reader.entries(after, types=(type_of(KeyDestroyed),)):
        for position, entry in page:
            try:
                keys = cast(KeyDestroyed, decode(position, entry).event).keys
            except UnreadableEntry as error:
                log.warning("a receipt of an erasure cannot be read: %s", error)
                continue
            for key in keys:
                found.setdefault(key, position)
        after = page[-1].position
    return found


def replay(reader: Reader, keys: KeyStore) -> int:
    """Destroy in a key store what the record says is destroyed; return how many keys that were news to it.

    A backup of the key store that is older than an erasure holds keys that must never open anything again.
    """
    destroyed = destroyed_keys(reader)
    revived = destroyed - keys.destroyed(destroyed)
    if revived:
        log.warning("%d keys were erased since this key store was copied; they are destroyed again", len(revived))
        keys.destroy(revived)
    return len(revived)
