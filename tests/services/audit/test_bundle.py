"""The entries of a log, read strictly and replayed: what an append writes passes, and everything else is named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from ledger.ballots.events import VoteCast
from ledger.bodies import BodyDissolved
from ledger.entries import encode
from ledger.messages import Event
from projections.catalogue import PROJECTIONS
from projections.rebuild import digests
from projections.rows.memory import MemoryRows
from services.audit.bundle import BundleReplay, Replayed, compare_digests, stated_digests
from services.audit.report import Kind, Report
from tests.projections.history import record

ORIGIN = "example.se/test"
VOTES = [VoteCast(ballot="b", voter=f"v{n % 7}", choice="yes", revision=n // 7 + 1) for n in range(40)]


def written(events: list[Event]) -> list[bytes]:
    return [
        encode(each.entry.data, id=each.entry.id, ledger=ORIGIN, actor=each.entry.actor, time=each.entry.time)
        for each in record(events)
    ]


GOOD = written([*VOTES, BodyDissolved(body="b")])


def replayed(entries: list[bytes], page: int = 7, upto: int | None = None) -> Replayed:
    replay = BundleReplay(ORIGIN, len(entries) if upto is None else upto)
    for at in range(0, len(entries), page):
        replay.on_page(at + 1, entries[at : at + page])
    return replay.finish()


def test_a_replay_gives_the_digests_that_the_rows_of_the_record_have() -> None:
    found = replayed(GOOD)
    rows = MemoryRows(PROJECTIONS, record([*VOTES, BodyDissolved(body="b")]))
    assert found.digests == digests(rows, PROJECTIONS) and len(found.digests) == len(PROJECTIONS)
    assert (found.position, found.faults, found.errors) == (len(GOOD), [], {})
    assert replayed(GOOD, page=1) == replayed(GOOD, page=100) == found


def test_a_replay_stops_at_the_position_it_is_asked_for() -> None:
    assert replayed(GOOD, upto=20).digests == replayed(GOOD[:20]).digests != replayed(GOOD).digests


def _moved(entry: bytes) -> bytes:
    members = entry[1:-1].split(b',"id":')
    return b'{"id":' + members[1].split(b",")[0] + b"," + members[0] + b"," + members[1].split(b",", 1)[1] + b"}"


UNSOUND: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "spaces": (lambda entry: entry.replace(b":", b": ", 1), "canonical form"),
    "order": (_moved, "canonical form"),
    "an escape": (lambda entry: entry.replace(b'"yes"', b'"y\\u0065s"'), "canonical form"),
    "the ledger": (lambda entry: entry.replace(b"example.se/test", b"example.se/text"), "source"),
    "the subject": (lambda entry: entry.replace(b'"ballot:b"', b'"ballot:c"'), "subject"),
    "the version of CloudEvents": (lambda entry: entry.replace(b'"1.0"', b'"1.1"'), "specversion"),
    "the id": (lambda entry: entry.replace(b"-8000-8000-", b"-8000-8000z"), "no UUID"),
    "the time": (lambda entry: entry.replace(b"2016-05-16T08", b"2016-05-16T28"), "no RFC 3339 instant"),
    "an earlier time": (lambda entry: entry.replace(b"2016-05-16T08", b"2015-05-16T08"), "before that of an earlier"),
    "a member": (lambda entry: entry.replace(b'"revision"', b'"remark":"x","revision"'), "shape"),
    "no JSON": (lambda entry: entry[:-9], "not JSON"),
    "no object": (lambda _: b"[]", "not a JSON object"),
    "no type": (lambda entry: entry.replace(b'"vote-cast.v1"', b"7"), "type is no text"),
}


@pytest.mark.parametrize("what", UNSOUND)
def test_an_entry_that_no_append_writes_is_named(what: str) -> None:
    change, reason = UNSOUND[what]
    entries = [*GOOD[:20], change(GOOD[20]), *GOOD[21:]]
    assert entries[20] != GOOD[20]
    report = Report(ORIGIN, size=len(entries))
    compare_digests(report, replayed(entries), {})
    assert report.exit_code == 3 and report.worst is not None and report.worst.position == 21
    assert reason in report.worst.reason
    assert "read models: the record they come from is damaged" in report.not_checked


@pytest.mark.parametrize("name", ["never-heard-of.v1", "vote-cast.v2"])
def test_a_type_of_a_newer_version_leaves_what_it_may_concern_unchecked(name: str) -> None:
    entries = [*GOOD[:20], GOOD[20].replace(b"vote-cast.v1", name.encode()), *GOOD[21:]]
    stated = replayed(GOOD).digests
    report = Report(ORIGIN, size=len(entries))
    compare_digests(report, replayed(entries), stated)
    assert report.exit_code == 6 and report.worst is not None and report.worst.position == 21
    assert "a newer liggare is needed" in report.verdict and name in report.verdict
    assert len(report.findings) == 1
    left = next(line for line in report.not_checked if line.startswith("read models that events of unknown types"))
    assert "votes" in left and ("bodies" in left) is (name == "never-heard-of.v1")


def test_a_digest_that_differs_names_the_read_model() -> None:
    report = Report(ORIGIN, size=len(GOOD))
    stated = replayed(GOOD).digests | {"votes": "0" * 64, "unheard": "1" * 64}
    del stated["bodies"]
    compare_digests(report, replayed(GOOD), stated)
    assert report.exit_code == 5 and report.worst is not None
    assert report.worst.place == f"read model votes at position {len(GOOD)}"
    assert [finding.kind for finding in report.findings] == [Kind.INCOMPLETE, Kind.VIEW_DIFFERS]
    assert "read models without a stated digest: bodies" in report.not_checked


def test_after_an_entry_that_was_left_out_nothing_is_compared() -> None:
    replay = BundleReplay(ORIGIN, len(GOOD))
    replay.on_page(1, GOOD[:10])
    replay.on_page(12, GOOD[11:])
    assert replay.finish().digests == {}


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {"position": 1},
        {"position": True, "read_models": {}},
        {"position": -1, "read_models": {}},
        {"position": 1, "read_models": {"a": 1}},
        {"position": 1, "read_models": {}, "more": 1},
        {"position": 1.0, "read_models": {}},
        {"position": 1, "read_models": []},
    ],
)
def test_digests_of_another_shape_are_refused(content: Any) -> None:
    with pytest.raises(ValueError, match="digest"):
        stated_digests(content)
    assert stated_digests({"position": 0, "read_models": {"a": "b"}}) == (0, {"a": "b"})


def test_a_replay_loads_nothing_beyond_pydantic() -> None:
    code = (
        "import sys; from services.audit.bundle import BundleReplay; BundleReplay('o', 1).finish();"
        "print([m for m in sys.modules if m.partition('.')[0] in"
        " {'numpy','scipy','grpc','starlette','typer','rich','psycopg','duckdb','google','eventsourcing','jinja2'}])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
