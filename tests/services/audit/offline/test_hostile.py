"""Whatever is done to a bundle, it is refused with reason and place, soon, and never by a traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from ledger.log.note import SigningKey
from services.audit.offline.main import main
from tests.conformance.bit_flips import flip_bundle, flip_receipts
from tests.services.audit.offline.forging import Files, entries_in, refitted, rewritten, with_lines
from tests.services.audit.offline.memory import verified
from tests.services.audit.offline.refusing import places, refused


# --- Damage -----------------------------------------------------------------------------------
def test_single_flipped_bits_are_all_found_and_their_files_named(files: Files) -> None:
    outcome = flip_bundle(files, 400, seed=20_261_121)
    assert outcome.detected == outcome.located == outcome.tried, outcome.missed
    receipts = flip_receipts(files, 300, seed=20_261_121)
    assert receipts.detected == receipts.tried, receipts.missed


@pytest.mark.parametrize("damage", ["gone", "empty", "half", "longer", "twice", "zeros"])
def test_every_file_that_is_damaged_is_named(files: Files, damage: str) -> None:
    for path, content in files.items():
        changed = dict(files)
        match damage:
            case "gone":
                del changed[path]
            case "empty":
                changed[path] = b""
            case "half":
                changed[path] = content[: len(content) // 2]
            case "longer":
                changed[path] = content + b"\n"
            case "twice":
                changed[path] = content * 2
            case _:
                changed[path] = bytes(len(content))
        report = verified(changed)
        if damage == "gone" and path == "manifest.json":
            assert report.exit_code == 0
            assert any("there is no manifest.json" in each for each in report.not_checked)
        else:
            assert path in places(report), (path, report.lines())
            assert report.exit_code in {3, 6}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tile/0/000", "tile/0/001"),
        ("tile/entries/000", "tile/entries/001"),
        ("tile/0/000", "tile/entries/000"),
        ("checkpoint", "policy"),
        ("log.vkey", "checkpoint"),
        ("manifest.json", "digests.json"),
        ("checkpoints.jsonl", "opened/000000.jsonl"),
    ],
)
def test_files_that_changed_places_are_named(files: Files, one: str, other: str) -> None:
    report = refused({**files, one: files[other], other: files[one]})
    assert one in places(report) or other in places(report)


def test_entries_in_another_order_are_named(files: Files) -> None:
    entries = entries_in(files)
    entries[10], entries[20] = entries[20], entries[10]
    report = refused({**files, "tile/entries/000": _bundled(entries[:256])})
    assert [finding.position for finding in report.findings] == [11, 21]


def test_an_entry_too_many_or_too_few_is_named(files: Files) -> None:
    entries = entries_in(files)[:256]
    for changed in (entries[:100] + entries[101:], [*entries[:100], b"x", *entries[100:]], [*entries, b"x"]):
        assert "tile/entries/000" in places(refused({**files, "tile/entries/000": _bundled(changed)}))


def _bundled(entries: list[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("tile/0/000", bytes(64 << 20)),
        ("tile/entries/000", bytes(64 << 20)),
        ("checkpoint", b"x" * (64 << 20)),
        ("manifest.json", b"[" * (64 << 20)),
        ("log.vkey", b"+" * (64 << 20)),
        ("policy", b"\n" * (64 << 20)),
        ("checkpoints.jsonl", b"{" * (64 << 20)),
        ("opened/000000.jsonl", b"9" * (64 << 20)),
        ("digests.json", bytes(64 << 20)),
    ],
)
def test_what_is_far_too_large_is_not_taken_in(files: Files, path: str, content: bytes) -> None:
    assert path in places(refused({**files, path: content}))


@pytest.mark.parametrize("path", ["manifest.json", "checkpoints.jsonl", "opened/000000.jsonl"])
@pytest.mark.parametrize(
    "text",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"size":1,"size":1}',
        b'{"size":1e999,"note":""}',
        b'{"position":NaN,"pointer":""}',
        b'{"position":' + b"9" * 100_000 + b"}",
        b'"\\ud800"',
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"size":true,"note":"x"}',
        b'{"position":true,"pointer":"/text","withheld":"erased","by":1}',
    ],
)
def test_json_that_means_harm_is_refused(files: Files, path: str, text: bytes) -> None:
    changed = {**files, path: text + b"\n"}
    report = refused(changed if path == "manifest.json" else refitted(changed))
    assert path in places(report)


# --- Words ------------------------------------------------------------------------------------
def test_other_words_than_were_committed_to_are_refused(files: Files) -> None:
    changed = with_lines(files, lambda lines: [lines[0].replace(b"Fler", b"Inga"), *lines[1:]])
    report = refused(changed)
    assert report.findings[0].position == 301
    assert "position 301 (input-received.v1), field /text: the words shown are not those" in report.verdict


Lines = list[bytes]


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (lambda lines: lines[1:], 6, "position 301 (input-received.v1), field /text: withheld: its words are not here"),
        (lambda lines: [lines[0], *lines], 3, "its field has a line already"),
        (lambda lines: lines[::-1], 3, "out of order"),
        (lambda lines: [lines[0].replace(b"/text", b"/nowhere"), *lines], 3, "no such sealed field"),
        (lambda lines: [lines[0].replace(b":301", b":5"), *lines], 3, "no such sealed field"),
        (lambda lines: [lines[0].replace(b":301", b":0"), *lines], 3, "out of order"),
        (lambda lines: [*lines, lines[0].replace(b":301", b":999999")], 3, "out of order"),
        (lambda lines: [_held(301, "erased", 12), *lines[1:]], 6, "the event at position 12 does not say so"),
        (lambda lines: [_held(301, "erased", 600), *lines[1:]], 6, "the event at position 600 does not say so"),
        (lambda lines: [_held(301, "hidden", 302), *lines[1:]], 6, "the event at position 302 does not say so"),
        (lambda lines: [_held(301, "unpublished", 10**9), *lines[1:]], 6, "beyond this log's size"),
        (lambda lines: [_held(301, "because", 1), *lines[1:]], 3, "no reason"),
        (lambda lines: [lines[0].replace(b'"seed":"', b'"seed":"A'), *lines[1:]], 3, "seed"),
        (lambda lines: [lines[0][:-1] + b',"more":1}', *lines[1:]], 3, "neither opened nor withheld"),
        (lambda _: [], 6, "withheld"),
    ],
)
def test_lines_of_words_that_are_not_what_they_must_be(
    files: Files, change: Callable[[Lines], Lines], code: int, said: str
) -> None:
    assert said in places(refused(with_lines(files, change), code))


def _held(position: int, why: str, by: int) -> bytes:
    return json.dumps({"position": position, "pointer": "/text", "withheld": why, "by": by}).encode()


def test_public_words_that_an_entry_calls_private_are_found(files: Files, key: SigningKey) -> None:
    entries = entries_in(files)
    entries[300] = entries[300].replace(b'"class":"P"', b'"class":"S"')
    forged = rewritten(with_lines(files, lambda lines: lines[1:]), entries, [key])
    assert "field /text: it is sealed as class S, and such a field is of class P" in places(refused(forged))


def test_a_bundle_without_any_words_says_that_nothing_was_opened(files: Files) -> None:
    bare = {path: content for path, content in files.items() if not path.startswith("opened/")}
    report = refused(refitted(bare, opened={"included": False}), 0)
    assert any("public words" in each for each in report.not_checked)
    assert "opened/000000.jsonl" in places(refused(refitted(bare)))


@pytest.mark.parametrize(
    "entry",
    [
        b'{"commit":' + b"[" * 5_000 + b"]" * 5_000 + b',"type":"x.v1"}',
        b'{"data":{"text":{"class":"P","commit":"x","commit":"y"}},"type":"x.v1"}',
        b'{"data":{"text":{"class":"P","commit":1e400}},"type":"x.v1"}',
        b'{"data":{"text":{"class":"P","commit":NaN}},"type":"x.v1"}',
        b'{"data":{"text":"\\ud800"},"type":"x.v1"}',
        b'"commit"\xff',
    ],
)
def test_entries_that_mean_harm_are_named(files: Files, key: SigningKey, entry: bytes) -> None:
    entries = [*entries_in(files), entry]
    report = refused(rewritten(files, entries, [key]))
    assert "position 681: the entry cannot be read" in places(report)


def test_a_field_whose_name_is_written_with_escapes_is_not_overlooked(files: Files, key: SigningKey) -> None:
    hidden = b'{"data":{"text":{"class":"P","\\u0063ommit":"' + b"x" * 43 + b'"}},"type":"input-received.v1"}'
    forged = rewritten(files, [*entries_in(files), hidden], [key])
    told = json.loads(forged["manifest.json"])["opened"]
    report = refused(refitted(forged, opened=told | {"unaccounted": 1}), 6)
    assert "position 681 (input-received.v1), field /text: withheld" in places(report)


# --- The manifest -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "lie",
    [
        {"size": 679},
        {"size": "680"},
        {"root": "00" * 32},
        {"origin": "kommun.example/other"},
        {"format": "liggare-bundle/2"},
        {"chunks": []},
        {"chunks": [{"number": 0, "first": 1, "last": 680, "root": "00" * 32}]},
        {"chunks": [{"number": 0, "first": 1, "last": 679, "root": "00" * 32}]},
        {"opened": {"included": True, "opened": 79, "withheld": 0, "unaccounted": 0}},
        {"opened": {"included": True, "opened": 80, "withheld": 0, "unaccounted": 1}},
        {"opened": {}},
        {"files": {}},
        {"files": []},
        {"more": 1},
    ],
)
def test_a_manifest_that_lies_is_refused(files: Files, lie: dict[str, object]) -> None:
    assert "manifest.json" in places(refused(refitted(files, **lie)))


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "tile/0/000", "a//b", "manifest.json", "nul\0l", "x" * 300]
)
def test_a_manifest_that_names_what_it_must_not_is_refused(files: Files, path: str) -> None:
    listed = json.loads(files["manifest.json"])["files"]
    lied = refitted(files, files={**listed, path: {"bytes": 1, "sha256": "00" * 32}})
    assert "manifest.json" in places(refused(lied))


def test_files_that_do_not_belong_are_named(files: Files) -> None:
    for path in ("tile/0/999", "tile/entries/000.p/7", "tile/9/000", "opened/000007.jsonl", "parquet/x"):
        assert path in places(refused({**files, path: b"x"}))
    report = refused({**files, "notes.txt": b"mine", "\x1b[31mred": b""}, 0)
    assert "not part of the bundle: \\x1b[31mred, notes.txt" in report.facts


# --- Everything at once -----------------------------------------------------------------------
def test_bundles_damaged_in_many_places_are_refused(files: Files) -> None:
    chance = Random(7)
    for _ in range(150):
        changed = dict(files)
        for path in chance.sample(sorted(files), chance.randint(1, 5)):
            octets = bytearray(changed[path])
            for _ in range(chance.randint(1, 20)):
                at = chance.randrange(len(octets) + 1)
                octets[at : at + chance.randint(0, 40)] = chance.randbytes(chance.randint(0, 40))
            changed[path] = bytes(octets)
        if changed != files:
            assert verified(changed).exit_code in {3, 6}
            verified(refitted({**changed, "manifest.json": files["manifest.json"]}))


# --- As files ---------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["pipe", "folder", "link outside", "link to a device", "loop"])
@pytest.mark.parametrize(
    "path", ["checkpoint", "manifest.json", "opened/000000.jsonl", "tile/0/000", "tile/entries/001"]
)
def test_what_is_no_file_is_refused_and_holds_nobody(
    bundle: Path, tmp_path: Path, kind: str, path: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    content = (bundle / path).read_bytes()
    (bundle / path).unlink()
    match kind:
        case "pipe":
            os.mkfifo(bundle / path)
        case "folder":
            (bundle / path).mkdir()
        case "link outside":
            (tmp_path / "outside").write_bytes(content)
            (bundle / path).symlink_to(tmp_path / "outside")
        case "link to a device":
            (bundle / path).symlink_to("/dev/zero")
        case _:
            (bundle / path).symlink_to(bundle / path)
    assert main([str(bundle)]) == 3
    said = capfdbinary.readouterr()
    assert path in said.out.decode()
    assert b"Traceback" not in said.out + said.err
