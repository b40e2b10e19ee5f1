"""Checkpoints, keys and histories that mean harm are refused by the offline verifier, with the place."""

from __future__ import annotations

import base64
import json

import pytest

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.merkle import leaf_hashes, root_of
from ledger.log.note import SigningKey
from services.audit.offline.bundle import Wanted
from tests.services.audit.offline.forging import Files, entries_in, refitted, rewritten
from tests.services.audit.offline.memory import verified
from tests.services.audit.offline.refusing import places, refused


# --- Checkpoints and keys ---------------------------------------------------------------------
def test_a_checkpoint_of_another_log_is_refused(files: Files) -> None:
    other = SigningKey("elsewhere.example/log", bytes(32))
    mixed = refitted({**files, "checkpoint": sign_checkpoint(Checkpoint(other.name, 1, bytes(32)), other)})
    assert "elsewhere.example/log" in places(refused(mixed))


def test_a_whole_log_by_another_key_is_refused_by_who_brings_the_right_one(files: Files, key: SigningKey) -> None:
    thief = SigningKey(key.name, bytes(32))
    vkey = f"{thief.verifier.format()}\n".encode()
    stolen = rewritten({**files, "log.vkey": vkey, "log.vkeys": vkey}, entries_in(files), [thief], [340])
    assert "not signed by any known key" in places(refused(stolen, 3, Wanted([key.verifier])))
    alone = verified(stolen)
    assert alone.exit_code == 0
    assert thief.verifier.format() in alone.not_checked[-1], "the last word is whose key it would be"


def test_signatures_have_one_spelling(files: Files, key: SigningKey) -> None:
    text, lines = files["checkpoint"].decode().rsplit("\n\n", 1)
    first, *rest = lines.splitlines()
    name, encoded = first.rsplit(" ", 1)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(encoded.rstrip("=")) - 1
    loose = encoded[:at] + alphabet[alphabet.index(encoded[at]) ^ 1] + encoded[at + 1 :]
    assert base64.b64decode(loose) == base64.b64decode(encoded), "Python reads both"
    changed = f"{text}\n\n" + "".join(f"{line}\n" for line in (f"{name} {loose}", *rest))
    report = refused(refitted({**files, "checkpoint": changed.encode()}), 3, Wanted([key.verifier]))
    assert "one allowed spelling" in places(report)


def test_a_line_that_stands_twice_counts_once_and_very_many_lines_are_refused(files: Files) -> None:
    line = files["checkpoint"].splitlines(keepends=True)[-1]
    twice = verified(refitted({**files, "checkpoint": files["checkpoint"] + line}))
    assert twice.exit_code == 0
    assert sum("signed by" in fact for fact in twice.facts) == 1
    assert "signature lines" in places(refused(refitted({**files, "checkpoint": files["checkpoint"] + line * 200})))


@pytest.mark.parametrize(("size", "code"), [(681, 3), (1 << 20, 3), (1 << 32, 3), ((1 << 63) - 1, 6)])
def test_a_size_without_entries_is_refused_soon(files: Files, key: SigningKey, size: int, code: int) -> None:
    signed = sign_checkpoint(Checkpoint(key.name, size, bytes(32)), key)
    bare = {path: content for path, content in files.items() if path != "manifest.json"}
    report = refused({**bare, "checkpoint": signed}, code)
    assert "tile/" in places(report) or "more than the 4,294,967,296" in places(report)


def test_checkpoints_out_of_order_beyond_the_newest_or_of_another_log_are_refused(
    files: Files, key: SigningKey
) -> None:
    lines = files["checkpoints.jsonl"].splitlines(keepends=True)
    beyond = Checkpoint(key.name, 999, bytes(32))
    more = json.dumps({"size": 999, "note": sign_checkpoint(beyond, key).decode()}).encode() + b"\n"
    other = lines[0].replace(b"kommun.example", b"kommun.elsewhere")
    lied = lines[0].replace(b'"size":340', b'"size":341')
    for text, said in ((b"".join(lines[::-1]), "comes after"), (more, "999"), (other, "another log"), (lied, "341")):
        assert said in places(refused(refitted({**files, "checkpoints.jsonl": text})))


# --- History ----------------------------------------------------------------------------------
def test_history_rewritten_with_the_true_key_is_a_fork_to_whoever_kept_a_checkpoint(
    files: Files, key: SigningKey
) -> None:
    entries = entries_in(files)
    kept = [_head(key, entries, size) for size in (100, 400, 600)]
    entries[449] = entries[449].replace(b"Enhet", b"Enhat")
    forged = rewritten(files, entries, [key], [340])
    assert verified(forged).exit_code == 0, "whoever kept nothing sees nothing"
    since = [(f"kept {number}", note) for number, note in enumerate(kept)]
    report = refused(forged, 4, Wanted([key.verifier], since=since))
    assert report.verdict.startswith("FORK")
    assert "kept 2: the entries at positions 401 to 600 do not give the root" in report.verdict
    assert report.worst is not None
    assert report.worst.position == 401


def test_a_head_that_the_log_itself_keeps_shows_a_fork(files: Files, key: SigningKey) -> None:
    entries = entries_in(files)
    true = files["checkpoints.jsonl"].splitlines(keepends=True)[0]
    entries[200] = entries[200].replace(b"Enhet", b"Enhat")
    forged = rewritten(files, entries, [key])
    mixed = refitted({**forged, "checkpoints.jsonl": true + forged["checkpoints.jsonl"]})
    report = refused(mixed, 4)
    assert "checkpoint of size 340: the entries at positions 1 to 340" in report.verdict


def _head(key: SigningKey, entries: list[bytes], size: int) -> bytes:
    return sign_checkpoint(Checkpoint(key.name, size, root_of(leaf_hashes(entries[:size]))), key)


def test_an_older_checkpoint_fits_and_a_newer_one_is_left_open(files: Files, key: SigningKey) -> None:
    entries = entries_in(files)
    for size in (0, 1, 255, 256, 300, 680):
        report = refused(files, 0, Wanted([key.verifier], since=[("kept", _head(key, entries, size))]))
        assert not any("--since" in each for each in report.not_checked)
    newer = _head(key, [*entries, b"more"], 681)
    assert "kept: it is of 681 entries" in places(refused(files, 6, Wanted([key.verifier], since=[("kept", newer)])))
    thief = _head(SigningKey(key.name, bytes(32)), entries, 300)
    assert "shows nothing" in places(refused(files, 6, Wanted([key.verifier], since=[("kept", thief)])))
