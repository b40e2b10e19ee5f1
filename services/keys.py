"""Where the key store and the key that wraps its keys come from: made by `liggare init`, opened by everything else."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

from ledger.log.folder import KEY, LogFolder
from ledger.vault.errors import KeysLost, KeysMissing
from ledger.vault.kek import LocalKek, kek_from_file, kek_from_text
from ledger.vault.keys import KeyStore
from services.engines import engine
from services.settings import Settings

KEK, STORE = "kek", "keys.db"
LOOKED_AT_MAX = 1_000
_NAME_OR_RESTORE = "name it with --keys or LIGGARE_KEYS, restore it from its backup"


def log_folder(settings: Settings) -> LogFolder:
    """Return the folder of the signing keys, with the second place of the last checkpoint where one is named."""
    return LogFolder(settings.keys, settings.ledger, settings.second_place)


def missing(settings: Settings) -> list[str]:
    """Return the files without which no word can be sealed or opened, and which are not there."""
    names = [] if settings.kek is not None or (settings.keys / KEK).exists() else [KEK]
    store = settings.keys / STORE
    # An empty file is a store to SQLite, but one that has lost its keys.
    return names if store.exists() and store.stat().st_size else [*names, STORE]


def at_hand(settings: Settings) -> bool:
    """Tell whether there is a key store and a KEK."""
    return not missing(settings)


def make_keys(settings: Settings) -> None:
    """Make the keys of a new ledger; leave what is there. The ledger must exist.

    Raises KeysLost where events are signed or hold sealed words and a key is not there, and KeyRefused for another ledger's folder.
    """
    folder = log_folder(settings)
    folder.verifier()
    lost = missing(settings) + ([] if (settings.keys / KEY).exists() else [KEY])
    if lost:
        _refuse_to_replace(settings, lost)
    settings.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.signing_keys()
    KeyStore(settings.keys / STORE, _kek(settings)).close()


def _refuse_to_replace(settings: Settings, lost: list[str]) -> None:
    with closing(engine(settings).reader()) as reader:
        head = reader.head()
        # Events that another application wrote through the plug-in need no keys until they are signed.
        used = reader.last_checkpoint() is not None or reader.sealed(range(1, min(head, LOOKED_AT_MAX) + 1))
    if used:
        found = f"{settings.ledger} holds {head} events, and its keys folder {settings.keys} lacks {', '.join(lost)}"
        raise KeysLost(f"{found}, which new ones cannot replace; {_NAME_OR_RESTORE}")


def key_store(settings: Settings) -> KeyStore:
    """Open the key store; makes none.

    Raises KeysMissing or another KeyStoreError, SecretExposed or SecretMalformed.
    """
    if not settings.keys.is_dir():
        raise KeysMissing(_told(f"there is no keys folder {settings.keys} for {settings.ledger}"))
    if lacking := missing(settings):
        raise KeysMissing(_told(f"the keys folder {settings.keys} of {settings.ledger} lacks {', '.join(lacking)}"))
    return KeyStore(settings.keys / STORE, _kek(settings))


def _told(found: str) -> str:
    return f"{found}; {_NAME_OR_RESTORE}, or run `liggare init` for a new ledger"


def _kek(settings: Settings) -> LocalKek:
    if settings.kek is not None:
        return kek_from_text(settings.kek, "the environment variable LIGGARE_KEK")
    return kek_from_file(settings.keys / KEK, datetime.now(UTC).strftime("%Y-%m"))
