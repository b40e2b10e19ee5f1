"""The overview: everything a ledger holds is counted once, and what is made up says so."""

from __future__ import annotations

from typing import Any

from ledger.inputs.events import InputWithdrawn
from ledger.matters import MatterKind, MatterOpened
from ledger.messages import Source
from projections.catalogue import PROJECTIONS
from projections.rows.memory import MemoryRows
from projections.views.answer import Answer
from projections.views.overview import KINDS, LATEST, overview
from tests.projections.history import record, rows_of
from tests.projections.town import TOWN, decided, received

MADE_UP = Source(basis="illustrative")


def kinds(answer: Answer) -> dict[str, int]:
    return {each["kind"]: each["count"]["value"] for each in answer["kinds"]}


def test_an_empty_ledger_has_nothing_of_every_kind() -> None:
    found = overview(rows_of())
    assert kinds(found) == {kind.name: 0 for kind in KINDS}
    assert (found["position"], found["inputs"]["value"], found["inputs_by"], found["decisions"]) == (0, 0, [], [])
    assert (found["years"], found["languages"]) == ([], [])
    assert found["illustrative"] == {"events": 0, "first": 0, "last": 0}


def test_each_thing_counts_once_whatever_became_of_it() -> None:
    withdrawn = InputWithdrawn(input="i1", author="author-of-i1", process="p1", matter="m1")
    found = overview(rows_of(*TOWN, received("i1"), received("i2"), withdrawn, decided("d1")))
    assert kinds(found) == {kind.name: 0 for kind in KINDS} | {"body": 2, "matter": 1, "process": 1, "decision": 1}
    assert found["inputs"]["value"] == 2
    by = {(each["kind"], each["author_kind"], each["status"]): each["count"] for each in found["inputs_by"]}
    assert by == {("proposal", "resident", "received"): 1, ("proposal", "resident", "withdrawn"): 1}


def test_every_count_is_that_of_its_events() -> None:
    events = (*TOWN, received("i1"), received("i2"), decided("d1"), decided("d2"))
    found = overview(rows_of(*events))
    topics = [event.topic for event in events]
    for each in (*(kind["count"] for kind in found["kinds"]), found["inputs"]):
        assert each["value"] == sum(topics.count(topic) for topic in each["events"]["types"])


def test_years_are_those_of_the_matter_not_of_the_recording() -> None:
    old = received("i1", occurred="2014-11")
    found = overview(rows_of(*TOWN, old, received("i2"), decided("d1", meeting_date="2015-05-12")))
    years: list[dict[str, Any]] = found["years"]
    assert years == [
        {"year": "2014", "inputs": 1, "decisions": 0},
        {"year": "2015", "inputs": 0, "decisions": 1},
        {"year": "2016", "inputs": 1, "decisions": 0},
    ]


def test_languages_come_by_how_much_is_written_in_them() -> None:
    catalan = [received(f"i{number}").model_copy(update={"language": "ca"}) for number in range(3)]
    matter = MatterOpened(matter="m2", title="Pla", language="es", kind=MatterKind.DECISION, body="ks")
    found = overview(rows_of(*TOWN, *catalan, received("i9"), matter))
    assert found["languages"] == [
        {"language": "ca", "inputs": 3, "matters": 0},
        {"language": "sv", "inputs": 1, "matters": 1},
        {"language": "es", "inputs": 0, "matters": 1},
    ]


def test_the_latest_decisions_are_those_of_the_latest_days() -> None:
    days = {f"d{number:02}": f"2015-01-{28 - number:02}" for number in range(LATEST + 2)}
    found = overview(rows_of(*TOWN, *(decided(each, meeting_date=day) for each, day in days.items())))
    assert [each["decision"] for each in found["decisions"]] == list(days)[:LATEST]
    assert found["decisions"][0]["day"] == "2015-01-28"


def test_what_is_made_up_is_counted_over_all_kinds_of_events() -> None:
    events = [*TOWN, *(received(f"i{number}", source=MADE_UP) for number in range(3)), decided("d1", source=MADE_UP)]
    rows = rows_of(*events)
    last = len(events)
    assert overview(rows)["illustrative"] == {"events": 4, "first": last - 3, "last": last}
    earlier = MemoryRows(PROJECTIONS, record(events[:-1]))
    assert overview(earlier)["illustrative"]["events"] == 3
