"""Every view of everything in the story fits its answer, at any position, on any day, whatever else is asked."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from inspect import signature
from typing import Any

import protovalidate
import pytest
from google.protobuf.descriptor import FieldDescriptor

from ledger.messages import RecordedEvent
from projections.rows.memory import MemoryRows
from services.rpc.catalogue import message_class, methods
from services.rpc.refusals import FieldsInvalid, ViewUnknown
from services.rpc.transparency import ENVELOPE, SERVICE, VIEWS, Asked
from tests.mission.conftest import Past

METHODS = {each.descriptor.name: each.descriptor for path, each in methods().items() if path.startswith(f"/{SERVICE}/")}
HOSTILE = [
    "", "|", "none", "none|a", "\0", "\u202e", "å" * 300, "matter:", ":", "2016-05-16", "0000-00-00", "9999-12-31", "999999",
    "WzAsMCwwLCIiXQ", "';--", "{0}",
]  # fmt: skip
DAYS = ["0001-01-01", "2015-05-12", "2016-05-16", "2018-10-01", "9999-12-31"]
REQUESTS = 40
UNANSWERED = {
    "CompareSurveys",
    "GetBallot",
    "GetErasure",
    "GetMeasure",
    "GetMeetingItem",
    "GetParticipant",
    "GetSigningKey",
    "ListBallotVotes",
}
"""The story holds none of these, or they are found by more than an id; what they show is told elsewhere."""


@pytest.fixture(scope="session")
def ids(record: Sequence[RecordedEvent]) -> dict[str, list[str]]:
    """Every id the story names, by what it is of."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for recorded in record:
        for tag in recorded.event.tags():
            kind, _, named = tag.partition("|")[0].partition(":")
            found[kind].add(named)
            found["tag"].add(tag)
            found["item"].add(tag.rpartition("item:")[2])
    return {kind: sorted(each) for kind, each in found.items()}


def value(field: FieldDescriptor, ids: dict[str, list[str]], chance: random.Random) -> Any:
    if field.enum_type is not None:
        return chance.choice([each.number for each in field.enum_type.values])
    if field.type == FieldDescriptor.TYPE_BOOL:
        return chance.random() < 0.5
    if field.type == FieldDescriptor.TYPE_STRING:
        own = ids.get(field.name, ids["tag"])
        return chance.choice(own if chance.random() < 0.8 else HOSTILE)
    return chance.choice([0, 1, 2, 64, 2**31 - 1])


def asked_of(name: str, ids: dict[str, list[str]], chance: random.Random) -> Any:
    """Return a request for a view, about what the story holds most of the time."""
    descriptor = METHODS[name].input_type
    own = [field for field in descriptor.fields if field.name not in ENVELOPE]
    request: Any = message_class(descriptor)(ledger="nacka.se/inflytande")
    for field in own:
        if len(own) == 1 or chance.random() < 0.5:
            drawn = value(field, ids, chance)
            if field.is_repeated:
                getattr(request, field.name).extend([drawn])
            else:
                setattr(request, field.name, drawn)
    if "page_size" in descriptor.fields_by_name:
        request.page_size = chance.choice([0, 1, 2, 1_000])
    if "page_token" in descriptor.fields_by_name and chance.random() < 0.1:
        request.page_token = chance.choice(HOSTILE)
    if "as_of_date" in descriptor.fields_by_name:
        request.as_of_date = chance.choice(["", *DAYS])
    return request


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_a_view_of_the_story_answers_or_refuses(
    name: str, told: MemoryRows, on: Past, record: Sequence[RecordedEvent], ids: dict[str, list[str]]
) -> None:
    chance, answers = random.Random(name), 0
    answer_class = message_class(METHODS[name].output_type)
    moments = [told, told, told.at(len(record) // 2), told.at(0), on("2016-05-16")]
    for _ in range(REQUESTS):
        request = asked_of(name, ids, chance)
        if protovalidate.collect_violations(request):
            continue
        try:
            asked = Asked(request, judged="on" in signature(VIEWS[name]).parameters)
            asked.answered(VIEWS[name], chance.choice(moments), answer_class)
        except (FieldsInvalid, ViewUnknown):
            continue
        answers += 1
    assert answers or name in UNANSWERED
