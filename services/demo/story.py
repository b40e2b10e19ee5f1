"""The matter KFKS 2015/174-001 as its minutes tell it, as commands.

Facts carry over from the minutes of 12 May 2015, § 64, of the executive committee (kommunstyrelsens
arbetsutskott) of Nacka kommun; every text is our own paraphrase. Each command names the document and
the lines it rests on. What the minutes do not say is not said here: what the board decided later, and
whether the criticism was ever answered, stays open.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from ledger.bodies import BodyKind, RegisterBody
from ledger.decisions.events import (
    ClauseVerb,
    DecisionForce,
    DissentKind,
    DissentStance,
    RecordDecision,
    RecordDissent,
    StatedClause,
    StatedScope,
)
from ledger.fields import StatedNumber
from ledger.inputs.events import AuthorKind, InputKind, ReceiveInput
from ledger.matters import MatterKind, OpenMatter
from ledger.messages import Command, StatedSource, Submission
from ledger.processes import OpenProcess, ProcessKind

NAMESPACE = UUID("b0d1c0de-0f5e-5c7e-8a51-201501740001")
ACTOR = "channel:demo"

MINUTES = "cdd50d30b84329480235337fc212a2102cd31e082cc5e75c8d2cd472f3b9a5d7"
"""SHA-256 of the minutes of 12 May 2015, § 64."""

MEETING = "2015-05-12"
BEFORE = "../2015-04-27"
"""At some time up to the day of the letter that the minutes list."""

MATTER = "inflytande-och-innovation"
DECISION = "ksau-2015-05-12-64"
COUNCILLOR = "c6f2a1d4-37a0-4f0a-9d1b-5b0f2a6f8e11"
"""A random id: the speaker as the author of this matter's criticism."""


def _lines(anchor: str) -> StatedSource:
    return StatedSource(basis="document", document=MINUTES, anchor=f"lines {anchor}")


# --- Who --------------------------------------------------------------------------------------
_BODIES: tuple[tuple[str, BodyKind, str, str | None, str], ...] = (
    ("kommunstyrelsen", BodyKind.BOARD, "Kommunstyrelsen", None, "16"),
    ("ksau", BodyKind.COMMITTEE, "Kommunstyrelsens arbetsutskott", "kommunstyrelsen", "6"),
    ("stadsledningskontoret", BodyKind.UNIT, "Stadsledningskontoret", None, "20"),
    ("fornyelseenheten", BodyKind.UNIT, "Förnyelseenheten", None, "33"),
    ("utbildningsenheten", BodyKind.UNIT, "Utbildningsenheten", None, "26"),
    ("aldreenheten", BodyKind.UNIT, "Äldreenheten", None, "26"),
    ("arbets-och-foretagarenheten", BodyKind.UNIT, "Arbets- och företagarenheten", None, "26"),
    ("tekniska-enheterna", BodyKind.UNIT, "Enheterna inom det tekniska området", None, "26"),
    ("stadsutvecklingen", BodyKind.UNIT, "Stadsutvecklingen", None, "26"),
)

# --- What went on already ---------------------------------------------------------------------
_PROCESSES: tuple[tuple[str, ProcessKind, str, str], ...] = (
    ("extern-dialog", ProcessKind.DIALOGUE, "Bättre extern dialog inom det tekniska området", "tekniska-enheterna"),
    ("kvalitetsutveckling", ProcessKind.QUALITY_WORK, "Kvalitetsutveckling i utbildningen", "utbildningsenheten"),
    ("teknik-med-aldre", ProcessKind.TRIAL, "Ny teknik tillsammans med äldre", "aldreenheten"),
    ("advisory-board", ProcessKind.PANEL, "Advisory Board", "arbets-och-foretagarenheten"),
    ("konsten-att-skapa-stad", ProcessKind.DIALOGUE, "Konsten att skapa stad", "stadsutvecklingen"),
)

# --- What was said against it -----------------------------------------------------------------
_CRITICISM: tuple[tuple[str, str, str], ...] = (
    (
        "kritik-a-bortfall",
        "57",
        (
            "Brukarundersökningar tillmäts för stor vikt i styrningen: alltför många svarar inte, och ändå läses "
            "resultaten som hela bilden."
        ),
    ),
    (
        "kritik-b-fragornas-ordalydelse",
        "57",
        "Hur en fråga ställs styr vilket svar man får, och det gäller även de här undersökningarna.",
    ),
    (
        "kritik-c-val-av-anordnare",
        "59",
        (
            "Att få välja utförare är inte detsamma som att få påverka tjänsten: det är innehållet som borde gå att "
            "välja, och den som är missnöjd kan bara byta."
        ),
    ),
    (
        "kritik-d-kostnadspress",
        "61",
        (
            "Kundvalet syftar enligt talaren mer till lägre kostnader och en större marknad än till inflytande, och det "
            "drabbar personal och brukare."
        ),
    ),
)


def commands() -> tuple[Command, ...]:
    """Return the story in the order in which it happened."""
    return (*_bodies(), *_processes(), _matter(), *_criticism(), _decision(), _note())


def submissions() -> list[Submission]:
    """Return the story ready to be submitted; the request ids are always the same, so it can be told once only."""
    return [Submission(command, uuid5(NAMESPACE, _name(command)), ACTOR) for command in commands()]


def _name(command: Command) -> str:
    members: dict[str, Any] = command.__dict__
    return f"{type(command).__name__} {members[str(command.creates)]}"


def _bodies() -> list[Command]:
    return [
        RegisterBody(body=body, kind=kind, name=name, parent=parent, occurred=BEFORE, source=_lines(anchor))
        for body, kind, name, parent, anchor in _BODIES
    ]


def _processes() -> list[Command]:
    return [
        OpenProcess(
            process=process, title=title, kind=kind, owner=owner, period=BEFORE, occurred=BEFORE, source=_lines("26")
        )
        for process, kind, title, owner in _PROCESSES
    ]


def _matter() -> Command:
    return OpenMatter(
        matter=MATTER,
        title="Inflytande och innovation som verktyg för att bli bäst på att vara kommun",
        kind=MatterKind.DECISION,
        body="kommunstyrelsen",
        numbers=(StatedNumber(scheme="dnr", value="KFKS 2015/174-001"),),
        occurred=f"../{MEETING}",
        source=_lines("10-12"),
    )


def _criticism() -> list[Command]:
    return [
        ReceiveInput(
            input=name,
            kind=InputKind.CRITICISM,
            channel="minutes",
            matter=MATTER,
            author=COUNCILLOR,
            author_kind=AuthorKind.OFFICIAL,
            text=text,
            occurred=MEETING,
            source=_lines(anchor),
        )
        for name, anchor, text in _CRITICISM
    ]


def _decision() -> Command:
    clauses = (
        (ClauseVerb.NOTE, "Kommunstyrelsen tar del av rapporten om goda exempel på inflytande och innovation."),
        (ClauseVerb.FORWARD, "Rapporten skickas vidare till nämnderna, för kännedom."),
        (
            ClauseVerb.ASSIGN,
            (
                "Stadsledningskontoret ska utveckla metoderna för inflytande vidare, ihop med invånare, medarbetare och "
                "civilsamhälle, och återkomma till kommunstyrelsen senast den 14 december 2015."
            ),
        ),
    )
    return RecordDecision(
        decision=DECISION,
        matter=MATTER,
        body="ksau",
        title="Inflytande och innovation som verktyg för att bli bäst på att vara kommun",
        force=DecisionForce.PREPARATORY,
        paragraph="§ 64",
        meeting_date=MEETING,
        addressed_to="kommunstyrelsen",
        clauses=tuple(StatedClause(number=n, verb=verb, text=text) for n, (verb, text) in enumerate(clauses, 1)),
        scope=(StatedScope(matter=MATTER),),
        reasons="Utskottet följde förslaget från förnyelseenheten.",
        occurred=MEETING,
        source=_lines("14-20, 41"),
    )


def _note() -> Command:
    return RecordDissent(
        decision=DECISION,
        dissent="ksau-2015-05-12-64-v",
        kind=DissentKind.NOTE,
        party="Vänsterpartiet",
        by_name="Rolf Wasteson",
        stance=DissentStance.AGAINST,
        text="Inflytande är viktigt så länge det inte går ut över andra medborgares rättigheter, men partiet delar inte "
        "majoritetens syn: undersökningarna ges för stor tilltro, och att välja utförare ger inget inflytande över "
        "verksamheten.",
        occurred=MEETING,
        source=_lines("53-61"),
    )
