"""The registry of topics, and what a rejection says and carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from ledger.ballots import CastVote
from ledger.messages import EVENT_TYPES, Command, Event, Rejection, Sealed, Source, StatedSource, Status
from services.bootstrap import SLICES
from tests.events import EVENTS


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """Forget the topics that a test makes up."""
    before = dict(EVENT_TYPES)
    yield
    EVENT_TYPES.clear()
    EVENT_TYPES.update(before)


# --- Events -----------------------------------------------------------------------------------
def test_a_class_registers_itself_under_its_topic() -> None:
    class SnowFell(Event, topic="snow-fell", version=3):
        depth: int

    assert EVENT_TYPES["snow-fell"] is SnowFell
    assert (SnowFell.topic, SnowFell.version) == ("snow-fell", 3)
    assert SnowFell(depth=4).model_dump(exclude_none=True) == {"depth": 4}


def test_a_topic_belongs_to_one_class_for_ever() -> None:
    class SnowFell(Event, topic="snow-fell"):
        pass

    with pytest.raises(TypeError, match="SnowFell"):

        class SnowFellAgain(Event, topic="snow-fell"):
            pass

    assert EVENT_TYPES["snow-fell"] is SnowFell


@pytest.mark.parametrize("topic", ["", "Snow", "snow_fell", "snow-", "-snow", "snow--fell", "snow.v1", "snö", "snow\n"])
def test_a_topic_is_lower_case_words_joined_by_hyphens(topic: str) -> None:
    with pytest.raises(TypeError, match="not a topic"):
        type("Odd", (Event,), {}, topic=topic)
    assert topic not in EVENT_TYPES


def test_an_event_must_say_what_it_is_about() -> None:
    class SnowFell(Event, topic="snow-fell"):
        pass

    with pytest.raises(TypeError, match="SnowFell names no subject"):
        SnowFell().tags()


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.topic)
def test_every_event_of_a_slice_is_registered_and_says_what_happened(kind: type[Event]) -> None:
    assert EVENT_TYPES[kind.topic] is kind
    assert kind.version >= 1
    assert (kind.__doc__ or "").strip()
    assert kind.model_config["frozen"]
    assert kind.model_config["extra"] == "forbid"


def test_slices_share_neither_events_nor_commands_nor_names() -> None:
    commands = [kind for each in SLICES for kind in each.commands]
    assert len(set(EVENTS)) == len(EVENTS)
    assert len({kind.__name__ for kind in commands}) == len(commands)
    assert len({each.name for each in SLICES}) == len(SLICES)


def test_what_happened_cannot_be_changed_and_has_no_unknown_members() -> None:
    source = Source(basis="document")
    with pytest.raises(ValidationError, match="frozen"):
        source.basis = "import"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Source.model_validate({"basis": "document", "surprise": 1})
    with pytest.raises(ValidationError):
        Sealed.model_validate({"commit": "x", "class": "Q"})


# --- Commands ---------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [kind for each in SLICES for kind in each.commands], ids=lambda kind: kind.__name__)
def test_a_command_is_frozen_refuses_the_unknown_and_creates_a_field_of_its_own(kind: type[Command]) -> None:
    assert kind.model_config["frozen"]
    assert kind.model_config["extra"] == "forbid"
    assert kind.creates is None or kind.creates in kind.model_fields


def test_a_command_names_the_field_that_is_wrong() -> None:
    with pytest.raises(ValidationError) as caught:
        CastVote.model_validate({"ballot": "Å", "voter": "", "choice": "maybe", "surprise": 1})
    assert {error["loc"] for error in caught.value.errors()} == {("ballot",), ("voter",), ("choice",), ("surprise",)}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("document", "minutes.pdf"),
        ("document", "A" * 64),
        ("document", "a" * 64 + "\n"),
        *[("anchor", value) for value in ("", " ", "a\0b", "two\nlines", "turn\u202e", "x" * 301)],
        *[("external_id", value) for value in ("", "a\x1bb", "x" * 301)],
    ],
)
def test_where_a_fact_is_from_is_said_in_a_short_line(member: str, value: str) -> None:
    """It stands in the clear for ever: no place for prose, nor for what hides."""
    with pytest.raises(ValidationError, match=member):
        CastVote(ballot="b", voter="v", source=StatedSource.model_validate({"basis": "import", member: value}))


def test_a_well_formed_source_is_kept_in_nfc() -> None:
    source = StatedSource(
        basis="document", document="a" * 64, anchor="rad 14\u201320, A\u030a", external_id="KFKS 2015/174-001"
    )
    kept = CastVote(ballot="b", voter="v", source=source).source
    assert kept == source.model_copy(update={"anchor": "rad 14\u201320, \u00c5"})


# --- Rejections -------------------------------------------------------------------------------
class TooMuchSnow(Rejection):
    """There are {depth} cm on {street}; wait for the plough."""

    sv = "Det ligger {depth} cm på {street}; vänta på plogen."
    status = Status.NOT_FOUND


def test_a_rejection_speaks_two_languages_and_carries_what_it_is_about() -> None:
    rejection = TooMuchSnow(depth=40, street="Skolvägen")
    assert str(rejection) == "There are 40 cm on Skolvägen; wait for the plough."
    assert rejection.message_sv == "Det ligger 40 cm på Skolvägen; vänta på plogen."
    assert rejection.reason == "TOO_MUCH_SNOW"
    assert rejection.metadata == {"depth": "40", "street": "Skolvägen"}
    assert rejection.status is Status.NOT_FOUND


def test_what_a_caller_wrote_is_not_read_as_a_template() -> None:
    assert str(TooMuchSnow(depth="{street}", street="{0.__class__}")).startswith("There are {street} cm on {0.__class")


def test_a_rejection_that_lacks_a_value_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        TooMuchSnow(depth=1)


def test_a_rejection_needs_both_sentences() -> None:
    with pytest.raises(TypeError, match="Swedish"):

        class NoSwedish(Rejection):
            """No."""

    with pytest.raises(TypeError, match="English"):

        class NoEnglish(Rejection):
            sv = "Nej."

    with pytest.raises(TypeError, match="placeholder"):

        class Unequal(Rejection):
            """No."""

            sv = "Nej, {why}."


def test_the_reason_follows_from_the_name() -> None:
    reasons = {
        "BallotClosed": "BALLOT_CLOSED",
        "NotTheAuthorsQuestion": "NOT_THE_AUTHORS_QUESTION",
        "Rule2Broken": "RULE2_BROKEN",
    }
    for name, reason in reasons.items():
        made: Any = type(name, (Rejection,), {"__doc__": "No.", "sv": "Nej."})
        assert made.reason == reason


def test_a_reason_keeps_short_words_apart() -> None:
    class NotAMember(Rejection):
        """Somebody is no member."""

        sv = "Någon är inte ledamot."

    assert NotAMember.reason == "NOT_A_MEMBER"
