from __future__ import annotations

import pytest
from pydantic import ValidationError

from ledger.bodies import BodyDissolved, BodyKind, BodyRegistered
from ledger.entries import encode
from ledger.matters import MatterClosed, MatterKind, MatterOpened, MatterReopened
from ledger.messages import Command, Event, Rejection
from ledger.processes import (
    SLICE,
    CloseProcess,
    DeclarePromise,
    OpenProcess,
    ParticipationLevel,
    ProcessClosed,
    ProcessKind,
    ProcessOpened,
    PromiseDeclared,
    rejections,
)
from ledger.processes.rejections import (
    BodyIsDissolved,
    BodyUnknown,
    MatterIsClosed,
    MatterUnknown,
    ProcessAlreadyOpened,
    ProcessIsClosed,
    ProcessUnknown,
    PromiseContradictsItself,
    PromiseLeavesNothingOpen,
    PromiseUnchanged,
)
from ledger.sealing import Words, words_of
from tests.slices import given, rejections_of

UNIT = BodyRegistered(body="stab", kind=BodyKind.UNIT, name="Stadsledningskontoret")
GONE = BodyDissolved(body="stab")
MATTER = MatterOpened(matter="m", title="Dialog", language="sv", kind=MatterKind.DECISION, body="stab")
MATTER_CLOSED = MatterClosed(matter="m")
MATTER_REOPENED = MatterReopened(matter="m", reason="Nytt underlag.")
OPENED = ProcessOpened(process="panel", title="Nackapanelen", kind=ProcessKind.PANEL, owner="stab")
IN_MATTER = OPENED.model_copy(update={"matter": "m"})
CLOSED = ProcessClosed(process="panel")
OPEN = OpenProcess(process="panel", title="Nackapanelen", kind=ProcessKind.PANEL, owner="stab")
OPEN_IN_MATTER = OPEN.model_copy(update={"matter": "m"})
INVOLVE = DeclarePromise(
    process="panel",
    level=ParticipationLevel.INVOLVE,
    can_change=("Gestaltning av torget",),
    cannot_change=("Antal bostäder",),
    decided_by="stab",
    answer_due="2016-06-30",
)
INVOLVED = PromiseDeclared(
    process="panel",
    ladder="iap2",
    level=ParticipationLevel.INVOLVE,
    can_change=("Gestaltning av torget",),
    cannot_change=("Antal bostäder",),
    decided_by="stab",
    answer_due="2016-06-30",
)


def promise(**changed: object) -> DeclarePromise:
    return INVOLVE.model_copy(update=changed)


def test_a_process_is_opened_of_its_own() -> None:
    assert given(SLICE, UNIT).when(OPEN) == (OPENED,)


@pytest.mark.parametrize("history", [(UNIT, MATTER), (UNIT, MATTER, MATTER_CLOSED, MATTER_REOPENED)])
def test_a_process_is_opened_within_an_open_matter(history: tuple[Event, ...]) -> None:
    (event,) = given(SLICE, *history).when(OPEN_IN_MATTER)
    assert event == IN_MATTER
    assert event.tags() == ("process:panel", "body:stab", "matter:m")


def test_s2_16_s3_27_a_process_names_its_channels_and_groups() -> None:
    command = OpenProcess(
        process="p",
        title="Samråd",
        kind=ProcessKind.CONSULTATION,
        owner="stab",
        period="2016-03/2016-05",
        channels=("web", "paper", "telephone", "meeting"),
        groups=("residents", "civil_society", "business"),
        open_ended=True,
    )
    assert given(SLICE, UNIT).when(command) == (
        ProcessOpened(
            process="p",
            title="Samråd",
            kind=ProcessKind.CONSULTATION,
            owner="stab",
            period="2016-03/2016-05",
            channels=("web", "paper", "telephone", "meeting"),
            groups=("residents", "civil_society", "business"),
            open_ended=True,
        ),
    )


def test_s0_21_a_process_promises_how_far_influence_reaches() -> None:
    assert given(SLICE, UNIT, OPENED).when(INVOLVE) == (INVOLVED,)


def test_information_alone_needs_nothing_that_can_change() -> None:
    command = DeclarePromise(process="panel", level=ParticipationLevel.INFORM, decided_by="stab")
    assert given(SLICE, UNIT, OPENED).when(command) == (
        PromiseDeclared(process="panel", ladder="iap2", level=ParticipationLevel.INFORM, decided_by="stab"),
    )


def test_a_promise_that_shrinks_is_seen_to_have_shrunk() -> None:
    (event,) = given(SLICE, UNIT, OPENED, INVOLVED).when(promise(level=ParticipationLevel.CONSULT))
    assert event == INVOLVED.model_copy(update={"level": ParticipationLevel.CONSULT})
    # And the first one may be declared again, for it no longer holds.
    assert given(SLICE, UNIT, OPENED, INVOLVED, event).when(INVOLVE) == (INVOLVED,)


def test_a_process_is_closed_with_a_summary_under_its_key() -> None:
    (event,) = given(SLICE, OPENED).when(CloseProcess(process="panel", summary="Många ville se träd."))
    assert event == ProcessClosed(process="panel", summary="Många ville se träd.")
    assert words_of(event) == [Words("/summary", "P", "process:panel|P", "Många ville se träd.")]
    assert given(SLICE, OPENED).when(CloseProcess(process="panel")) == (CLOSED,)


def test_a_dissolved_body_may_be_shown_to_have_run_a_process_once() -> None:
    (event,) = given(SLICE, UNIT, GONE).when(OPEN.model_copy(update={"occurred": "2014"}))
    assert event.occurred == "2014"


REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((UNIT, OPENED), OPEN, ProcessAlreadyOpened),
    ((UNIT, OPENED, CLOSED), OPEN, ProcessAlreadyOpened),
    ((), OPEN, BodyUnknown),
    ((UNIT, GONE), OPEN, BodyIsDissolved),
    ((UNIT,), OPEN_IN_MATTER, MatterUnknown),
    ((UNIT, MATTER, MATTER_CLOSED), OPEN_IN_MATTER, MatterIsClosed),
    ((UNIT,), INVOLVE, ProcessUnknown),
    ((UNIT, OPENED, CLOSED), INVOLVE, ProcessIsClosed),
    ((OPENED,), INVOLVE, BodyUnknown),
    ((UNIT, OPENED, GONE), INVOLVE, BodyIsDissolved),
    ((UNIT, OPENED), promise(cannot_change=("Gestaltning av torget",)), PromiseContradictsItself),
    ((UNIT, OPENED, INVOLVED), INVOLVE, PromiseUnchanged),
    ((), CloseProcess(process="panel"), ProcessUnknown),
    ((OPENED, CLOSED), CloseProcess(process="panel"), ProcessIsClosed),
    *(
        ((UNIT, OPENED), promise(level=level, can_change=()), PromiseLeavesNothingOpen)
        for level in ParticipationLevel
        if level is not ParticipationLevel.INFORM
    ),
]


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(rejections)


@pytest.mark.parametrize("history, command, rejection", REJECTED)
def test_the_register_of_processes_says_no(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


@pytest.mark.parametrize(
    "fields",
    [{"answer_due": "2016-02-30"}, {"can_change": ["x"] * 21}, {"can_change": [""]}, {"ladder": "IAP2"}, {"level": ""}],
)
def test_a_promise_with_a_bad_field_is_no_command(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        DeclarePromise.model_validate({"process": "p", "level": "inform", "decided_by": "b"} | fields)
    assert caught.value.errors()[0]["loc"][0] == next(iter(fields))


def test_the_longest_promise_fits_one_entry() -> None:
    clauses = tuple(f"{number:02}" + "\N{DECIDUOUS TREE}" * 298 for number in range(20))
    longest = DeclarePromise(
        process="p" * 64,
        ladder="i" * 64,
        level=ParticipationLevel.COLLABORATE,
        can_change=clauses,
        cannot_change=tuple(clause[::-1] for clause in clauses),
        decided_by="stab",
    )
    opened = OPENED.model_copy(update={"process": "p" * 64})
    (event,) = given(SLICE, UNIT, opened).when(longest)
    assert (
        len(
            encode(event, id="0190b0a0-0000-8000-8000-000000000000", ledger="l", actor="a", time="2016-05-16T12:00:00Z")
        )
        > 48_000
    )
