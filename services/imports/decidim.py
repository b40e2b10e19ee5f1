"""Open data of Decidim and its like: proposals with what became of them, comments, meetings; read before anything is recorded.

Each component is a file of its own, CSV or one JSON object a line, perhaps gzipped, told by its name:
`…comments…`, `…proposals…`, `…meetings…`. Columns change with the version and the languages of a site, so they are
found by any of several names (`decidim_columns`); only an id and words are needed. What became of a proposal is read from its status
alone: a status of another name is counted and decides nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from ledger.dispositions.events import DispositionCode
from ledger.fields import LABEL_CHARACTERS_MAX, check_line
from ledger.inputs.events import AuthorKind, Stance
from services.imports.columns import Cells, Columns, Refused, Sheet, mapped, read_sheet
from services.imports.decidim_columns import COMMENT_COLUMNS, MEETING_COLUMNS, PROPOSAL_COLUMNS
from services.imports.tables import ImportBroken

OUTCOMES: Mapping[str, DispositionCode | None] = {
    "accepted": DispositionCode.ADOPTED,
    "rejected": DispositionCode.CONSIDERED_NOT_ADOPTED,
    "evaluating": None,
    "not_answered": None,
    "published": None,
    "withdrawn": None,
}
"""What a status decides; None: nothing yet."""

STANCES = {"1": Stance.FOR, "-1": Stance.AGAINST, "0": Stance.NEUTRAL}
TRUE = frozenset({"true", "1", "yes", "t"})
KINDS = ("comments", "proposals", "meetings")

_ID = re.compile(r"[0-9a-z][0-9a-z-]{0,12}")
_COUNT = re.compile(r"[0-9]{1,9}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ T].*)?")


class Row(NamedTuple):
    """Where something stands: the file, its hash, the line."""

    file: str
    sha256: str
    line: int


class Proposal(NamedTuple):
    """One proposal. `created` and `answered` are instants or days (EDTF); what the file lacks is None.

    One without an author was put down by nobody who is named, as at a meeting, unless the author was erased.
    """

    id: str
    row: Row
    text: str
    language: str
    author: str | None
    author_erased: bool
    author_kind: AuthorKind
    in_meeting: bool
    created: str | None
    status: str | None
    answer: str | None
    answered: str | None
    supports: int | None
    district: str | None
    theme: str | None
    subtheme: str | None
    hidden: bool

    @property
    def outcome(self) -> DispositionCode | None:
        return OUTCOMES.get(self.status or "")


class Comment(NamedTuple):
    """One comment; `about` is the id of the proposal it is about, None where it is about something else."""

    id: str
    row: Row
    text: str
    language: str
    author: str | None
    author_kind: AuthorKind
    created: str | None
    about: str | None
    stance: Stance | None
    hidden: bool


class Meeting(NamedTuple):
    """One meeting: `start` is an instant or a day (EDTF)."""

    id: str
    row: Row
    title: str
    start: str
    place: str | None


@dataclass(slots=True)
class Export:
    """Everything that was read, and what of it is not brought in.

    `absent` and `unused` are fields and columns by file, `other` counts statuses that decide nothing known.
    """

    source: str
    proposals: list[Proposal] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    repeated: int = 0
    absent: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    other: Counter[str] = field(default_factory=Counter)
    files_unused: list[str] = field(default_factory=list)


def read_export(paths: Sequence[Path], source: str | None = None, language: str | None = None) -> Export:
    """Return what some files, or the files of some folders, hold; `source` defaults to the first folder's name.

    Raises ImportBroken.
    """
    first = paths[0] if paths[0].is_dir() else paths[0].parent
    export = Export(_source(source or first.resolve().name))
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise ImportBroken(f"--language {language!r} is no language; write it as ca or sv")
    for path in _files(paths, export):
        _Reading(export, read_sheet(path), language).take(_kind(path))
    if not (export.proposals or export.comments or export.meetings or export.refused):
        raise ImportBroken(f"{paths[0]} holds no proposals, comments or meetings; name the files of an export")
    _check_targets(export)
    return export


def _source(name: str) -> str:
    try:
        checked = check_line(name)
    except ValueError as error:
        raise ImportBroken(f"the source's name {name!r} {error}") from None
    if len(checked) > LABEL_CHARACTERS_MAX:
        raise ImportBroken(f"the source's name has over {LABEL_CHARACTERS_MAX} characters; give a shorter --source")
    return checked


def _files(paths: Sequence[Path], export: Export) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise ImportBroken(f"there is no file or folder {path}; name those of an export")
        for each in sorted(path.iterdir()) if path.is_dir() else [path]:
            if _kind(each) is not None:
                yield each
            elif not path.is_dir():
                raise ImportBroken(
                    f"{each.name} is none of {', '.join(KINDS)} by its name; rename it, such as proposals.csv"
                )
            else:
                export.files_unused.append(each.name)


def _kind(path: Path) -> str | None:
    """Return which component a file holds by its name; None where it is none that is brought in."""
    name = path.name.lower().removesuffix(".gz")
    if not name.endswith((".csv", ".jsonl")):
        return None
    # "proposal_comments" are comments; those of meetings and debates are about nothing that is brought in.
    return next((kind for kind in KINDS if kind.removesuffix("s") in name), None)


def _check_targets(export: Export) -> None:
    """Refuse comments on proposals that neither these files nor, then, the ledger tell of."""
    known = {each.id for each in export.proposals}
    kept = []
    for each in export.comments:
        if each.about is None or each.about in known or not known:
            kept.append(each)
        else:
            export.refused.append(
                Refused(each.row.file, each.row.line, f"comments on the proposal {each.about}, which is not there")
            )
    export.comments = kept


# --- Rows -------------------------------------------------------------------------------------
class _Unfit(ValueError):
    """Why one row cannot be brought in."""


class _Reading:
    """Takes one file apart, row by row."""

    def __init__(self, export: Export, sheet: Sheet, language: str | None) -> None:
        self._export, self._sheet, self._language = export, sheet, language
        self._columns = Columns({}, (), ())
        self._seen: dict[str, Mapping[str, str]] = {}

    def take(self, kind: str | None) -> None:
        """Add what the rows hold to the export, and what they do not to its lists. Raises ImportBroken."""
        takes = {
            "proposals": (PROPOSAL_COLUMNS, self._proposal, ("id", "body")),
            "comments": (COMMENT_COLUMNS, self._comment, ("id", "body")),
            "meetings": (MEETING_COLUMNS, self._meeting, ("id", "title", "start")),
        }
        names, taken, needed = takes[kind or "proposals"]
        self._columns = mapped(self._sheet.columns, names, self._language)
        for name in needed:
            if name in self._columns.absent and (name != "body" or "title" in self._columns.absent):
                known = ", ".join(names[name])
                raise ImportBroken(f"{self._sheet.name}, line 1: no column for {name}; it is called one of {known}")
        export, sheet = self._export, self._sheet
        export.absent[sheet.name], export.unused[sheet.name] = self._columns.absent, self._columns.unused
        for row in sheet.rows:
            try:
                if self._is_new(row):
                    taken(row)
            except _Unfit as why:
                sheet.refuse(row.line, str(why))
        export.refused += sheet.refused

    def _is_new(self, row: Cells) -> bool:
        number = self._id(row)
        if number not in self._seen:
            self._seen[number] = row.cells
            return True
        if self._seen[number] != row.cells:
            raise _Unfit(f"id {number} stands above with other content")
        self._export.repeated += 1
        return False

    def _proposal(self, row: Cells) -> None:
        text, language = self._words(row, "title", "body")
        status = self._code(row, "status")
        if status is not None and status not in OUTCOMES:
            self._export.other[status] += 1
        is_official = self._is(row, "official") or self._code(row, "source") == "official"
        is_erased = self._is(row, "author_erased")
        self._export.proposals.append(
            Proposal(
                id=self._id(row),
                row=self._row(row),
                text=text,
                language=language,
                author=None if is_erased else self._value(row, "author"),
                author_erased=is_erased,
                author_kind=AuthorKind.OFFICIAL if is_official else self._author_kind(row),
                in_meeting=self._is(row, "in_meeting") or self._code(row, "source") == "meeting",
                created=self._when(row, "created"),
                status=status,
                answer=self._value(row, "answer"),
                answered=self._when(row, "answered"),
                supports=self._count(row, "supports"),
                district=self._value(row, "district"),
                theme=self._value(row, "theme"),
                subtheme=self._value(row, "subtheme"),
                hidden=self._is(row, "hidden"),
            )
        )

    def _comment(self, row: Cells) -> None:
        text, language = self._words(row, "body")
        kind = self._code(row, "about_kind")
        is_on_proposal = kind is None or "proposal" in kind
        about = self._value(row, "about") if is_on_proposal else None
        stance = STANCES.get(self._value(row, "stance") or "")
        self._export.comments.append(
            Comment(
                id=self._id(row),
                row=self._row(row),
                text=text,
                language=language,
                author=self._value(row, "author"),
                author_kind=self._author_kind(row),
                created=self._when(row, "created"),
                about=about,
                stance=None if about is None else stance,
                hidden=self._is(row, "hidden"),
            )
        )

    def _meeting(self, row: Cells) -> None:
        title, start = self._value(row, "title"), self._when(row, "start")
        if title is None or start is None:
            raise _Unfit("has no title, or does not say when it starts")
        self._export.meetings.append(Meeting(self._id(row), self._row(row), title, start, self._value(row, "place")))

    # --- Cells ----------------------------------------------------------------------------------
    def _value(self, row: Cells, name: str) -> str | None:
        return self._columns.value(row, name)

    def _code(self, row: Cells, name: str) -> str | None:
        value = self._value(row, name)
        return None if value is None else value.lower().replace(" ", "_").replace("-", "_")

    def _is(self, row: Cells, name: str) -> bool:
        return (self._value(row, name) or "").lower() in TRUE

    def _id(self, row: Cells) -> str:
        value = self._value(row, "id") or ""
        if not _ID.fullmatch(value):
            raise _Unfit(f"id is {value[:40]!r}; it must be a number of the export")
        return value

    def _row(self, row: Cells) -> Row:
        return Row(self._sheet.name, self._sheet.sha256, row.line)

    def _words(self, row: Cells, *names: str) -> tuple[str, str]:
        """Return the words of some fields, one below the other, all of one language where there is a choice, and which."""
        parts: list[str] = []
        language = None
        for name in names:
            found = self._columns.find(row, name, language)
            if found is not None:
                parts.append(found.value)
                language = language or found.language
        if not parts:
            raise _Unfit("holds no words")
        said = self._value(row, "language") or ""
        return "\n\n".join(parts), language or (said if _LANGUAGE.fullmatch(said) else None) or self._language or "und"

    def _author_kind(self, row: Cells) -> AuthorKind:
        says = " ".join(filter(None, (self._code(row, "author_kind"), self._code(row, "source"))))
        is_organisation = bool(re.search(r"organi[sz]ation|user_?group", says)) or self._value(row, "organisation")
        return AuthorKind.ORGANISATION if is_organisation else AuthorKind.RESIDENT

    def _count(self, row: Cells, name: str) -> int | None:
        value = self._value(row, name)
        if value is None:
            return None
        if not _COUNT.fullmatch(value):
            raise _Unfit(f"{name} is {value[:40]!r}; it must be a number")
        return int(value)

    def _when(self, row: Cells, name: str) -> str | None:
        value = self._value(row, name)
        if value is None:
            return None
        when = instant_or_day(value)
        if when is None:
            raise _Unfit(f"{name} is {value[:40]!r}; write it as 2016-03-17 or 2016-03-17T14:25:48Z")
        return when


def instant_or_day(text: str) -> str | None:
    """Return an instant in UTC where the text names its zone, else the day alone; None where it is neither.

    `17/03/2016` has the day first. An instant without a zone is one of several, so that only its day is kept.
    """
    named = _DAY_FIRST.fullmatch(text)
    if named is not None:
        text = f"{named[3]}-{int(named[2]):02}-{int(named[1]):02}"
    text = re.sub(r" ?UTC$", "+00:00", text.strip())
    text = re.sub(r" ([+-]\d{2}):?(\d{2})$", r"\1:\2", text)
    try:
        when = datetime.fromisoformat(text)
        if when.tzinfo is None:
            return when.date().isoformat()
        return when.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return None
