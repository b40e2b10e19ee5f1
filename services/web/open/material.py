"""What an open file is made from: one moment of the record, its words as they may be shown, and the addresses to name.

A file is made of the same views as the pages, and its words are opened by the same rules, so that it shows no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote

from pydantic_core import from_json

from ledger.store.port import Checkpoint
from ledger.vault.vault import Vault
from projections.projection import Rows
from services.engines import LedgerReader
from services.settings import Settings
from services.web.answers import Refusal
from services.words import opened

_SAFE = "-._~"


class Made(NamedTuple):
    """A file: its bytes, its media type, when the newest event in it was recorded (RFC 3339), its name for saving."""

    content: bytes
    media_type: str
    modified: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Material:
    """One moment of one ledger, for one file.

    `rows` are those of the moment, `newest` those of now, which say what is withheld; `on` is the ISO day that deadlines
    are judged on; `address` that of the site's start page without its last slash; `path` the parameters of the file's.
    """

    settings: Settings
    rows: Rows
    newest: Rows
    reader: LedgerReader
    vault: Vault
    on: str
    language: str
    address: str
    path: Mapping[str, str]

    @property
    def origin(self) -> str:
        return self.settings.ledger

    @property
    def position(self) -> int:
        """The last event that the file may know of."""
        return self.rows.position

    @cached_property
    def checkpoint(self) -> Checkpoint | None:
        """The newest signed head."""
        return self.reader.last_checkpoint()

    @property
    def signed(self) -> int:
        """How many events the newest signed head covers."""
        return 0 if self.checkpoint is None else self.checkpoint.size

    def opened(self, answer: Any) -> Any:
        """Return a view with its public words, in place."""
        return opened(answer, self.reader, self.vault, self.newest)

    def time(self, position: int) -> str | None:
        """Return when an event was recorded (RFC 3339, UTC); None for one that is not there."""
        found = self.reader.at([position]) if position > 0 else []
        return str(from_json(found[0].entry)["time"]) if found else None

    # --- Addresses --------------------------------------------------------------------------------
    def page(self, *parts: object) -> str:
        """Return the address of a page in the file's language: `page("beslut", "ks-12")`."""
        return self.place(*(("en",) if self.language == "en" else ()), *parts)

    def place(self, *parts: object) -> str:
        """Return an address that is the same in both languages; each part is one step of the path."""
        return "/".join([self.address, *(quote(str(part), safe=_SAFE) for part in parts)])


def there(found: Any) -> Any:
    """Return what was looked for; raise the refusal of an id that nothing has."""
    if found is None:
        raise Refusal(404, "There is no such thing here, or not yet at that position.")
    return found
