"""What is found and what is not, on both engines, through the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_json

from services.bootstrap import prepared
from services.settings import settings
from tests.fix_liggare import Liggare

MATTER = {
    "command": "open-matter",
    "matter": "m",
    "title": "Inflytande och innovation",
    "kind": "decision",
    "body": "ks",
    "numbers": [{"scheme": "dnr", "value": "KFKS 2015/174-001"}],
    "occurred": "2015-05-12",
}
OPENING = ({"command": "register-body", "body": "ks", "kind": "board", "name": "Kommunstyrelsen"}, MATTER)


def received(input: str, text: str, **members: Any) -> dict[str, Any]:
    bare = {"command": "receive-input", "input": input, "kind": "proposal", "channel": "web", "matter": "m"}
    return bare | {"author": f"author-{input}", "author_kind": "resident", "text": text} | members


def record(liggare: Liggare, *commands: dict[str, Any]) -> None:
    liggare("do", "--json", "\n".join(to_json(command).decode() for command in commands))


@pytest.fixture
def filled(liggare: Liggare) -> Liggare:
    record(
        liggare,
        *OPENING,
        received("i1", "Bygg en cykelbana till skolan", occurred="2015-06-01"),
        received("i2", "Skolvägen är farlig; cyklarna trängs med bilarna", area="Sickla"),
        received("i3", "Mer ljus längs vägen", occurred="../2014"),
    )
    return liggare


def subjects(liggare: Liggare, *words: str, code: int = 0) -> list[str]:
    return [hit["subject"] for hit in liggare("search", "--json", *words, code=code).json["hits"]]


def test_words_are_found_by_their_beginning_and_all_must_occur(filled: Liggare) -> None:
    assert subjects(filled, "cykelbana") == ["input:i1"]
    assert subjects(filled, "CYK") != []
    assert sorted(subjects(filled, "skol")) == ["input:i1", "input:i2"]
    assert subjects(filled, "skolan", "cykelbana") == ["input:i1"]
    assert subjects(filled, "skolan", "ljus", code=8) == []


def test_letters_keep_their_marks(filled: Liggare) -> None:
    assert subjects(filled, "vägen") == ["input:i3"]
    assert subjects(filled, "vagen", code=8) == []


@pytest.mark.parametrize("number", ["KFKS 2015/174-001", "2015/174-001", "2015/174", "Kfks"])
def test_titles_and_numbers_in_the_clear_are_found(filled: Liggare, number: str) -> None:
    assert subjects(filled, number) == ["matter:m"]
    assert subjects(filled, "innovation", "--kind", "matter") == ["matter:m"]
    assert subjects(filled, "innovation", "--kind", "input", code=8) == []


def test_private_words_are_not_found(filled: Liggare) -> None:
    assert subjects(filled, "Sickla", code=8) == []


def test_an_earlier_moment_does_not_know_what_came_later(filled: Liggare) -> None:
    assert subjects(filled, "skol", "--at", "3") == ["input:i1"]
    assert subjects(filled, "skol", "--asof", "2015-06-01") == ["input:i1"]
    assert subjects(filled, "vägen", "--asof", "1999-01-01") == ["input:i3"]
    filled("search", "skol", "--at", "99", code=8)
    filled("search", "skol", "--asof", "förra året", code=2)


def test_what_is_hidden_since_is_not_found_any_more(filled: Liggare) -> None:
    record(filled, {"command": "withdraw-input", "input": "i1", "author": "author-i1"})
    assert subjects(filled, "cykelbana", code=8) == []
    assert subjects(filled, "cykelbana", "--at", "3", code=8) == []


def test_text_without_words_is_told_so(filled: Liggare) -> None:
    assert "at least one word" in filled("search", "!?", code=2).err


@pytest.mark.parametrize(
    "nonsense", ["'); DROP TABLE event; --", '" OR 1=1', "a' & !b | (c", "NEAR(x, 5)", "*", "å:*&"]
)
def test_signs_in_words_do_nothing(filled: Liggare, nonsense: str) -> None:
    filled("search", nonsense, code=None)
    assert subjects(filled, "cykelbana") == ["input:i1"]


def test_hits_are_shown_with_the_words_around_them(filled: Liggare) -> None:
    assert "Bygg en cykelbana till skolan" in filled("search", "cykelbana").out


def test_what_is_forgotten_leaves_no_trace(filled: Liggare) -> None:
    assert subjects(filled, "cykelbana") == ["input:i1"]
    chosen = settings(filled.store, filled.ledger, str(filled.keys), {})
    with prepared(chosen) as parts, closing(parts.words()) as words:
        words.forget(["author:author-i1|P"])
    assert subjects(filled, "cykelbana", code=8) == []
    if filled.store.startswith("sqlite"):
        path = Path(filled.store.removeprefix("sqlite:///"))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert b"cykelbana" not in path.read_bytes()


def test_what_was_taken_off_or_marked_secret_is_not_found(filled: Liggare) -> None:
    letter = {
        "command": "register-document",
        "document": "d",
        "title": "Brev om gångbron",
        "kind": "incoming",
        "status": "received",
        "matter": "m",
    }
    quote = {"command": "quote-passage", "document": "d", "quote": "q", "from_anchor": "s. 1", "text": "Bron är hal."}
    record(filled, letter, quote)
    assert subjects(filled, "gångbron") == subjects(filled, "hal") == ["document:d"]
    mark = {
        "command": "mark-secret",
        "document": "d",
        "mark": "k",
        "part": "title",
        "provision": "OSL 21:1",
        "by_role": "ks",
    }
    record(filled, mark)
    assert subjects(filled, "gångbron", code=8) == []
    assert subjects(filled, "hal") == ["document:d"]
    record(filled, {"command": "unpublish", "document": "d", "reason_code": "other", "by_role": "ks"})
    assert subjects(filled, "hal", code=8) == []
    record(filled, {"command": "republish", "document": "d", "by_role": "ks"})
    assert subjects(filled, "hal") == ["document:d"]
    record(filled, {"command": "unpublish", "position": 4, "reason_code": "other", "by_role": "ks"})
    assert subjects(filled, "skolvägen", code=8) == []
