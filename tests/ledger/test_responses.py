"""Responses: who answers, who asks on, and that a correction keeps both texts."""

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.inputs import AuthorKind, InputKind, InputReceived, InputWithdrawn
from ledger.messages import Command, Event, Rejection
from ledger.responses import (
    SLICE,
    AskFollowUp,
    CorrectResponse,
    FollowUpAsked,
    FollowUpExists,
    GiveResponse,
    InputUnknown,
    NotTheAuthorsQuestion,
    ResponseCorrected,
    ResponseDue,
    ResponseExists,
    ResponseGiven,
    ResponseKind,
    ResponseUnknown,
    SetResponseDue,
)
from tests.slices import given


def received(id: str, author: str = "a1") -> InputReceived:
    return InputReceived(
        input=id,
        kind=InputKind.PROPOSAL,
        channel="web",
        author=author,
        author_kind=AuthorKind.RESIDENT,
        text="En lekplats vid stationen",
        language="sv",
    )


INPUT = received("lekplats")
OTHER = received("bad", "a2")
DUE = ResponseDue(input="lekplats", by="2016-06-30", rule="service_pledge")
GIVEN = ResponseGiven(
    response="svar", input="lekplats", kind="answer", text="Den byggs i höst.", by_office="Park och natur"
)
CORRECTED = ResponseCorrected(
    response="svar", input="lekplats", text="Den byggs i vår.", reason="Upphandlingen gjordes om.", revision=2
)
ASKED = FollowUpAsked(follow_up="mer", input="lekplats", author="a1", text="Vilken vecka?")

SET = SetResponseDue(input="lekplats", by="2016-06-30", rule="service_pledge")
GIVE = GiveResponse(
    response="svar",
    input="lekplats",
    kind=ResponseKind.ANSWER,
    text="Den byggs i höst.",
    by_office="Park och natur",
)
CORRECT = CorrectResponse(
    response="svar", input="lekplats", text="Den byggs i vår.", reason="Upphandlingen gjordes om."
)
ASK = AskFollowUp(follow_up="mer", input="lekplats", author="a1", text="Vilken vecka?")


@pytest.mark.parametrize(
    "history, command, event",
    [
        ((INPUT,), SET, DUE),
        ((INPUT, DUE), SET, DUE),
        ((INPUT,), GIVE, GIVEN),
        ((INPUT, InputWithdrawn(input="lekplats", author="a1")), GIVE, GIVEN),
        ((INPUT, GIVEN), CORRECT, CORRECTED),
        ((INPUT, GIVEN, CORRECTED), CORRECT, CORRECTED.model_copy(update={"revision": 3})),
        ((INPUT,), ASK, ASKED),
        ((INPUT, GIVEN), ASK, ASKED),
    ],
)
def test_it_is_recorded(history: tuple[Event, ...], command: Command, event: Event) -> None:
    assert given(SLICE, *history).when(command) == (event,)


@pytest.mark.parametrize(
    "history, command, rejection",
    [
        ((), SET, InputUnknown),
        ((), GIVE, InputUnknown),
        ((INPUT, GIVEN), GIVE, ResponseExists),
        ((), CORRECT, InputUnknown),
        ((INPUT,), CORRECT, ResponseUnknown),
        ((INPUT, OTHER, GIVEN), CORRECT.model_copy(update={"input": "bad"}), ResponseUnknown),
        ((), ASK, InputUnknown),
        ((INPUT,), ASK.model_copy(update={"author": "a2"}), NotTheAuthorsQuestion),
        ((INPUT, ASKED), ASK, FollowUpExists),
    ],
)
def test_it_is_refused(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection) as refused:
        given(SLICE, *history).when(command)
    assert "{" not in str(refused.value) + refused.value.message_sv


def test_a_due_day_is_a_day_of_the_calendar() -> None:
    with pytest.raises(ValidationError):
        SetResponseDue(input="lekplats", by="2016-06-31", rule="service_pledge")


def test_every_event_on_an_input_is_found_by_the_input() -> None:
    assert all("input:lekplats" in event.tags() for event in (DUE, GIVEN, CORRECTED, ASKED))


@for_all(st.lists(st.sampled_from((INPUT, OTHER, DUE, GIVEN, CORRECTED, ASKED))))
def test_folding_never_raises_and_revisions_count_up(events: list[Event]) -> None:
    state = None
    for event in events:
        state = SLICE.evolve(state, event)
    ledger = given(SLICE, INPUT)
    revisions = []
    for command in (GIVE, *[CORRECT] * len(events)):
        ledger = ledger.and_then(*ledger.when(command))
        revisions += [event.revision for event in ledger.history[-1:] if isinstance(event, ResponseCorrected)]
    assert revisions == list(range(2, len(events) + 2))
