"""Which words a bundle opens, which it withholds and by which event; and that an outsider's verifier agrees."""

from __future__ import annotations

import json
import shutil
import sqlite3
from base64 import urlsafe_b64decode
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_json

from ledger.participants.events import KeyDestroyed
from ledger.vault.commitment import check_commitment
from projections.catalogue import PROJECTIONS
from projections.inputs import INPUTS
from services.audit.offline.main import main as verify_offline
from services.export import shown
from services.export.opened import OpenedWords
from tests.fix_liggare import Liggare
from tests.services.export.bundles import entries_of

AUTHOR = {"channel": "web", "author_kind": "resident"}
LETTER = {"command": "register-document", "document": "letter", "title": "Utredning", "kind": "staff_letter"}
MARK = {"command": "mark-secret", "document": "letter", "provision": "OSL 25:1", "by_role": "clerk"}


def received(name: str, text: str, **more: str) -> dict[str, Any]:
    """Return an input by an author of its own."""
    return (
        {"command": "receive-input", "input": name, "kind": "proposal", "author": f"a-{name}", "text": text}
        | AUTHOR
        | more
    )


OPENING = (
    received("i1", "Fler bänkar", area="Sickla"),
    received("i2", "Färre bänkar"),
    received("i3", "Inga bänkar"),
    LETTER | {"status": "established", "sender": "En boende"},
    {"command": "quote-passage", "quote": "q", "document": "letter", "from_anchor": "rad 1", "text": "Vägen är smal."},
)


@pytest.fixture
def liggare(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Liggare:
    """`liggare` on a ledger with three inputs and a letter: positions 1 to 5."""
    monkeypatch.chdir(tmp_path)
    for name in ("LIGGARE_STORE", "LIGGARE_LEDGER", "LIGGARE_KEYS", "LIGGARE_KEK", "LIGGARE_MODE"):
        monkeypatch.delenv(name, raising=False)
    liggare = Liggare(f"sqlite:///{tmp_path}/l.db", tmp_path / "keys", capfdbinary)
    liggare("init")
    record(liggare, *OPENING)
    return liggare


def record(liggare: Liggare, *commands: dict[str, Any]) -> None:
    liggare("do", "--json", "\n".join(to_json(command).decode() for command in commands))


def lines_of(folder: Path) -> dict[tuple[int, str], dict[str, Any]]:
    """Return the lines about words by place, once it is shown that they stand in order."""
    lines = [
        json.loads(line) for path in sorted((folder / "opened").iterdir()) for line in path.read_text().splitlines()
    ]
    places = [(line["position"], line["pointer"]) for line in lines]
    assert places == sorted(places)
    return dict(zip(places, lines, strict=True))


def exported(liggare: Liggare, *options: str, code: int = 0) -> dict[tuple[int, str], dict[str, Any]]:
    """Export, have an outsider's verifier look at it, and return the lines about words."""
    liggare("export", "--out", "out", "--no-parquet", *options, code=code)
    assert verify_offline(["out", "--vkey", "out/log.vkey"]) == code
    return lines_of(Path("out"))


def test_every_public_word_is_opened_and_no_private_one_is_there(liggare: Liggare) -> None:
    lines = exported(liggare)
    assert {place: line["value"] for place, line in lines.items()} == {
        (1, "/text"): "Fler bänkar",
        (2, "/text"): "Färre bänkar",
        (3, "/text"): "Inga bänkar",
        (4, "/sender"): "En boende",
        (5, "/text"): "Vägen är smal.",
    }
    assert "Sickla" not in "".join(
        path.read_text(errors="replace") for path in Path("out").rglob("*") if path.is_file()
    )
    entry = json.loads(entries_of(Path("out"))[0])
    check_commitment(
        urlsafe_b64decode(lines[1, "/text"]["seed"] + "="), '"Fler bänkar"'.encode(), entry["data"]["text"]["commit"]
    )


WITHDRAW = {"command": "withdraw-input", "input": "i1", "author": "a-i1", "reason": "Ångrade mig"}
MODERATE = {"command": "moderate-input", "verdict": "rejected", "reason_code": "off_topic", "by_role": "moderator"}


def test_what_was_taken_back_or_rejected_is_hidden_by_the_event_that_did_it(liggare: Liggare) -> None:
    record(liggare, WITHDRAW, MODERATE | {"input": "i2"})
    lines = exported(liggare)
    assert (lines[1, "/text"]["withheld"], lines[1, "/text"]["by"]) == ("hidden", 6)
    assert (lines[6, "/reason"]["withheld"], lines[6, "/reason"]["by"]) == ("hidden", 6)
    assert (lines[2, "/text"]["withheld"], lines[2, "/text"]["by"]) == ("hidden", 7)
    assert lines[3, "/text"]["value"] == "Inga bänkar"
    record(liggare, {"command": "restore-input", "input": "i2", "reason_code": "mistake", "by_role": "moderator"})
    assert exported(liggare)[2, "/text"]["value"] == "Färre bänkar"


@pytest.mark.parametrize(
    "command, closed",
    [
        (MARK | {"mark": "s", "part": "parties"}, {(4, "/sender"): "secret"}),
        (MARK | {"mark": "s", "part": "quotes"}, {(5, "/text"): "secret"}),
        (MARK | {"mark": "s"}, {(4, "/sender"): "secret", (5, "/text"): "secret"}),
        (
            {"command": "unpublish", "document": "letter", "reason_code": "personal_data", "by_role": "clerk"},
            {(4, "/sender"): "unpublished", (5, "/text"): "unpublished"},
        ),
        (
            {"command": "unpublish", "position": 3, "reason_code": "personal_data", "by_role": "clerk"},
            {(3, "/text"): "unpublished"},
        ),
    ],
)
def test_what_is_secret_or_taken_off_is_withheld_by_that_event(
    liggare: Liggare, command: dict[str, Any], closed: dict[tuple[int, str], str]
) -> None:
    record(liggare, command)
    lines = exported(liggare)
    assert {place: line["withheld"] for place, line in lines.items() if "withheld" in line} == closed
    assert {line["by"] for line in lines.values() if "withheld" in line} == {6}


def test_what_corrects_hidden_words_is_hidden_with_them(liggare: Liggare) -> None:
    correct = {"command": "correct-event", "correction": "c", "tag": "input:i2", "topic": "input-received"}
    stated = {"position": 2, "pointer": "/text", "text": "Färre soffor", "reason": "Felskrivning.", "by_role": "clerk"}
    record(liggare, correct | stated)
    assert exported(liggare)[6, "/text"]["value"] == "Färre soffor"
    record(liggare, MODERATE | {"input": "i2"})
    lines = exported(liggare)
    assert [(lines[at, "/text"]["withheld"], lines[at, "/text"]["by"]) for at in (2, 6)] == [
        ("hidden", 7),
        ("hidden", 7),
    ]
    assert lines[6, "/reason"]["value"] == "Felskrivning."
    assert "soffor" not in liggare("show", "corrections", "--json").out
    assert "soffor" not in liggare("show", "event", "6", "--json").out


def test_an_erased_word_is_withheld_by_its_receipt_also_in_an_older_size(liggare: Liggare) -> None:
    ask = {"command": "request-erasure", "request": "e", "participant": "a-i1", "scope": ["public_words"]}
    decide = {"command": "decide-erasure", "request": "e", "outcome": "granted", "by_role": "dpo"}
    basis = {"basis": "disposal_decision", "disposal_decision": "KFKS 2019/12", "keys": ["author:a-i1|P"]}
    record(liggare, ask, decide | basis, WITHDRAW)
    liggare("erase", "e", "--yes")
    lines = exported(liggare)
    receipt = next(at for at, entry in enumerate(entries_of(Path("out")), 1) if b"key-destroyed" in entry)
    assert (lines[1, "/text"]["withheld"], lines[1, "/text"]["by"]) == ("erased", receipt)
    assert lines[2, "/text"]["value"] == "Färre bänkar"
    liggare("export", "--out", "old", "--at", "5")
    assert lines_of(Path("old"))[1, "/text"] == {"position": 1, "pointer": "/text", "withheld": "erased", "by": receipt}


def test_words_that_are_gone_for_no_reason_are_told_loudly(liggare: Liggare) -> None:
    with closing(sqlite3.connect("l.db")) as connection:
        connection.execute("DELETE FROM sealed WHERE position = 3")
        connection.commit()
    ran = liggare("export", "--out", "out", code=6)
    assert "position 3, field /text" in ran.err and "no event accounts for that" in ran.err
    assert (3, "/text") not in exported(liggare, code=6)
    told = liggare("export", "--out", "out", "--json", code=6).json["words"]
    assert [(each["position"], each["pointer"]) for each in told["unaccounted"]] == [(3, "/text")]


def test_without_the_key_store_a_bundle_has_no_words_and_says_so(liggare: Liggare) -> None:
    liggare("export", "--out", "out")
    Path("public").mkdir()
    shutil.copy("keys/log.vkey", "public")
    shutil.copy("keys/log.vkeys", "public")
    other = Liggare(liggare.store, Path("public"), liggare._capture)
    ran = other("export", "--out", "out", code=6)
    assert "the bundle lacks the public words: the key store is not at hand" in ran.err
    assert not Path("out/opened").exists()
    assert json.loads(Path("out/manifest.json").read_text())["opened"] == {"included": False}
    assert "not in this bundle" in Path("out/README.md").read_text()
    assert verify_offline(["out", "--vkey", "public/log.vkey"]) in {0, 6}


def test_where_read_models_lag_the_record_itself_decides(liggare: Liggare) -> None:
    record(liggare, WITHDRAW)
    before = exported(liggare)
    digests = Path("out/digests.json").read_bytes()
    with closing(sqlite3.connect("l.db")) as connection:
        connection.execute("UPDATE projection SET error = 'halted', position = 1 WHERE name IN ('inputs', 'votes')")
        connection.commit()
    assert exported(liggare) == before
    assert Path("out/digests.json").read_bytes() == digests


def test_digests_are_those_of_the_exported_size(liggare: Liggare) -> None:
    liggare("export", "--out", "now")
    record(liggare, WITHDRAW)
    liggare("export", "--out", "then", "--at", "5")
    assert Path("now/digests.json").read_bytes() == Path("then/digests.json").read_bytes()
    checked = liggare("rebuild", "--check", "--json").json["read_models"]
    liggare("export", "--out", "now")
    found = json.loads(Path("now/digests.json").read_text())
    assert found == {"position": 6, "read_models": {each["name"]: each["replayed"] for each in checked}}


def test_where_a_read_model_cannot_be_replayed_its_bundle_says_so(
    liggare: Liggare, monkeypatch: pytest.MonkeyPatch
) -> None:
    liggare("export", "--out", "out")
    broken = replace(INPUTS, apply=lambda _state, _recorded: 1 // 0)
    projections = tuple(broken if each is INPUTS else each for each in PROJECTIONS)
    monkeypatch.setattr(shown, "PROJECTIONS", projections)
    monkeypatch.setattr(shown, "stand", lambda *_: False)
    ran = liggare("export", "--out", "out", code=6)
    assert "the bundle lacks the digests of the read models: the read model inputs cannot be replayed" in ran.err
    assert not Path("out/digests.json").exists()
    assert liggare("export", "--out", "out", "--json", code=6).json["lacks"]


def test_words_that_are_closed_meanwhile_are_not_left_open(liggare: Liggare, monkeypatch: pytest.MonkeyPatch) -> None:
    write = OpenedWords.write
    calls: list[int] = []

    def written(self: OpenedWords, size: int, moved: Any) -> list[str]:
        names = write(self, size, moved)
        if not calls:
            record(liggare, WITHDRAW)
        calls.append(size)
        return names

    monkeypatch.setattr(OpenedWords, "write", written)
    liggare("export", "--out", "out")
    assert lines_of(Path("out"))[1, "/text"] == {"position": 1, "pointer": "/text", "withheld": "hidden", "by": 6}
    assert calls == [5, 5]


def test_every_event_that_decides_on_words_is_looked_for() -> None:
    kinds = {kind for projection in shown.GATES for kind in projection.types}
    assert set(shown.COVERING) - kinds == {KeyDestroyed}
