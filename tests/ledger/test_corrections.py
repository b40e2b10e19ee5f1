"""Corrections, told as given/when/then, and at work with sealed words and a real store."""

import pytest

from ledger import corrections
from ledger.bodies import BodyKind, BodyRegistered, BodyRenamed
from ledger.corrections import (
    EVENTS_NAMED_MAX,
    SLICE,
    UNCORRECTED,
    Corrected,
    CorrectEvent,
    CorrectionExists,
    EventElsewhere,
    EventOfAnotherTopic,
    EventUnknown,
    FieldNamesSubject,
    FieldUnknown,
    NothingCorrected,
    TopicNotCorrected,
    ValueDoesNotFit,
    ValueHasChanged,
    ValueMissing,
    ValueNotJson,
)
from ledger.matters import MatterReopened
from ledger.messages import EVENT_TYPES, Event, Rejection, Sealed
from tests.slices import AT, given, recorded_at, rejections_of

SEALED = Sealed.model_validate({"commit": "A" * 43, "class": "P"})
BODY = BodyRegistered(body="ksau", kind=BodyKind.COMMITTEE, name="Arbetsutskottet", parent="ks", occurred="2012")
REOPENED = MatterReopened(matter="m1", reason=SEALED)


def asked(**changed: object) -> CorrectEvent:
    members: dict[str, object] = {
        "correction": "c1",
        "tag": "body:ksau",
        "position": 1,
        "topic": "body-registered",
        "pointer": "/name",
        "becomes": '"Kommunstyrelsens arbetsutskott"',
        "reason": "Namnet var avkortat.",
        "by_role": "registrar",
    }
    return CorrectEvent.model_validate(members | changed)


def test_both_values_are_recorded_and_the_date_is_that_of_what_is_corrected() -> None:
    (corrected,) = given(SLICE, BODY).when(asked())
    assert isinstance(corrected, Corrected)
    assert (corrected.was, corrected.becomes) == ('"Arbetsutskottet"', '"Kommunstyrelsens arbetsutskott"')
    assert (corrected.dated(), corrected.subject()) == ("2012", "body:ksau")
    assert corrected.tags() == ("body:ksau", "correction:c1")


def test_without_a_stated_date_the_time_of_recording_counts() -> None:
    (corrected,) = given(SLICE, BODY.model_copy(update={"occurred": None})).when(asked())
    assert corrected.dated() == AT.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_sealed_words_are_replaced_under_the_key_they_had() -> None:
    command = asked(tag="matter:m1", topic="matter-reopened", pointer="/reason", becomes=None, text="Överklagat.")
    (corrected,) = given(SLICE, REOPENED).when(command)
    assert isinstance(corrected, Corrected)
    assert (corrected.holder, corrected.text) == ("matter:m1", "Överklagat.")
    assert (corrected.was, corrected.becomes) == (None, None)


def test_a_second_correction_starts_from_the_first() -> None:
    after = given(SLICE, BODY)
    (first,) = after.when(asked())
    command = asked(correction="c2", becomes='"KSAU"', was='"Kommunstyrelsens arbetsutskott"')
    (second,) = after.and_then(first).when(command)
    assert isinstance(second, Corrected)
    assert (second.was, second.becomes) == ('"Kommunstyrelsens arbetsutskott"', '"KSAU"')
    with pytest.raises(NothingCorrected):
        after.and_then(first).when(asked(correction="c2"))


REFUSED: list[tuple[type[Rejection], dict[str, object]]] = [
    (TopicNotCorrected, {"topic": "vote-cast"}),
    (TopicNotCorrected, {"topic": "never-heard-of", "tag": "body:kf"}),
    (EventUnknown, {"tag": "body:kf"}),
    (EventElsewhere, {"position": 2}),
    (EventElsewhere, {"position": 2, "topic": "never-heard-of"}),
    (EventElsewhere, {"tag": "body:ks"}),
    (EventOfAnotherTopic, {"topic": "body-renamed"}),
    (EventOfAnotherTopic, {"topic": "never-heard-of"}),
    (EventOfAnotherTopic, {"tag": "body:ks", "position": 2}),
    (FieldUnknown, {"pointer": "/names"}),
    (FieldUnknown, {"pointer": "/name/0"}),
    (FieldUnknown, {"pointer": "/numbers/0"}),
    (FieldNamesSubject, {"pointer": "/body", "becomes": '"ks"'}),
    (ValueHasChanged, {"was": '"KSAU"'}),
    (ValueMissing, {"becomes": None}),
    (ValueMissing, {"text": "KSAU"}),
    (ValueDoesNotFit, {"becomes": "12"}),
    (ValueNotJson, {"becomes": "KSAU"}),
    (ValueDoesNotFit, {"pointer": "/kind", "becomes": '"choir"'}),
    (NothingCorrected, {"becomes": ' "Arbetsutskottet" '}),
]


@pytest.mark.parametrize(("rejection", "changed"), REFUSED)
def test_what_would_not_be_a_correction_is_refused(rejection: type[Rejection], changed: dict[str, object]) -> None:
    with pytest.raises(rejection):
        given(SLICE, BODY, BodyRenamed(body="ks", name="KS")).when(asked(**changed))


def test_a_wrong_place_or_type_is_told_what_is_recorded() -> None:
    history = given(SLICE, BODY, *(BodyRenamed(body="ksau", name=f"N{n}") for n in range(EVENTS_NAMED_MAX)))
    with pytest.raises(EventElsewhere) as elsewhere:
        history.when(asked(position=99))
    named = elsewhere.value.metadata["recorded"]
    assert named.startswith("body-registered (1), body-renamed (2), ") and named.endswith("body-renamed (10), …")
    with pytest.raises(EventOfAnotherTopic) as another:
        history.when(asked(position=2))
    assert "is of the type body-renamed" in str(another.value)


def test_a_text_without_its_quotation_marks_is_shown_how_to_write_it() -> None:
    with pytest.raises(ValueNotJson) as caught:
        given(SLICE, BODY).when(asked(becomes="DD"))
    assert r'"becomes": "\"DD\""' in str(caught.value)
    assert r'"becomes": "\"DD\""' in caught.value.message_sv


def test_an_id_is_used_once() -> None:
    after = given(SLICE, BODY, REOPENED)
    words: list[Event] = list(
        after.when(
            asked(tag="matter:m1", position=2, topic="matter-reopened", pointer="/reason", becomes=None, text="x")
        )
    )
    with pytest.raises(CorrectionExists):
        after.and_then(*words).when(asked())


def test_every_rejection_is_shown() -> None:
    assert rejections_of(corrections) == {CorrectionExists} | {rejection for rejection, _ in REFUSED}


def test_what_is_not_corrected_exists_or_will() -> None:
    assert UNCORRECTED - EVENT_TYPES.keys() <= {"answer-received"}


def test_an_event_of_the_same_group_has_no_position_to_name_yet() -> None:
    assert SLICE.evolve(None, BODY) is None
    assert SLICE.evolve_recorded is not None
    assert set(SLICE.evolve_recorded(None, recorded_at(7, BODY)).events) == {7}
