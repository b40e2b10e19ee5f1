"""Exports of petition sites: petitions with their life, and counts of signatures; read whole before anything is recorded.

Petitions stand in a JSON file, a list of objects (or one of them, or one under `data`) as the petitions
site of the UK Parliament publishes them, flat or with their members under `attributes`. Only `id` and
`action` are needed; what an export lacks is not recorded. Counts stand in a CSV table
`signature-counts-ID….csv` (perhaps gzipped) with the columns `observed_at_utc` and `signature_count`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from ledger.fields import LABEL_CHARACTERS_MAX, check_date, check_line
from services.imports.tables import ImportBroken, Table, read_json, read_table

COUNT_COLUMNS = ("observed_at_utc", "signature_count")
COUNTS_NAME = re.compile(r"(signature-counts-([0-9]{1,12})\b.*\.csv)(\.gz)?")

_NUMBER = re.compile(r"[0-9]{1,12}")
_COUNT = re.compile(r"[0-9]{1,9}")


# --- What an export holds ---------------------------------------------------------------------
class Reply(NamedTuple):
    """What an office answered, and when."""

    at: str
    office: str | None
    text: str


class Debate(NamedTuple):
    """What became of a debate: the day it was scheduled for, the day it was held, when the outcome was published."""

    scheduled: str | None
    held: str | None
    outcome_at: str | None


class Refusal(NamedTuple):
    """Why a petition was not let through; `code` is one of the source's."""

    at: str
    code: str
    note: str | None


class Petition(NamedTuple):
    """One petition. Instants are RFC 3339 in UTC, days ISO 8601; what the export lacks is None.

    `reached` are the rules whose numbers of signatures were reached, with the instant.
    """

    number: str
    text: str
    created: str | None
    opened: str | None
    closed: str | None
    reached: tuple[tuple[str, str], ...]
    reply: Reply | None
    debate: Debate
    refusal: Refusal | None
    signatures: int | None
    file: str


class Counts(NamedTuple):
    """A series of counts of one petition's signatures, in the order of time; `lines` where each stands in its file."""

    number: str
    file: str
    counts: tuple[tuple[str, int], ...]
    lines: tuple[int, ...]

    def falls(self) -> int:
        """Return how often a count is lower than the one before."""
        return sum(later < earlier for (_, earlier), (_, later) in pairwise(self.counts))


class Export(NamedTuple):
    """Everything that was read: the source's name, petitions in the order of the files, series of counts."""

    source: str
    petitions: tuple[Petition, ...]
    counts: tuple[Counts, ...]


def read_export(path: Path, source: str | None = None) -> Export:
    """Return what a file, or every such file of a folder, holds; `source` defaults to the folder's name.

    Raises ImportBroken.
    """
    folder = path if path.is_dir() else path.parent
    name = _source(source or folder.resolve().name)
    petitions: list[Petition] = []
    counts: list[Counts] = []
    for file in _files(path):
        named = COUNTS_NAME.fullmatch(file.name)
        if named is not None:
            counts.append(_counts(read_table(file.parent, named[1], COUNT_COLUMNS), named[2]))
        else:
            petitions += _petitions(file)
    if twice := _twice([each.number for each in petitions]) or _twice([each.number for each in counts]):
        raise ImportBroken(f"the petition {twice} stands in {path} twice; export it again")
    return Export(name, tuple(petitions), tuple(counts))


def _source(name: str) -> str:
    try:
        check_line(name)
    except ValueError as error:
        raise ImportBroken(f"the source's name {name!r} {error}") from None
    if len(name) > LABEL_CHARACTERS_MAX:
        raise ImportBroken(
            f"the source's name has over {LABEL_CHARACTERS_MAX} characters; give a shorter --source NAME"
        )
    return name


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(each for each in path.iterdir() if each.suffix == ".json" or COUNTS_NAME.fullmatch(each.name))
    if not found:
        raise ImportBroken(f"{path} has neither petitions (*.json) nor counts (signature-counts-ID.csv)")
    return found


def _twice(numbers: list[str]) -> str | None:
    return next((each for place, each in enumerate(numbers) if each in numbers[:place]), None)


# --- Petitions --------------------------------------------------------------------------------
REACHED = {
    "moderation_threshold_reached_at": "petition_moderation_signatures",
    "response_threshold_reached_at": "petition_response_signatures",
    "debate_threshold_reached_at": "petition_debate_signatures",
}
"""The rule behind each of the source's thresholds."""


def _petitions(file: Path) -> Iterator[Petition]:
    content = read_json(file)
    if isinstance(content, dict) and "data" in content:
        content = content["data"]
    for place, each in enumerate(content if isinstance(content, list) else [content], 1):
        yield _Reading(file.name, place, each).petition()


class _Reading:
    """Takes one petition apart; every complaint names the file, the petition and the member."""

    def __init__(self, file: str, place: int, content: Any) -> None:
        self._file, self._place = file, f"petition no. {place}"
        if not isinstance(content, dict):
            raise self._broken(f"is {_shown(content)}; it must be an object")
        attributes = content.get("attributes")
        self._members = content | (attributes if isinstance(attributes, dict) else {})

    def petition(self) -> Petition:
        number = str(self._members.get("id"))
        if not _NUMBER.fullmatch(number):
            raise self._broken(f"id is {_shown(self._members.get('id'))}; it must be a number of the export")
        self._place = f"petition {number}"
        parts = [self._text("action"), self._text("background"), self._text("additional_details")]
        if parts[0] is None:
            raise self._broken("action is missing; it is what the petition asks for")
        return Petition(
            number=number,
            text="\n\n".join(part for part in parts if part is not None),
            created=self._instant("created_at"),
            opened=self._instant("open_at", "opened_at"),
            closed=self._instant("closed_at"),
            reached=tuple((rule, at) for name, rule in REACHED.items() if (at := self._instant(name)) is not None),
            reply=self._reply(),
            debate=Debate(
                self._day("scheduled_debate_date"),
                self._day("debated_on", "debate.debated_on"),
                self._instant("debate_outcome_at"),
            ),
            refusal=self._refusal(),
            signatures=self._count("signature_count"),
            file=self._file,
        )

    def _reply(self) -> Reply | None:
        text = self._text("government_response_summary", "government_response.summary")
        at = self._instant("government_response_at") or self._day("government_response.responded_on")
        if text is None or at is None:
            return None
        return Reply(at, self._text("government_response_department"), text)

    def _refusal(self) -> Refusal | None:
        at, code = self._instant("rejected_at"), self._text("rejection_code", "rejection.code")
        if code is None or at is None:
            return None
        return Refusal(at, code, self._text("rejection_note", "rejection.details"))

    def _value(self, *names: str) -> Any:
        """Return the first of some members that is there; `a.b` is the member b of a."""
        for name in names:
            value: Any = self._members
            for part in name.split("."):
                value = value.get(part) if isinstance(value, dict) else None
            if value is not None and value != "":
                return value
        return None

    def _text(self, *names: str) -> str | None:
        value = self._value(*names)
        if value is not None and not isinstance(value, str):
            raise self._broken(f"{names[0]} is {_shown(value)}; it must be a text")
        return None if value is None or not value.strip() else value

    def _instant(self, *names: str) -> str | None:
        value = self._text(*names)
        return None if value is None else _instant(value) or self._no_instant(names[0], value)

    def _no_instant(self, name: str, value: str) -> str:
        raise self._broken(f"{name} is {_shown(value)}; it must be an instant such as 2015-07-20T15:36:33Z")

    def _day(self, *names: str) -> str | None:
        value = self._text(*names)
        try:
            return None if value is None else check_date(value)
        except ValueError:
            raise self._broken(f"{names[0]} is {_shown(value)}; it must be a day such as 2015-10-12") from None

    def _count(self, name: str) -> int | None:
        value = self._value(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not _COUNT.fullmatch(str(value)):
            raise self._broken(f"{name} is {_shown(value)}; it must be a number of signatures")
        return value

    def _broken(self, what: str) -> ImportBroken:
        return ImportBroken(f"{self._file}, {self._place}: {what}")


def _shown(value: Any) -> str:
    return repr(value)[:80]


def _instant(text: str) -> str | None:
    """Return an instant in UTC, as the ledger writes it; None where the text is none."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    if instant.tzinfo is None or "T" not in text:
        return None
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


# --- Counts -----------------------------------------------------------------------------------
def _counts(table: Table, number: str) -> Counts:
    counts: list[tuple[str, int]] = []
    for row, (at, count) in enumerate(table.rows):
        instant = _instant(at)
        if instant is None:
            raise table.broken(row, f"observed_at_utc is {at!r}; it must be an instant such as 2016-06-25T08:15:04Z")
        if not _COUNT.fullmatch(count):
            raise table.broken(row, f"signature_count is {count!r}; it must be a number of signatures")
        if counts and datetime.fromisoformat(instant) <= datetime.fromisoformat(counts[-1][0]):
            raise table.broken(row, f"{at} does not come after {counts[-1][0]}; sort the table by time")
        counts.append((instant, int(count)))
    if not counts:
        raise ImportBroken(f"{table.name} holds no counts; export it again")
    return Counts(number, table.name, tuple(counts), tuple(table.lines))
