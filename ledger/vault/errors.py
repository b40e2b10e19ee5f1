"""Everything the vault can answer instead of a text or a key.

Messages name key ids, positions and paths, never a word of what was sealed and never a key.
"""

from __future__ import annotations


class Unopened(Exception):
    """A sealed field did not open; the subclass says why."""


class KeyDestroyed(Unopened):
    """The key was destroyed on purpose, so what it sealed is erased for good.

    `key_ids` lists every destroyed id among those asked for: drop their members and ask again for the rest.
    """

    def __init__(self, key_ids: tuple[str, ...]) -> None:
        self.key_ids = key_ids
        super().__init__(f"destroyed keys: {', '.join(key_ids)}")


class Withheld(Unopened):
    """The field does not open and no destroyed key explains it: no key, no ciphertext, or not one that belongs here."""

    def __init__(self, event_id: str, field: str, reason: str) -> None:
        self.event_id, self.field, self.reason = event_id, field, reason
        super().__init__(f"event {event_id} field {field} is withheld: {reason}")


class CommitmentBroken(Unopened):
    """What was opened is not what the entry committed to. Never expected: somebody altered the record's side table."""


class SecretExposed(Exception):
    """A secret file can be read by others than its owner."""


class SecretMalformed(Exception):
    """A secret is not of the form its reader expects; the message never quotes it."""


class KeyStoreError(Exception):
    """The key store cannot serve; nothing was half done."""


class KeyStoreUnavailable(KeyStoreError):
    """The file is busy, full or unreadable just now. Try again."""


class KeyStoreBroken(KeyStoreError):
    """The file is not a key store, or its bytes are damaged. Restore it from a backup."""


class KeysMissing(KeyStoreError):
    """The folder of keys, or what opens the words, is not there; nothing is made in its stead."""


class KeysLost(KeyStoreError):
    """Events are signed, or hold sealed words, and their keys are not there; new ones cannot replace them."""


class KekMissing(KeyStoreError):
    """Keys are wrapped under an epoch whose KEK was not given."""


class KekMismatch(KeyStoreError):
    """The KEK given for an epoch is not the one that wrapped this store's keys."""
