"""Any JSON in any place of a bundle is read or refused; nothing that somebody may write ends in an exception."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.log.note import SigningKey
from services.audit.offline.commitments import Commitments, sealed_fields
from services.audit.offline.words import WordLines
from services.audit.report import Report
from tests.services.audit.offline.forging import Files, entries_in, pretty, refitted, rewritten
from tests.services.audit.offline.memory import Memory, verified

NAMES = st.sampled_from(
    [
        "class",
        "commit",
        "type",
        "data",
        "keys",
        "input",
        "document",
        "part",
        "target",
        "position",
        "pointer",
        "tag",
        "vkey",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 700)
    | st.sampled_from(["P", "S", "x" * 43, "/text", "input:input-1", "whole", "rejected", "position:301", "\x1b[2J"])
    | st.text(max_size=5)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=25
)
TYPES = st.sampled_from(
    [
        "input-received.v1",
        "corrected.v1",
        "key-destroyed.v1",
        "input-moderated.v1",
        "unpublished.v1",
        "secrecy-marked.v1",
        "signing-key-announced.v1",
        "signing-key-retired.v1",
        "document-registered.v1",
        "unheard-of.v1",
    ]
)
QUIETLY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def entry(told: Any, kind: str) -> bytes:
    return json.dumps({"data": told, "type": kind}, separators=(",", ":")).encode()


@given(st.lists(st.tuples(VALUES, TYPES), min_size=1, max_size=6), st.lists(VALUES, max_size=6))
def test_any_entries_and_any_lines_of_words_are_looked_at(told: list[tuple[Any, str]], lines: list[Any]) -> None:
    raw = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    report = Report("x")
    words = WordLines(Memory({"opened/000000.jsonl": raw}), report, len(told), 1)
    looked = Commitments(report, len(told), words, whole=True)
    looked.look(1, [entry(*each) for each in told])
    looked.finish()
    assert all(line.isprintable() for line in report.lines())


@given(VALUES)
def test_every_sealed_field_is_found_once_by_its_pointer(value: Any) -> None:
    found = list(sealed_fields(value))
    assert len({each.pointer for each in found}) == len(found)
    for each in found:
        at = value
        for part in each.pointer.split("/")[1:]:
            at = at[int(part)] if isinstance(at, list) else at[part]
        assert at == {"class": each.sealing_class, "commit": each.commit}


@QUIETLY
@given(st.data())
def test_any_value_anywhere_in_the_manifest_is_refused_or_changes_nothing(files: Files, data: st.DataObject) -> None:
    manifest = json.loads(files["manifest.json"])
    at: Any = manifest
    while isinstance(at, dict | list) and at:
        name = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else list(range(len(at)))))
        if not isinstance(at[name], dict | list) or data.draw(st.booleans()):
            at[name] = data.draw(VALUES)
            break
        at = at[name]
    changed = {**files, "manifest.json": pretty(manifest)}
    report = verified(changed)
    assert report.exit_code == (0 if changed == files else 3)


@QUIETLY
@given(st.lists(VALUES, max_size=4))
def test_any_lines_of_kept_checkpoints_are_refused(files: Files, lines: list[Any]) -> None:
    raw = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    report = verified(refitted({**files, "checkpoints.jsonl": raw}))
    assert report.exit_code == (3 if lines else 0)


@QUIETLY
@given(st.lists(st.tuples(VALUES, TYPES), max_size=3))
def test_any_entries_signed_by_the_log_itself_are_read_or_refused(
    files: Files, key: SigningKey, told: list[tuple[Any, str]]
) -> None:
    report = verified(rewritten(files, [*entries_in(files), *(entry(*each) for each in told)], [key]))
    assert report.exit_code in {0, 3, 6}
