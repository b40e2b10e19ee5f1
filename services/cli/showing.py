"""`liggare show`: the views, as text, JSON or CSV, as of now, a position or a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from inspect import signature
from typing import Any, TypeAlias

from pydantic_core import from_json

from ledger.entries import decode
from ledger.store.port import Reader
from projections.catalogue import PROJECTIONS
from projections.measures import catalogue
from projections.measures.tables import HEADER, table_of
from projections.projection import Rows
from projections.references import swedish_day
from projections.rows.memory import MemoryRows, happened_by
from projections.views import (
    assignments,
    ballots,
    bodies,
    claims,
    commitments,
    corrections,
    criticism,
    custody,
    decisions,
    delegations,
    documents,
    gaps,
    groups,
    indicators,
    influence,
    inputs,
    matters,
    meetings,
    methods,
    mine,
    notices,
    overview,
    participants,
    positions,
    processes,
    programmes,
    responses,
    rules,
    surveys,
)
from projections.views.answer import PAGE_SIZE_MAX, Answer, Page, read_page_token
from services.bootstrap import Parts, prepared
from services.cli.exits import Exit, Failure
from services.cli.kinds import SHOWN
from services.cli.measuring import measured
from services.cli.output import emit, emit_csv, emit_outline, progress
from services.cli.totals import totals_of
from services.settings import Settings
from services.words import opened


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be shown, and how."""

    kind: str
    id: str | None
    at: int | None
    asof: str | None
    as_json: bool
    as_csv: bool
    votes: bool
    totals: bool
    of: tuple[str, ...] = ()


One: TypeAlias = Callable[..., Answer | None]
Many: TypeAlias = Callable[..., Answer]

ONE: dict[str, One] = {
    "body": bodies.body,
    "matter": matters.matter,
    "process": processes.process,
    "participation": groups.participation,
    "input": inputs.proposal,
    "ballot": ballots.ballot,
    "decision": decisions.decision,
    "influence": influence.influence,
    "programme": programmes.programme,
    "meeting": meetings.meeting,
    "item": meetings.item_at,
    "assignment": assignments.assignment,
    "survey": surveys.survey,
    "indicator": indicators.indicator,
    "erasure": participants.erasure,
    "participant": participants.participant,
    "mine": mine.mine_by,
    "rule": rules.rule,
    "document": documents.document,
    "method": methods.method,
    "commitment": commitments.commitment,
    "claim": claims.claim,
    "signing-key": custody.signing_key,
}
ONE |= {kind: corrections.with_corrections(kind, ONE[kind]) for kind in corrections.CORRECTED}
"""Views of one thing, by its kind."""

WHOLE = frozenset({"participation"})
"""Kinds of which one view may be asked for without an id, then of all of them together."""

MANY: dict[str, tuple[str, Many]] = {
    "body": ("bodies", bodies.bodies),
    "matter": ("matters", matters.matters),
    "process": ("processes", processes.processes),
    "open-process": ("open_processes", processes.open_processes),
    "input": ("inputs", inputs.inputs),
    "criticism": ("criticism", criticism.criticism),
    "ballot": ("ballots", ballots.ballots),
    "decision": ("decisions", decisions.decisions),
    "influence": ("influence", influence.influences),
    "delegation": ("delegations", delegations.delegated),
    "position": ("positions", positions.positions),
    "programme": ("programmes", programmes.programmes),
    "meeting": ("meetings", meetings.meetings),
    "notice": ("notices", notices.notices),
    "assignment": ("assignments", assignments.assignments),
    "survey": ("surveys", surveys.surveys),
    "indicator": ("indicators", indicators.indicators),
    "erasure": ("erasures", participants.erasures),
    "rule": ("rules", rules.rules),
    "document": ("documents", documents.documents),
    "method": ("methods", methods.methods),
    "channel": ("channels", methods.channels),
    "commitment": ("commitments", commitments.commitments),
    "claim": ("claims", claims.claims),
    "reference": ("references", claims.references),
    "correction": ("corrections", corrections.corrections),
    "signing-key": ("signing_keys", custody.signing_keys),
    "restoration": ("restorations", custody.restorations),
    "gap": ("gaps", gaps.gaps),
}
MANY |= {
    kind: (items, corrections.with_marks(kind, items, MANY[kind][1])) for kind, items in corrections.MARKED.items()
}
"""Lists, by the kind of what they list, with the member of the answer that holds the items."""

KINDS = {
    "proposal": "input",
    "response": "responses",
    "goal": "goals",
    "answer-times": "responses",
    "definition": "definitions",
    "measures": "measure",
    "events": "event",
    "criticisms": "criticism",
    "key": "signing-key",
    "keys": "signing-key",
    "signing-keys": "signing-key",
    **{many: kind for kind, (many, _) in MANY.items()},
}
"""Other names of kinds."""

VOTE_HEADER = ("voter", "statement", "choice")


def show(settings: Settings, asked: Asked) -> Exit:
    """Write one view or list. Raises Failure where there is no such thing."""
    kind = KINDS.get(asked.kind, asked.kind)
    check(asked, kind)
    with prepared(settings) as parts, closing(parts.reader()) as reader:
        if kind == "event":
            _write(asked, _event(parts, reader, asked.id))
            return Exit.FINE
        with _rows(parts, reader, asked) as rows:
            if asked.votes:
                _write_votes(asked, rows)
            elif asked.totals:
                _write_totals(asked, rows)
            else:
                answer = answer_of(rows, kind, asked)
                with parts.rows() as newest:
                    _write(asked, opened(answer, reader, parts.vault, newest))
    return Exit.FINE


def check(asked: Asked, kind: str) -> None:
    """Raise Failure where this cannot be asked."""
    if kind not in SHOWN:
        known = ", ".join(SHOWN)
        raise Failure(Exit.USAGE, f"there is nothing of the kind {asked.kind!r} to show; it is one of: {known}")
    if asked.as_json and asked.as_csv:
        raise Failure(Exit.USAGE, "choose one of --json and --csv")
    if (asked.votes or asked.totals) and (kind != "ballot" or asked.id is None or asked.votes is asked.totals):
        raise Failure(Exit.USAGE, "--votes or --totals goes with one ballot: show ballot ID --votes")
    if kind in {"trace", "event", *(ONE.keys() - MANY.keys() - WHOLE)} and asked.id is None:
        raise Failure(Exit.USAGE, f"say which {kind}: show {kind} ID")
    if asked.of and kind != "measure":
        raise Failure(Exit.USAGE, "--of goes with a measure: show measure coverage --of process:ID")
    if asked.asof is not None and asked.at is not None:
        raise Failure(Exit.USAGE, "choose one of --at (what was known) and --asof (what had happened)")


# --- The moment -------------------------------------------------------------------------------
@contextmanager
def _rows(parts: Parts, reader: Reader, asked: Asked) -> Iterator[Rows]:
    if asked.asof is not None:
        yield _rows_of_day(reader, day_of(asked.asof))
        return
    head = reader.head()
    if asked.at is not None and asked.at > head:
        raise Failure(Exit.NOT_FOUND, f"the record has {head} events; there is no position {asked.at} yet")
    with parts.rows(asked.at) as rows:
        yield rows


def day_of(text: str) -> date:
    """Return the day a text names; raise Failure."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Failure(Exit.USAGE, f"--asof {text!r} is not a day; write it as 2015-12-14") from None


def _rows_of_day(reader: Reader, day: date) -> MemoryRows:
    """Replay, in memory, what had happened by the end of a day; the answer still names the whole record's head."""
    rows, head = MemoryRows(PROJECTIONS), reader.head()
    with progress(f"replaying to {day}", head) as advance:
        position = 0
        while position < head and (entries := reader.entries(position)):
            rows.add(happened_by(day, [decode(*each) for each in entries]))
            advance(entries[-1].position - position)
            position = entries[-1].position
    rows.position = head
    return rows


# --- The answer -------------------------------------------------------------------------------
def answer_of(rows: Rows, kind: str, asked: Asked) -> Answer:
    """Return the whole answer of a view, or of a list with all its pages; raise Failure where there is no such thing."""
    if kind == "definitions":
        return catalogue.definitions(rows)
    if kind == "measure":
        return _found(_judged(measured, asked)(rows, asked.id, asked.of), "measure", " ".join(asked.of))
    if kind == "overview":
        return overview.overview(rows)
    if kind == "goals":
        goals: Answer = _judged(programmes.goals, asked)(rows)
        return goals
    if kind == "responses":
        times: Answer = _judged(responses.answer_times, asked)(rows)
        return times
    if kind in WHOLE and asked.id is None:
        return _found(_judged(ONE[kind], asked)(rows), kind, "")
    if asked.id is None:
        name, many = MANY[kind]
        listed = _judged(many, asked)
        return _whole_list(name, lambda page: listed(rows, page))
    if kind == "trace":
        decision = asked.id
        return _whole_list("lines", lambda page: _found(decisions.trace(rows, decision, page), "decision", decision))
    if kind not in ONE:
        raise Failure(Exit.USAGE, f"{MANY[kind][0]} are listed, not shown one by one: show {kind}")
    found: Answer | None = _judged(ONE[kind], asked)(rows, asked.id)
    return _found(found, kind, asked.id)


def _judged(view: Callable[..., Any], asked: Asked) -> Callable[..., Any]:
    """Return a view that judges deadlines on the day asked for, else today in Sweden, where it judges any."""
    if "on" not in signature(view).parameters:
        return view
    return partial(view, on=asked.asof or swedish_day(datetime.now(UTC)).isoformat())


def _found(answer: Answer | None, kind: str, id: str) -> Answer:
    if answer is None:
        listed = f"; `liggare show {kind}` lists what there is" if kind in MANY else ""
        raise Failure(Exit.NOT_FOUND, f"there is no {kind} {id!r} here{listed}")
    return answer


def _pages(name: str, page_of: Callable[[Page], Answer]) -> Iterator[Answer]:
    after = ""
    while True:
        answer = page_of(Page(PAGE_SIZE_MAX, after))
        yield answer
        if not answer["next_page_token"]:
            return
        _, after = read_page_token(answer["next_page_token"])


def _whole_list(name: str, page_of: Callable[[Page], Answer]) -> Answer:
    first, *others = _pages(name, page_of)
    items = [item for page in (first, *others) for item in page[name]]
    return {member: value for member, value in first.items() if member != "next_page_token"} | {name: items}


def _event(parts: Parts, reader: Reader, id: str | None) -> Answer:
    """Return one event of the record by its position, with its public words."""
    if id is None or not id.isdecimal():
        raise Failure(Exit.USAGE, "an event is named by its position: show event 12")
    found = reader.at([int(id)])
    if not found:
        raise Failure(Exit.NOT_FOUND, f"the record has {reader.head()} events; there is no position {id} yet")
    words = [{"position": found[0].position, "pointer": row.pointer} for row in reader.sealed([found[0].position])]
    with parts.rows() as newest:
        opened(words, reader, parts.vault, newest)
    return {"position": found[0].position, "entry": from_json(found[0].entry), "words": words}


# --- Votes and totals -------------------------------------------------------------------------
def _votes(rows: Rows, ballot: str) -> Iterator[tuple[str, str, str]]:
    """Yield the votes that stand, in the source's own ids where they were imported."""
    for page in _pages("votes", lambda page: _found(ballots.votes(rows, ballot, page, True), "ballot", ballot)):
        for vote in page["votes"]:
            statement = vote["statement_external_id"] or vote["statement"] or ""
            yield vote["voter"], statement, vote["choice"] or _paper(vote)


def _paper(vote: Answer) -> str:
    """Return the options of a vote in its order, each with its points where it gives points."""
    if not vote["points"]:
        return " ".join(vote["choices"])
    return " ".join(f"{option}={points}" for option, points in zip(vote["choices"], vote["points"], strict=True))


def _write_votes(asked: Asked, rows: Rows) -> None:
    assert asked.id is not None
    _found(ballots.ballot(rows, asked.id), "ballot", asked.id)
    votes = _votes(rows, asked.id)
    if asked.as_json:
        emit({"position": rows.position, "votes": [dict(zip(VOTE_HEADER, vote, strict=True)) for vote in votes]})
    else:
        emit_csv(VOTE_HEADER, votes)


def _write_totals(asked: Asked, rows: Rows) -> None:
    assert asked.id is not None
    header, totals = totals_of(_found(ballots.ballot(rows, asked.id), "ballot", asked.id))
    if asked.as_json:
        emit({"position": rows.position, "totals": [dict(zip(header, total, strict=True)) for total in totals]})
    else:
        emit_csv(header, totals)


# --- Writing ----------------------------------------------------------------------------------
def _write(asked: Asked, answer: Answer) -> None:
    if asked.as_json:
        emit(answer)
    elif asked.as_csv and KINDS.get(asked.kind, asked.kind) == "measure":
        emit_csv(HEADER, table_of(answer))
    elif asked.as_csv:
        emit_csv(*_table(answer, _listed(asked)))
    else:
        emit_outline(answer)


def _listed(asked: Asked) -> str | None:
    """Return the member that holds what a list was asked for; None where one thing was."""
    return MANY.get(KINDS.get(asked.kind, asked.kind), (None,))[0] if asked.id is None else None


def _table(answer: Answer, listed: str | None) -> tuple[list[str], list[list[Any]]]:
    """Return the items of a list, else the one list of an answer, as a table; raises Failure where there is none."""
    lists = [value for name, value in answer.items() if isinstance(value, list) and name != "by_body"]
    lists = lists if listed is None else [answer[listed]]
    if len(lists) != 1:
        raise Failure(Exit.USAGE, "this view is no table; use --json, or --votes or --totals of a ballot")
    items = [_flat(item) for item in lists[0]]
    header = list(dict.fromkeys(name for item in items for name in item))
    return header, [[item.get(name) for name in header] for item in items]


def _flat(item: Any) -> dict[str, Any]:
    """Return an item with its words as plain text, and its moments by when they occurred, else were recorded."""
    if not isinstance(item, dict):
        return {"value": item}
    return {name: _words(value) for name, value in item.items()}


def _words(value: Any) -> Any:
    if isinstance(value, dict) and "pointer" in value:
        return value.get("text")
    if isinstance(value, dict) and isinstance(value.get("text"), dict):
        return value["text"].get("text")
    if isinstance(value, dict) and {"position", "time", "occurred"} <= value.keys():
        return value["occurred"] or value["time"]
    return value
