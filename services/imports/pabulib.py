"""Pabulib files: a participatory budget becomes a ballot with priced options, its votes and its result.

A `.pb` file has three sections, META, PROJECTS and VOTES, each with a header and columns parted by
semicolons. Voters approve of projects (`approval`, `choose-1`), give points (`cumulative`, `scoring`) or
rank them (`ordinal`). Amounts are in major units there and in minor units here. A file says when voting
began and ended, not when each vote came, so every vote carries that interval.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from ledger.ballots.commands import CastVote, CloseBallot, OfferedOption, OpenBallot, PublishTally, StatedBudget
from ledger.ballots.rejections import BallotAlreadyClosed, TallyUnchanged
from ledger.ballots.terms import BallotPaper, BallotPurpose, BallotRule, BudgetCompletion, BudgetSatisfaction
from ledger.bodies import BodyKind, RegisterBody
from ledger.messages import Command, Rejection, StatedSource, Submission
from ledger.processes import OpenProcess, ProcessKind
from services.imports.loading import Item
from services.imports.polis import ACTOR, ballot_of, request_id
from services.imports.tables import ImportBroken

CHANNEL = "pabulib"
MINOR_UNITS = 100
NO_CURRENCY = "XXX"
"""ISO 4217's code where no currency is stated."""

STEPS = 100
"""Under add1 every share grows by so small a part of what it was at first."""

PAPERS = {
    "approval": BallotPaper.APPROVALS,
    "choose-1": BallotPaper.APPROVALS,
    "cumulative": BallotPaper.POINTS,
    "scoring": BallotPaper.POINTS,
    "ordinal": BallotPaper.RANKING,
}
"""What voters write, by vote_type."""

SECTIONS = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}
"""The columns each section must have."""

_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")
_NOT_IN_TAGS = re.compile(r"[^A-Za-z0-9_-]")


# --- What a file holds ------------------------------------------------------------------------
class Project(NamedTuple):
    """One project: the option it becomes, its label, its cost in minor units."""

    option: str
    label: str
    cost: int


class Vote(NamedTuple):
    """One vote: whose, which options in which order, with which points; `line` is where it stands."""

    voter: str
    choices: tuple[str, ...]
    points: tuple[int, ...]
    line: int


class Election(NamedTuple):
    """A whole file. `skipped` counts rows that name no project: they are no votes here."""

    source: str
    file: str
    meta: dict[str, str]
    paper: BallotPaper
    budget: int
    projects: tuple[Project, ...]
    votes: tuple[Vote, ...]
    skipped: int


class Row(NamedTuple):
    """One row of a section by its columns, and the line it stands on."""

    values: dict[str, str]
    line: int


def read_election(path: Path, source: str | None = None) -> Election:
    """Return the file, read whole; `source` defaults to its name. Raises ImportBroken."""
    sections = _sections(path)
    meta = {row.values["key"].strip(): row.values["value"].strip() for row in sections["META"]}
    kind = meta.get("vote_type", "")
    if kind not in PAPERS:
        raise ImportBroken(f"{path.name}: vote_type is {kind!r}; it must be one of {', '.join(PAPERS)}")
    budget = _money(path.name, meta.get("budget", ""), "the budget of META", 0)
    options = _options(path.name, sections["PROJECTS"])
    read = [_vote(path.name, row, options, points=PAPERS[kind] is BallotPaper.POINTS) for row in sections["VOTES"]]
    votes = tuple(vote for vote in read if vote.choices)
    _check_voters(path.name, votes)
    name = source or path.stem
    return Election(name, path.name, meta, PAPERS[kind], budget, tuple(options.values()), votes, len(read) - len(votes))


def _sections(path: Path) -> dict[str, list[Row]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ImportBroken(f"{path} cannot be read: {error.strerror}; name a .pb file of Pabulib") from None
    except UnicodeDecodeError:
        raise ImportBroken(f"{path.name} is not UTF-8; download it again") from None
    sections: dict[str, list[Row]] = {}
    header: list[str] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    try:
        for cells in reader:
            first = cells[0].strip() if cells else ""
            if first.upper() in SECTIONS and len([cell for cell in cells if cell.strip()]) == 1:
                name, header = first.upper(), []
                rows = sections.setdefault(name, [])
            elif not sections:
                raise ImportBroken(f"{path.name}, line {reader.line_num}: the file must begin with META")
            elif not header:
                header = [cell.strip() for cell in cells]
                _check_header(path.name, reader.line_num, name, header)
            elif any(cell.strip() for cell in cells):
                rows.append(_row(path.name, reader.line_num, header, cells))
    except csv.Error as error:
        raise ImportBroken(f"{path.name}, line {reader.line_num}: {error}; download the file again") from None
    for name in SECTIONS:
        if name not in sections:
            raise ImportBroken(f"{path.name} has no section {name}; it is cut off or no .pb file")
    return sections


def _check_header(file: str, line: int, section: str, header: list[str]) -> None:
    for column in SECTIONS[section]:
        if header.count(column) != 1:
            raise ImportBroken(f"{file}, line {line}: {section} must name the column {column} once")


def _row(file: str, line: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) > len(header):
        raise ImportBroken(f"{file}, line {line}: has {len(cells)} columns, the header {len(header)}")
    # Empty cells at the end may be left out.
    return Row(dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True)), line)


def _options(file: str, rows: Sequence[Row]) -> dict[str, Project]:
    """Return the projects by the id the file has for them."""
    options: dict[str, Project] = {}
    taken: set[str] = set()
    for values, line in rows:
        number = values["project_id"].strip()
        option = _NOT_IN_IDS.sub("-", number.lower()).strip("-")[:64]
        if not option or option in taken:
            raise ImportBroken(f"{file}, line {line}: project_id {number!r} is empty or stands there twice")
        taken.add(option)
        label = " ".join(values.get("name", "").split())[:300] or number
        options[number] = Project(option, label, _money(file, values["cost"], "cost", line))
    return options


def _money(file: str, written: str, what: str, line: int) -> int:
    place = f"{file}, line {line}" if line else file
    try:
        amount = Decimal(written.strip()) * MINOR_UNITS
    except InvalidOperation:
        raise ImportBroken(f"{place}: {what} is {written!r}; it must be a number") from None
    if not amount.is_finite() or amount != amount.to_integral_value() or amount <= 0:
        raise ImportBroken(f"{place}: {what} is {written!r}; it must be above 0, with at most two decimals")
    return int(amount)


def _vote(file: str, row: Row, options: dict[str, Project], *, points: bool) -> Vote:
    values, line = row
    named = [each.strip() for each in values["vote"].split(",") if each.strip()]
    for number in named:
        if number not in options:
            raise ImportBroken(f"{file}, line {line}: votes for project {number!r}, which PROJECTS lacks")
    if len(set(named)) < len(named):
        raise ImportBroken(f"{file}, line {line}: names a project twice")
    given = _points(file, values, line, len(named)) if points else []
    chosen = [(options[number].option, mark) for number, mark in zip(named, given or [1] * len(named), strict=True)]
    chosen = [each for each in chosen if each[1] > 0]
    marks = tuple(mark for _, mark in chosen) if points else ()
    return Vote(_voter(values["voter_id"].strip()), tuple(option for option, _ in chosen), marks, line)


def _points(file: str, values: dict[str, str], line: int, count: int) -> list[int]:
    written = [each.strip() for each in values.get("points", "").split(",") if each.strip()]
    if len(written) != count or not all(each.isascii() and each.isdigit() for each in written):
        raise ImportBroken(f"{file}, line {line}: points must be one whole number to each of the {count} projects")
    return [int(each) for each in written]


def _voter(number: str) -> str:
    """Return the voter tag: the id of the file where it can be one."""
    if number and len(number) <= 64 and not _NOT_IN_TAGS.search(number):  # noqa: PLR2004  the length of a tag
        return number
    return hashlib.sha256(number.encode()).hexdigest()


def _check_voters(file: str, votes: Iterable[Vote]) -> None:
    seen: set[str] = set()
    for vote in votes:
        if vote.voter in seen:
            raise ImportBroken(f"{file}, line {vote.line}: this voter_id stands there twice; export the file again")
        seen.add(vote.voter)


# --- What it becomes --------------------------------------------------------------------------
def rule_of(election: Election) -> BallotRule:
    """Return the rule the file names: equal shares, or else by votes."""
    stated = election.meta.get("rule", "").lower()
    return BallotRule.BUDGET_MES if stated.startswith(("equalshares", "mes")) else BallotRule.BUDGET_GREEDY


def phases(
    election: Election, rule: BallotRule, completion: BudgetCompletion = BudgetCompletion.UTILITARIAN
) -> tuple[Iterable[Item], ...]:
    """Return everything to be recorded: the setting, the votes, the close and the result. Raises ImportBroken."""
    ballot = ballot_of(election.source)
    return (
        _items(election, _setting(election, ballot, rule, completion)),
        _votes(election, ballot),
        _items(election, _ending(election, ballot)),
    )


def count(election: Election) -> int:
    """Return how many items an election has."""
    return 5 + len(election.votes)


def benign(item: Item, rejection: Rejection) -> bool:
    """Tell whether a rejection says that what is asked has been done."""
    return isinstance(rejection, BallotAlreadyClosed | TallyUnchanged)


def _items(election: Election, commands: Iterable[Command]) -> Iterator[Item]:
    for command in commands:
        request = request_id(election.source, "", type(command).__name__)
        yield Item(Submission(command, request, ACTOR), election.file, 0)


def _setting(election: Election, ballot: str, rule: BallotRule, completion: BudgetCompletion) -> tuple[Command, ...]:
    source = StatedSource(basis="import", external_id=election.source)
    title = " ".join(election.meta.get("description", "").split())[:300] or election.source
    owner = " ".join(election.meta.get("unit", "").split())[:300] or title
    began, _ = _period(election)
    try:
        return (
            RegisterBody(body=ballot, kind=BodyKind.EXTERNAL, name=owner, source=source),
            OpenProcess(
                process=ballot, title=title, kind=ProcessKind.BUDGET, owner=ballot, channels=(CHANNEL,), source=source
            ),
            OpenBallot(
                ballot=ballot,
                question=title,
                rule=rule,
                process=ballot,
                options=tuple(OfferedOption(**each._asdict()) for each in election.projects),
                purpose=BallotPurpose.BUDGET,
                choices_max=_choices_max(election),
                budget=_budget(election, rule, completion),
                source=source,
                occurred=began,
            ),
        )
    except ValidationError as error:
        what = error.errors()[0]
        raise ImportBroken(f"{election.file} cannot become a ballot: {what['loc'][-1:]} {what['msg']}") from None


def _choices_max(election: Election) -> int | None:
    if election.meta.get("vote_type") == "choose-1":
        return 1
    stated = election.meta.get("max_length", "")
    return min(int(stated), len(election.projects)) if stated.isascii() and stated.isdigit() and int(stated) else None


def _budget(election: Election, rule: BallotRule, completion: BudgetCompletion) -> StatedBudget:
    most = election.meta.get("max_sum_points", "")
    limited = election.paper is BallotPaper.POINTS and most.isascii() and most.isdigit() and int(most)
    currency = election.meta.get("currency", "").upper()
    budget = StatedBudget(
        amount=election.budget,
        currency=currency if re.fullmatch(r"[A-Z]{3}", currency) else NO_CURRENCY,
        paper=election.paper,
        points_max=int(most) if limited else None,
    )
    if rule is not BallotRule.BUDGET_MES:
        return budget
    approvals = election.paper is BallotPaper.APPROVALS
    grows = completion is BudgetCompletion.ADD1
    return budget.model_copy(
        update={
            "satisfaction": BudgetSatisfaction.COST if approvals else BudgetSatisfaction.ADDITIVE,
            "completion": completion,
            "share_step": max(1, election.budget // max(1, len(election.votes)) // STEPS) if grows else None,
        }
    )


def _votes(election: Election, ballot: str) -> Iterator[Item]:
    _, voted = _period(election)
    for vote in election.votes:
        command = CastVote(
            ballot=ballot,
            voter=vote.voter,
            choices=vote.choices,
            points=vote.points or None,
            channel=CHANNEL,
            occurred=voted,
        )
        request = request_id(election.source, "VOTES", vote.voter, ",".join(vote.choices), *map(str, vote.points))
        yield Item(Submission(command, request, ACTOR), election.file, vote.line)


def _ending(election: Election, ballot: str) -> tuple[Command, ...]:
    _, voted = _period(election)
    ended = None if voted is None else voted.partition("/")[2] or voted
    return (CloseBallot(ballot=ballot, occurred=ended), PublishTally(ballot=ballot))


def _period(election: Election) -> tuple[str | None, str | None]:
    """Return the first day of the voting, and the days from the first to the last; None where the file names none."""
    begins, ends = (_day(election.meta.get(name, "")) for name in ("date_begin", "date_end"))
    if begins is None or ends is None:
        return begins, begins or ends
    return begins, begins if begins == ends else f"{begins}/{ends}"


def _day(written: str) -> str | None:
    """Return a day or a year as EDTF: 6.09.2019, 2019-09-06 and 2019 are understood."""
    parts = re.split(r"[.\-/]", written.strip())
    if len(parts) == 1:
        return parts[0] if re.fullmatch(r"[12][0-9]{3}", parts[0]) else None
    if len(parts[-1]) == 4:  # noqa: PLR2004  the year stands last
        parts.reverse()
    try:
        return date(*(int(part) for part in parts)).isoformat()
    except (TypeError, ValueError):
        return None
