"""Entries: every event class to bytes and back, byte-equal to RFC 8785, whatever the models allow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import entries
from ledger.ballots import VoteCast
from ledger.bodies import BodyDissolved
from ledger.canonical import NotCanonical
from ledger.entries import (
    ENTRY_BYTES_MAX,
    EntryTooLarge,
    UnreadableEntry,
    decode,
    decode_all,
    encode,
    entry_type,
    event_id,
    type_of,
)
from ledger.messages import EVENT_TYPES, Event, Source
from tests.events import CLEAR, EVENTS, any_event, leaves_of

LEDGER = "nacka.se/inflytande"
ID = "0c6f7e1a-93b2-8d04-a5f1-2e8b7c9d0a13"
TIME = "2016-05-16T08:00:00.000000Z"
EXAMPLES = 2_000 // len(EVENTS)
"""Of each class of events; they are built alike."""


def entry_of(event: Event, actor: str = "role:registrar") -> bytes:
    return encode(event, id=ID, ledger=LEDGER, actor=actor, time=TIME)


@pytest.fixture
def registry() -> Iterator[dict[str, type[Event]]]:
    """Forget the topics that a test makes up."""
    before = dict(EVENT_TYPES)
    yield EVENT_TYPES
    EVENT_TYPES.clear()
    EVENT_TYPES.update(before)


# --- Writing and reading --------------------------------------------------------------------------
@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.topic)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_every_event_comes_back_as_it_went(kind: type[Event], data: st.DataObject) -> None:
    event, actor = data.draw(any_event(kind)), data.draw(CLEAR)
    entry = entry_of(event, actor)
    recorded = decode(7, entry)
    assert recorded == decode_all([(7, entry)])[0]
    assert (recorded.event, recorded.position, recorded.actor, recorded.time) == (event, 7, actor, TIME)
    assert type(recorded.event) is kind
    assert entry_of(recorded.event, actor) == entry
    envelope = recorded.entry
    assert (envelope.id, envelope.source, envelope.subject, envelope.type) == (
        ID,
        LEDGER,
        event.subject(),
        type_of(kind),
    )


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.topic)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_an_entry_is_rfc_8785_without_floats_nulls_or_great_numbers(kind: type[Event], data: st.DataObject) -> None:
    entry = entry_of(data.draw(any_event(kind)), data.draw(CLEAR))
    parsed = json.loads(entry)
    assert rfc8785.dumps(parsed) == entry
    assert set(parsed) == {"actor", "data", "id", "source", "specversion", "subject", "time", "type"}
    for leaf in leaves_of(parsed):
        assert isinstance(leaf, str | int)
        assert not isinstance(leaf, int) or abs(leaf) < 2**53
    assert b"\n" not in entry
    assert entry_type(entry) == type_of(kind)


@given(actor=CLEAR, ledger=CLEAR)
def test_nothing_written_by_a_caller_breaks_out_of_the_envelope(actor: str, ledger: str) -> None:
    event = BodyDissolved(body='","type":"vote-cast.v1"}')
    entry = encode(event, id=ID, ledger=ledger, actor=actor, time=TIME)
    assert decode(1, entry).event == event
    assert entry_type(entry) == "body-dissolved.v1"


def test_a_value_outside_the_records_json_is_refused() -> None:
    flat = VoteCast(ballot="b", voter="v", revision=2**53)
    with pytest.raises(NotCanonical):
        entry_of(flat.model_copy(update={"source": Source(basis="import")}))
    for broken in (
        BodyDissolved(body="\ud800"),
        BodyDissolved(body="b", source=Source(basis="import", anchor="\ud800")),
    ):
        with pytest.raises(NotCanonical):
            entry_of(broken)


def test_an_entry_may_have_65535_bytes_and_not_one_more() -> None:
    room = ENTRY_BYTES_MAX - len(entry_of(BodyDissolved(body="")))
    # The id stands twice, in the data and in the subject.
    fitting = BodyDissolved(body="x" * (room // 2))
    assert ENTRY_BYTES_MAX - len(entry_of(fitting)) in (0, 1)
    with pytest.raises(EntryTooLarge, match="65535"):
        entry_of(BodyDissolved(body="x" * (room // 2 + 1)))
    with pytest.raises(EntryTooLarge):
        entry_of(BodyDissolved(body="å" * (room // 2)))


# --- Ids ----------------------------------------------------------------------------------------
@given(st.uuids(), st.integers(0, 1_000), CLEAR)
def test_ids_are_uuids_of_version_8(request: UUID, ordinal: int, ledger: str) -> None:
    name = event_id(ledger, request, ordinal)
    parsed = UUID(name)
    assert str(parsed) == name
    assert (parsed.version, parsed.variant) == (8, "specified in RFC 4122")
    assert event_id(ledger, request, ordinal) == name


def test_an_id_is_the_start_of_sha_256_over_ledger_request_and_ordinal() -> None:
    request = UUID("0190b2a4-0000-7000-8000-000000000001")
    name = LEDGER.encode()
    digest = hashlib.sha256(len(name).to_bytes(8, "big") + name + request.bytes + (3).to_bytes(8, "big")).hexdigest()
    found = event_id(LEDGER, request, 3).replace("-", "")
    # Only the digit of the version and that of the variant stand apart.
    assert (found[:12], found[13:16], found[17:]) == (digest[:12], digest[13:16], digest[17:32])
    assert (found[12], int(found[16], 16) & 3) == ("8", int(digest[16], 16) & 3)


def test_no_two_events_share_an_id() -> None:
    requests = [uuid4() for _ in range(20)]
    names = {event_id(ledger, each, n) for ledger in ("a", "b", "ab") for each in requests for n in range(5)}
    assert len(names) == 300


# --- What cannot be read --------------------------------------------------------------------------
GOOD = entry_of(VoteCast(ballot="b", voter="v", choice="yes", revision=1))


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{}",
        b"null",
        b"\xff\xfe",
        GOOD[:-1],
        GOOD[1:],
        GOOD + b" ",
        GOOD + GOOD,
        GOOD.replace(b"vote-cast.v1", b"vote-lost.v1"),
        GOOD.replace(b"vote-cast.v1", b"vote-cast.v2"),
        GOOD.replace(b"vote-cast.v1", b"vote-cast.v0"),
        GOOD.replace(b"vote-cast.v1", b"vote-cast"),
        GOOD.replace(b"vote-cast.v1", b"vote-cast.v"),
        GOOD.replace(b"vote-cast.v1", b"vote-cast.v-1"),
        GOOD.replace(b"vote-cast.v1", "vote-cast.v²".encode()),
        GOOD.replace(b'"revision":1', b'"revision":1.5'),
        GOOD.replace(b'"revision":1', b'"revision":1,"surprise":2'),
        GOOD.replace(b'"ballot":"b",', b""),
        GOOD.replace(b'"specversion":"1.0"', b'"specversion":"2.0"'),
        GOOD.replace(b',"type":', b',"surprise":1,"type":'),
        GOOD.replace(b'"v"', b'"\xff"'),
    ],
)
def test_what_is_not_an_entry_of_ours_is_unreadable(entry: bytes) -> None:
    with pytest.raises(UnreadableEntry):
        decode(12, entry)
    with pytest.raises(UnreadableEntry):
        decode_all([(11, GOOD), (12, entry)])


def test_the_place_of_the_unreadable_entry_is_named() -> None:
    with pytest.raises(UnreadableEntry, match="12"):
        decode(12, GOOD.replace(b'"revision":1', b'"revision":"x"'))


@given(st.binary(max_size=200))
def test_no_bytes_lead_to_anything_but_a_refusal(noise: bytes) -> None:
    for entry in (noise, GOOD[: len(GOOD) // 2] + noise + GOOD[len(GOOD) // 2 :], noise + b',"type":"vote-cast.v1"}'):
        try:
            recorded = decode(1, entry)
        except UnreadableEntry:
            continue
        assert isinstance(recorded.event, VoteCast)


# --- Read in pieces, or whole ---------------------------------------------------------------------
def _either_way(entry: bytes) -> None:
    """What is read in pieces is what is read of the whole; what that refuses is not read in pieces either."""
    in_pieces = entries._in_pieces(1, entry)
    try:
        whole = entries._whole(1, entry)
    except UnreadableEntry:
        assert in_pieces is None
    else:
        assert in_pieces in (None, whole)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.topic)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_an_entry_as_it_is_written_is_read_in_pieces(kind: type[Event], data: st.DataObject) -> None:
    entry = entry_of(data.draw(any_event(kind)), data.draw(CLEAR.filter(bool)))
    assert entries._in_pieces(1, entry) == entries._whole(1, entry)


_PARTS = [
    b'"',
    b'","',
    b"\\",
    b'\\"',
    b"{",
    b"}",
    b",",
    b"\x00",
    b"\xc3",
    b'"data":',
    b',"data":',
    b',"id":"',
    b'","type":"',
    b"\n",
]


@settings(max_examples=2_000)
@given(at=st.integers(0, len(GOOD)), drop=st.integers(0, 60), part=st.sampled_from(_PARTS) | st.binary(max_size=3))
def test_an_entry_changed_anywhere_is_read_the_same_either_way(at: int, drop: int, part: bytes) -> None:
    _either_way(GOOD)
    _either_way(GOOD[:at] + part + GOOD[at + drop :])


@settings(max_examples=2_000)
@given(cuts=st.lists(st.integers(0, len(GOOD)), min_size=2, max_size=4), doubled=st.booleans())
def test_an_entry_with_parts_moved_is_read_the_same_either_way(cuts: list[int], doubled: bool) -> None:
    _either_way(GOOD)
    first, *_, last = sorted(cuts)
    _either_way(GOOD[:last] + GOOD[first:] if doubled else GOOD[last:] + GOOD[first:last] + GOOD[:first])


def test_no_more_pieces_are_remembered_than_a_few_thousand() -> None:
    for number in range(entries._PIECES_MAX + 10):
        entry = entry_of(BodyDissolved(body=f"b{number}"), f"role:{number}")
        assert decode(1, entry).actor == f"role:{number}"
    assert len(entries._starts) <= entries._PIECES_MAX and len(entries._middles) <= entries._PIECES_MAX


# --- Older versions -------------------------------------------------------------------------------
def test_an_older_version_is_lifted_and_its_bytes_stay(registry: dict[str, type[Event]]) -> None:
    class SnowClearedFirst(Event, topic="snow-cleared"):
        street: str
        hour: int

        def subject(self) -> str:
            return f"street:{self.street}"

    old = entry_of(SnowClearedFirst(street="skolvagen", hour=7, occurred="2015"))
    del registry["snow-cleared"]

    class SnowCleared(Event, topic="snow-cleared", version=3):
        road: str
        minute: int
        by: str = "municipality"

        def subject(self) -> str:
            return f"road:{self.road}"

        @staticmethod
        def upcast_v1_v2(data: dict[str, Any]) -> None:
            data["road"] = data.pop("street")

        @staticmethod
        def upcast_v2_v3(data: dict[str, Any]) -> None:
            data["minute"] = data.pop("hour") * 60

    lifted = decode(1, old)
    assert lifted.event == SnowCleared(road="skolvagen", minute=420, occurred="2015")
    assert lifted.entry.type == "snow-cleared.v1"
    assert lifted.entry.subject == "street:skolvagen"
    second = old.replace(b"cleared.v1", b"cleared.v2").replace(b'"street"', b'"road"')
    new = entry_of(SnowCleared(road="x", minute=1))
    assert [each.event for each in decode_all([(1, old), (2, second), (3, new), (4, old)])] == [
        lifted.event,
        SnowCleared(road="skolvagen", minute=420, occurred="2015"),
        SnowCleared(road="x", minute=1),
        lifted.event,
    ]
    with pytest.raises(UnreadableEntry):
        decode(1, old.replace(b'"street"', b'"avenue"'))
    with pytest.raises(UnreadableEntry, match="newer"):
        decode(1, new.replace(b"cleared.v3", b"cleared.v4"))


@pytest.mark.parametrize("data", [b'{"road":"s"}', b"[]", b'"s"', b"null", b'{"street":7}'])
def test_odd_data_of_an_older_version_are_no_traceback(registry: dict[str, type[Event]], data: bytes) -> None:
    class SnowMelted(Event, topic="snow-melted", version=3):
        street: str

        @staticmethod
        def upcast_v2_v3(data: dict[str, Any]) -> None:
            data["street"] = data.pop("street").lower()

        def subject(self) -> str:
            return f"street:{self.street}"

    new = entry_of(SnowMelted(street="s"))
    assert decode(1, new.replace(b"melted.v3", b"melted.v2").replace(b'"s"', b'"S"', 1)).event == SnowMelted(street="s")
    odd = new.replace(b'{"street":"s"}', data)
    with pytest.raises(UnreadableEntry, match="position 1"):
        decode(1, odd.replace(b"melted.v3", b"melted.v2"))
    with pytest.raises(UnreadableEntry, match="position 1"):
        decode(1, new.replace(b"melted.v3", b"melted.v1"))  # nobody wrote that upcast
