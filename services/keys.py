"""Where the key store and the key that wraps its keys come from."""

from __future__ import annotations

from datetime import UTC, datetime

from ledger.vault.kek import LocalKek, kek_from_file, kek_from_text
from ledger.vault.keys import KeyStore
from services.settings import Settings

KEK, STORE = "kek", "keys.db"


def at_hand(settings: Settings) -> bool:
    """Tell whether there is a key store and a KEK, so that opening it makes neither."""
    return (settings.keys / STORE).exists() and (settings.kek is not None or (settings.keys / KEK).exists())


def key_store(settings: Settings) -> KeyStore:
    """Open the key store, made on first use like its KEK unless that is given; the folder must exist.

    Raises KeyStoreError, SecretExposed or SecretMalformed.
    """
    return KeyStore(settings.keys / STORE, _kek(settings))


def _kek(settings: Settings) -> LocalKek:
    if settings.kek is not None:
        return kek_from_text(settings.kek, "the environment variable LIGGARE_KEK")
    return kek_from_file(settings.keys / KEK, datetime.now(UTC).strftime("%Y-%m"))
