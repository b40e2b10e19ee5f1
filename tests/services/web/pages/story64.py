"""A town where 184 residents were heard: what they said, what a decision did with it, what was promised and asked.

The numbers are those of the drawings that the pages are to look like, so that a page can be laid beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.assignments.events import AssignmentGiven, AssignmentReported
from ledger.decisions.events import Clause, DecisionRecorded, DissentRecorded, ScopeItem
from ledger.decisions.pieces import Reliance
from ledger.dispositions.events import Change, DispositionRecorded
from ledger.indicators.events import (
    IndicatorDefined,
    IndicatorDirection,
    IndicatorGroup,
    IndicatorOrigin,
    IndicatorValueRecorded,
    Interval,
)
from ledger.inputs.events import AuthorKind, InputKind, InputReceived, SupportGiven
from ledger.inputs.links import CriticismLinked, CriticismTarget
from ledger.messages import Event, Source
from ledger.methods import ChannelRegistered
from ledger.responses import ResponseDue, ResponseGiven
from tests.projections.survey_events import HELD, carded, released
from tests.projections.town import SEALED

THEMES = {
    "Dialog tidigt i processen": (19, 25, 18, 4),
    "Mät det som är viktigt": (6, 20, 15, 8),
    "Begripligt språk": (2, 12, 13, 6),
    "Kundval och valfrihet": (0, 4, 28, 4),
}
"""How many inputs about each theme met each outcome."""

OUTCOMES = {"changed": 27, "weighed": 61, "declined": 74, "unanswered": 22}
CODES = ("adopted", "already_planned", "considered_not_adopted", None)
CHANNELS = (("survey", "Enkät"), ("dialogue", "Dialogmöten"), ("web", "E-förslag"), ("board", "Advisory Board"))
FIRST = date(2015, 2, 3)
REFERENCE = "NF-3902"


def inputs() -> Iterator[tuple[str, str, str | None]]:
    """Yield the inputs: id, theme and the code of what became of each."""
    number = 0
    for theme, counts in THEMES.items():
        for code, count in zip(CODES, counts, strict=True):
            for _ in range(count):
                number += 1
                yield f"i{number:03}", theme, code


def came(number: int) -> str:
    """Return the day the input with a number came."""
    return (FIRST + timedelta(days=number % 56)).isoformat()


def said() -> Iterator[Event]:
    """Yield what was said, with what was owed and answered."""
    for number, (name, theme, _) in enumerate(inputs()):
        channel = CHANNELS[(number * 7) % 11 % 4][0]
        source = Source(basis="external", external_id=REFERENCE) if number == 0 else None
        yield InputReceived(
            input=name,
            kind=InputKind.PROPOSAL,
            channel=channel,
            process="p1",
            matter="m1",
            author=f"secret-author-{name}",
            author_kind=AuthorKind.RESIDENT,
            text=SEALED,
            language="sv",
            theme=theme,
            occurred=came(number),
            source=source,
        )
        yield ResponseDue(input=name, by=_later(came(number), 30), rule="30 days", occurred=came(number))
        if number % 3:
            answered = _later(came(number), 10 + number % 29)
            yield ResponseGiven(
                response=f"r-{name}", input=name, kind="answer", text=SEALED, by_office="au", occurred=answered
            )
    yield ResponseGiven(
        response="receipt", input="i001", kind="receipt", text=SEALED, by_office="au", occurred="2015-02-04"
    )
    for supporter in range(41):
        yield SupportGiven(input="i001", supporter=f"s{supporter}", input_version=1, occurred="2015-02-20")


def _later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


DECIDED = DecisionRecorded(
    decision="d64",
    matter="m1",
    body="au",
    title="Inflytande och innovation som verktyg för att bli bäst på att vara kommun",
    force="preparatory",
    paragraph="§ 64",
    meeting_date="2015-05-12",
    addressed_to="ks",
    clauses=(
        Clause(number=1, verb="note", text=SEALED),
        Clause(number=2, verb="assign", text=SEALED),
    ),
    scope=(ScopeItem(process="p1"),),
    relied_on=(Reliance(kind="survey", id="s1", quality_unknown=False),),
    occurred="2015-05-12",
)


def accounted() -> Iterator[Event]:
    """Yield what the decision did with every input that it answered."""
    for name, _, code in inputs():
        if code is None:
            continue
        reasons = {"considered_not_adopted": ("law", "cost")}.get(code, ())
        changed = (Change(clause=2),) if code == "adopted" else ()
        yield DispositionRecorded(
            input=name,
            input_version=1,
            decision="d64",
            code=code,
            reason_codes=reasons,
            changed=changed,
            by_role="officer",
            text=SEALED,
            occurred="2015-05-12",
        )


AFTERWARDS: tuple[Event, ...] = (
    DissentRecorded(
        decision="d64",
        matter="m1",
        dissent="d64-v",
        kind="note",
        party="Vänsterpartiet",
        by_name=SEALED,
        stance="against",
        text=SEALED,
        occurred="2015-05-12",
    ),
    InputReceived(
        input="k1",
        kind=InputKind.CRITICISM,
        channel="minutes",
        process=None,
        matter="m1",
        author="secret-author-k1",
        author_kind=AuthorKind.OFFICIAL,
        text=SEALED,
        language="sv",
        party="Vänsterpartiet",
        occurred="2015-05-12",
    ),
    CriticismLinked(input="k1", target_kind=CriticismTarget.DECISION, target="d64"),
    CriticismLinked(input="k1", target_kind=CriticismTarget.SURVEY, target="s1"),
    AssignmentGiven(
        assignment="a1",
        matter="m1",
        decision="d64",
        clause=2,
        by_body="ks",
        to_unit="au",
        text=SEALED,
        with_groups=(),
        report_to="ks",
        due="2015-12-14",
        occurred="2015-05-12",
    ),
    AssignmentReported(assignment="a1", matter="m1", document="x", on="2016-05-16", occurred="2016-05-16"),
)

SERIES = ((2010, 38, 2.6), (2011, 40, 2.5), (2012, 41, 2.4), (2013, 39, 2.6), (2014, 43, 2.5), (2015, 44, 2.7))


def measured() -> Iterator[Event]:
    """Yield the index of influence with its values."""
    yield IndicatorDefined(
        indicator="nii",
        title="Nöjd-Inflytande-Index",
        unit="index",
        direction=IndicatorDirection.UP,
        origin=IndicatorOrigin.SCB,
    )
    for year, value, margin in SERIES:
        yield IndicatorValueRecorded(
            indicator="nii",
            period=str(year),
            group=IndicatorGroup.TOTAL,
            value=str(value),
            n=1000,
            interval=Interval(low=f"{value - margin:.1f}", high=f"{value + margin:.1f}", level=95),
            origin=IndicatorOrigin.SCB,
        )


STORY: tuple[Event, ...] = (
    *HELD,
    carded(),
    released(),
    *(ChannelRegistered(channel=code, kind="voice", name_sv=name) for code, name in CHANNELS),
    *said(),
    DECIDED,
    *accounted(),
    *AFTERWARDS,
    *measured(),
)
"""The whole of it."""
