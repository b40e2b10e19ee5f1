"""Settings: the only reader of the environment.

LIGGARE_STORE    sqlite:///path/to/file.db or postgresql://user@host/database
LIGGARE_LEDGER   the ledger's origin, such as nacka.se/inflytande
LIGGARE_KEYS     folder of the key store and the signing key (default: beside the SQLite file)
LIGGARE_KEK      the line of a kek file, which then need not lie in the folder of keys; never an option
LIGGARE_SECOND_PLACE  folder elsewhere that keeps the last checkpoint too, against rolling back both; never an option
LIGGARE_ADDRESS  address of the pages as people know it, such as https://nacka.se/inflytande; never an option
LIGGARE_LICENCE  address of the licence of the open data; without one they say that none is set; never an option
LIGGARE_PUBLISHER  id of the body that publishes the open data (default: the only council there is); never an option
LIGGARE_CACHE    folder for files made of the record (default: one of its own, removed at the end); never an option
LIGGARE_CONTACT  where faults of the pages are reported: mailto:, https: or tel:; never an option
LIGGARE_SECURITY_CONTACT  mailto: or https: address for /.well-known/security.txt, which is not there without
LIGGARE_MODE     production refuses set-ups that could lose or leak; anything else warns
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_STORE = "sqlite:///liggare.db"
DEFAULT_LEDGER = "localhost/liggare"
ORIGIN_CHARACTERS_MAX = 200
WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,255}(/[A-Za-z0-9._~-]+)*", re.ASCII)
LICENCE = re.compile(r"https?://[!-;=?-\[\]_a-z~]{1,500}", re.ASCII)
CONTACT = re.compile(r"(mailto:|https://|tel:)[!-~]{1,300}")
ORIGIN = re.compile(r"[a-z0-9][a-z0-9.-]{0,252}(/[a-z0-9][a-z0-9._-]*)*")


class SettingsError(ValueError):
    """A setting is missing or malformed; the message names it and says what to write."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the record lies, which ledger it is, and where its keys are; `kek` is the text of one that is no file."""

    store: str
    ledger: str
    keys: Path
    production: bool = False
    kek: str | None = field(default=None, repr=False)
    second_place: Path | None = None
    web_address: str | None = None
    licence: str | None = None
    publisher: str | None = None
    cache: Path | None = None
    security_contact: str | None = None
    contact: str | None = None

    @property
    def sqlite_path(self) -> Path | None:
        """The file of a SQLite store; None for PostgreSQL."""
        return Path(self.store.removeprefix("sqlite:///")) if self.store.startswith("sqlite:///") else None


def settings(
    store: str | None = None,
    ledger: str | None = None,
    keys: str | None = None,
    environment: Mapping[str, str] = os.environ,
    *,
    default_store: str = DEFAULT_STORE,
) -> Settings:
    """Return the settings: what is given, else the environment, else the defaults. Raises SettingsError."""
    store = store or environment.get("LIGGARE_STORE") or default_store
    ledger = ledger or environment.get("LIGGARE_LEDGER") or DEFAULT_LEDGER
    if not store.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise SettingsError(f"--store {store!r} is neither sqlite:///FILE nor postgresql://…")
    if store == "sqlite:///":
        raise SettingsError("--store sqlite:/// names no file; write sqlite:///liggare.db")
    if len(ledger) > ORIGIN_CHARACTERS_MAX or not ORIGIN.fullmatch(ledger):
        raise SettingsError(
            f"--ledger {ledger!r} is not an origin; write a host and a path, such as nacka.se/inflytande"
        )
    given = keys or environment.get("LIGGARE_KEYS")
    if given:
        folder = Path(given)
    elif store.startswith("sqlite:///"):
        path = Path(store.removeprefix("sqlite:///"))
        folder = path.with_name(path.name + ".keys")
    else:
        folder = Path("liggare.keys")
    production = environment.get("LIGGARE_MODE") == "production"
    second = environment.get("LIGGARE_SECOND_PLACE")
    cache = environment.get("LIGGARE_CACHE")
    return Settings(
        store,
        ledger,
        folder,
        production,
        environment.get("LIGGARE_KEK") or None,
        Path(second) if second else None,
        _address(environment, "LIGGARE_ADDRESS", WEB_ADDRESS),
        _address(environment, "LIGGARE_LICENCE", LICENCE),
        environment.get("LIGGARE_PUBLISHER") or None,
        Path(cache) if cache else None,
        _contact(environment, "LIGGARE_SECURITY_CONTACT"),
        _contact(environment, "LIGGARE_CONTACT"),
    )


def _contact(environment: Mapping[str, str], name: str) -> str | None:
    """Return where a setting says that people are to write or call, None for nowhere."""
    given = environment.get(name) or None
    if given is not None and not CONTACT.fullmatch(given):
        raise SettingsError(f"{name} {given!r} is no address; write it as mailto:name@nacka.se or https://…")
    return given


def _address(environment: Mapping[str, str], name: str, form: re.Pattern[str]) -> str | None:
    """Return the address a setting holds, None for none."""
    given = environment.get(name)
    if not given:
        return None
    if not form.fullmatch(given):
        raise SettingsError(f"{name}={given!r} is not an address; write it whole, such as https://nacka.se/inflytande")
    return given
