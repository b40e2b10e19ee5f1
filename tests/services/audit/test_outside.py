"""A bundle verified by signatures, tree, replay and second count: each kind of failure has its code and its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ledger.ballots.events import BallotOpened, VoteCast
from ledger.entries import encode
from ledger.log.note import SigningKey
from ledger.messages import Event
from services.audit.bundle import BundleReplay
from services.audit.offline.bundle import Wanted
from services.audit.offline.tree import Part
from services.audit.outside import Outside
from services.audit.report import Finding, Kind, Report
from tests.services.audit.offline.conftest import exported, files, key
from tests.services.audit.offline.forging import Files, entries_in, refitted, rewritten
from tests.services.audit.offline.memory import Memory
from tests.services.audit.town import untouched

__all__ = ["exported", "files", "key", "untouched"]

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/reference/verify.schema.json").read_text())


def verified(files: Mapping[str, bytes], wanted: Wanted | None = None, jobs: int = 1) -> Report:
    report = Outside(Memory(files), wanted or Wanted(), jobs).run()
    Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(report.to_json())))
    return report


def with_digests(files: Mapping[str, bytes], stated: Any) -> Files:
    content = stated if isinstance(stated, bytes) else json.dumps(stated).encode()
    return refitted({**files, "digests.json": content})


def digests_of(entries: list[bytes], origin: str) -> dict[str, Any]:
    replay = BundleReplay(origin, len(entries))
    replay.on_page(1, entries)
    return {"position": len(entries), "read_models": replay.finish().digests}


# --- The shape of what is said ------------------------------------------------------------------
def test_the_schema_describes_just_what_a_report_says() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    report = Report("l")
    report.add(Kind.FORK, "p", "r", 1)
    told = report.to_json()
    assert set(SCHEMA["properties"]) == set(SCHEMA["required"]) == set(told)
    assert (
        set(SCHEMA["properties"]["findings"]["items"]["properties"]) == set(Finding._fields) == set(told["findings"][0])
    )
    assert SCHEMA["properties"]["findings"]["items"]["properties"]["kind"]["enum"] == [kind.name for kind in Kind]
    assert SCHEMA["properties"]["exit_code"]["enum"] == [0, *map(int, Kind)]


# --- What is whole --------------------------------------------------------------------------------
def test_a_whole_bundle_is_verified_and_every_read_model_with_it(files: Files) -> None:
    report = verified(files)
    assert report.findings == []
    assert report.digests == json.loads(files["digests.json"])["read_models"]
    assert report.counts["read models"] == len(report.digests) > 50
    assert report.counts["entries hashed again"] == report.size == 680
    assert not any("liggare verify" in line for line in report.not_checked)
    assert report.not_checked[-1].startswith("that this is the key of")


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_find_the_same(files: Files, jobs: int) -> None:
    assert verified(files, jobs=jobs) == verified(files)
    entries = entries_in(files)
    damaged = {**files, "tile/entries/001": files["tile/entries/001"].replace(b"Enhet", b"Enhat")}
    assert entries and verified(damaged, jobs=jobs) == verified(damaged)


def test_without_duckdb_the_second_count_is_left_out_and_that_is_said(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.audit.second.duckdb", lambda: None)
    report = verified(files)
    assert report.exit_code == 0 and "entries hashed again" not in report.counts
    assert any("DuckDB: it is not installed" in line for line in report.not_checked)


def test_a_part_of_the_entries_is_verified_without_a_replay(files: Files) -> None:
    report = verified(files, Wanted(part=Part(2, 2)))
    assert report.exit_code == 0 and report.digests == {}
    assert "read models and votes: a part of the entries does not give them" in report.not_checked


def test_a_log_without_digests_is_replayed_and_nothing_is_compared(files: Files) -> None:
    bare = {path: content for path, content in files.items() if path not in {"digests.json", "manifest.json"}}
    report = verified(bare)
    assert report.digests == verified(files).digests
    assert any(line.startswith("read models as they are shown") for line in report.not_checked)


# --- What is not ------------------------------------------------------------------------------------
def test_a_digest_that_is_not_the_replays_is_named(files: Files) -> None:
    stated = json.loads(files["digests.json"])
    stated["read_models"]["inputs"] = "0" * 64
    report = verified(with_digests(files, stated))
    assert report.exit_code == 5
    assert report.worst is not None and report.worst.place == "read model inputs at position 680"


@pytest.mark.parametrize(
    "content",
    [b"{", b"[" * 100_000, b'{"position":681,"read_models":{}}', b'{"position":"x"}', b"\xff", b"x" * (1 << 20) + b"x"],
)
def test_digests_that_are_none_are_refused(files: Files, content: bytes) -> None:
    report = verified(with_digests(files, content))
    assert report.exit_code == 3 and report.worst is not None and report.worst.place == "digests.json"


def test_digests_of_an_earlier_position_are_compared_there(files: Files) -> None:
    entries = entries_in(files)
    report = verified(with_digests(files, digests_of(entries[:400], "kommun.example/liggare")))
    assert report.exit_code == 0
    assert "read models beyond position 400: digests.json is of that position" in report.not_checked


def test_a_changed_entry_is_named_and_nothing_is_replayed(files: Files) -> None:
    path = "tile/entries/000"
    report = verified({**files, path: files[path].replace(b"Enhet 17", b"Enhet 71")})
    assert report.exit_code == 3 and report.worst is not None and report.worst.position == 18
    assert report.digests == {}
    assert "read models: the record they come from is damaged" in report.not_checked


def test_rewritten_history_is_told_by_an_older_checkpoint(files: Files, key: SigningKey) -> None:
    entries = [entry.replace(b"Enhet 17", b"Enhet 71") for entry in entries_in(files)]
    forged = rewritten(files, entries, [key], (340,))
    forged = with_digests(forged, digests_of(entries, key.name))
    assert verified(forged).exit_code == 0
    older = json.loads(files["checkpoints.jsonl"].splitlines()[0])["note"].encode()
    report = verified(forged, Wanted(since=[("checkpoint in mine", older)]))
    assert report.exit_code == 4 and report.worst is not None and "mine" in report.worst.place


def recorded(files: Files, key: SigningKey, *events: Event) -> list[bytes]:
    """Return the entries of a bundle with further ones, as somebody may write them who holds the key."""
    name = "00000000-0000-8000-8000-{:012d}"
    time = "2099-01-01T00:00:00.000000Z"
    further = [
        encode(event, id=name.format(n), ledger=key.name, actor="role:clerk", time=time)
        for n, event in enumerate(events)
    ]
    return [*entries_in(files), *further]


def opening(ballot: str) -> BallotOpened:
    return BallotOpened(ballot=ballot, question="?", rule="support", tie_rule="none", definition="0" * 64)


def test_a_type_of_a_newer_version_is_incomplete(files: Files, key: SigningKey) -> None:
    entries = recorded(files, key, opening("b"))
    entries[-1] = entries[-1].replace(b"ballot-opened.v1", b"ballot-dreamt.v1")
    report = verified(with_digests(rewritten(files, entries, [key]), digests_of(entries_in(files), key.name)))
    assert report.exit_code == 6 and report.worst is not None and report.worst.position == 681
    assert "a newer liggare is needed" in report.verdict


def test_an_entry_that_no_append_writes_is_named_though_it_is_signed(files: Files, key: SigningKey) -> None:
    entries = recorded(files, key, opening("b"))
    entries[-1] = entries[-1].replace(b'"subject":"ballot:b"', b'"subject":"ballot:c"')
    report = verified(rewritten(files, entries, [key]))
    assert report.exit_code == 3 and report.worst is not None and report.worst.position == 681


def test_a_vote_without_a_ballot_is_counted_by_the_replay_and_not_by_duckdb(files: Files, key: SigningKey) -> None:
    pytest.importorskip("duckdb", reason="the extra `duckdb` is not installed")
    entries = recorded(files, key, VoteCast(ballot="b", voter="v", choice="support", revision=1))
    report = verified(with_digests(rewritten(files, entries, [key]), digests_of(entries, key.name)))
    assert report.exit_code == 5
    assert any(str(each) == "ballot b, current for support: DuckDB counts 0, the replay 1" for each in report.findings)
    entries = recorded(files, key, opening("b"), VoteCast(ballot="b", voter="v", choice="support", revision=1))
    allowed = with_digests(rewritten(files, entries, [key]), digests_of(entries, key.name))
    assert verified(allowed).exit_code == 0


def test_a_bundle_without_a_checkpoint_says_so(files: Files) -> None:
    report = verified({path: content for path, content in files.items() if path != "checkpoint"})
    assert report.exit_code == 3 and "checkpoint" in report.verdict
