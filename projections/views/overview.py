"""What a ledger holds: how much of every kind, from which years, in which languages, and what of it is made up."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from ledger.assignments.events import AssignmentGiven
from ledger.ballots.events import BallotOpened
from ledger.bodies import BodyRegistered
from ledger.claims.events import ClaimRecorded
from ledger.commitments.events import CommitmentMade
from ledger.decisions.events import DecisionRecorded
from ledger.documents.events import DocumentRegistered
from ledger.indicators.events import IndicatorDefined
from ledger.inputs.events import InputReceived
from ledger.matters import MatterOpened
from ledger.meetings.events import MeetingCalled
from ledger.messages import Event
from ledger.methods import MethodRegistered
from ledger.processes import ProcessOpened
from ledger.programmes.events import ProgrammeAdopted
from ledger.surveys.events import SurveyPlanned
from projections.assignments import ASSIGNMENTS
from projections.ballots import BALLOTS
from projections.bodies import BODIES
from projections.catalogue import ORIGINS
from projections.claims import CLAIMS
from projections.commitments import COMMITMENTS
from projections.decisions import DECISIONS
from projections.documents import DOCUMENTS
from projections.indicators import INDICATORS
from projections.inputs import INPUTS
from projections.matters import MATTERS
from projections.meetings import MEETINGS
from projections.methods import METHODS
from projections.origins import ILLUSTRATIVE
from projections.processes import PROCESSES
from projections.programmes import PROGRAMMES
from projections.projection import Projection, Rows
from projections.references import day_of_moment
from projections.surveys import SURVEYS
from projections.views.answer import Answer, Definition, answer, figure, picked, state_of, states
from projections.views.decisions import SUMMARY

LATEST = 10


class Kind(NamedTuple):
    """A kind of thing: where its states are, and the event that brings one in."""

    name: str
    projection: Projection
    begun: type[Event]


KINDS = (
    Kind("body", BODIES, BodyRegistered),
    Kind("matter", MATTERS, MatterOpened),
    Kind("process", PROCESSES, ProcessOpened),
    Kind("ballot", BALLOTS, BallotOpened),
    Kind("decision", DECISIONS, DecisionRecorded),
    Kind("programme", PROGRAMMES, ProgrammeAdopted),
    Kind("meeting", MEETINGS, MeetingCalled),
    Kind("assignment", ASSIGNMENTS, AssignmentGiven),
    Kind("survey", SURVEYS, SurveyPlanned),
    Kind("indicator", INDICATORS, IndicatorDefined),
    Kind("document", DOCUMENTS, DocumentRegistered),
    Kind("method", METHODS, MethodRegistered),
    Kind("commitment", COMMITMENTS, CommitmentMade),
    Kind("claim", CLAIMS, ClaimRecorded),
)

DEFINITION = Definition(
    "overview",
    1,
    "Each thing counts once, whatever became of it since; inputs are counted by kind, by the capacity of who wrote them and "
    "by how they stand now. An input counts in the year it was received, a decision in the year of its meeting, else "
    "the year in which it was made, else recorded. The latest decisions are those of the latest such day. Illustrative are the "
    "events whose source says that they are made up to show what a ledger can hold.",
    (*(kind.projection for kind in KINDS), INPUTS, ORIGINS),
)


def overview(rows: Rows) -> Answer:
    """Return what the ledger holds: `kinds`, `inputs`, `years`, `languages`, the latest `decisions`, `illustrative`."""
    found = {kind.name: [row.state for row in states(rows, kind.projection.name)] for kind in KINDS}
    decisions = [_dated(state) for state in found["decision"]]
    by = {tuple(name.split("|")[1:]): count for name, count in sorted(rows.figures(INPUTS.name, "kind|").items())}
    return answer(
        rows,
        DEFINITION,
        kinds=[{"kind": kind.name, "count": figure(len(found[kind.name]), (kind.begun,))} for kind in KINDS],
        inputs=figure(sum(by.values()), (InputReceived,)),
        inputs_by=[
            {"kind": kind, "author_kind": author_kind, "status": status, "count": count}
            for (kind, author_kind, status), count in by.items()
        ],
        years=_years(rows, decisions),
        languages=_languages(rows, found["matter"]),
        decisions=sorted(decisions, key=lambda each: (each["day"], each["decision"]), reverse=True)[:LATEST],
        illustrative=state_of(rows, ORIGINS.name, ILLUSTRATIVE) or {"events": 0, "first": 0, "last": 0},
    )


def _dated(state: dict[str, Any]) -> Answer:
    return picked(state, *SUMMARY) | {"day": state["meeting_date"] or day_of_moment(state["recorded"])}


def _years(rows: Rows, decisions: list[Answer]) -> list[Answer]:
    received = _named(rows, "year")
    decided = Counter(each["day"][:4] for each in decisions)
    years = sorted(received.keys() | decided.keys())
    return [{"year": year, "inputs": received[year], "decisions": decided[year]} for year in years]


def _languages(rows: Rows, matters: list[dict[str, Any]]) -> list[Answer]:
    written = _named(rows, "language")
    kept = Counter(state["language"] for state in matters)
    most_written = sorted(written.keys() | kept.keys(), key=lambda each: (-written[each], -kept[each], each))
    return [{"language": each, "inputs": written[each], "matters": kept[each]} for each in most_written]


def _named(rows: Rows, name: str) -> Counter[str]:
    figures = rows.figures(INPUTS.name, f"{name}|")
    return Counter({figure.partition("|")[2]: count for figure, count in figures.items()})
