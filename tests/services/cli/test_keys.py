"""The key that wraps all others may come from the environment, and then lies on no disk."""

from __future__ import annotations

import pytest

from ledger.vault.kek import new_kek_text
from services.settings import settings
from tests.fix_liggare import Liggare

INPUT = (
    '{"input": "i", "kind": "proposal", "channel": "web", "author": "a", "author_kind": "resident", '
    '"text": "Fler bänkar vid sjön"}'
)


def text_of(liggare: Liggare) -> str:
    ran = liggare("show", "input", "i", "--json")
    return str(ran.json["input"]["versions"][-1]["text"]["text"])


def test_the_line_of_the_file_does_the_same_in_the_environment(
    liggare: Liggare, monkeypatch: pytest.MonkeyPatch
) -> None:
    liggare("do", "receive-input", "--json", INPUT)
    file = liggare.keys / "kek"
    monkeypatch.setenv("LIGGARE_KEK", file.read_text())
    file.unlink()
    assert text_of(liggare) == "Fler bänkar vid sjön"
    verified = liggare("verify").out
    assert verified.startswith("VERIFIED") and "the key store is not at hand" not in verified
    assert "keys: " in liggare("doctor").out
    assert not file.exists()


def test_with_it_from_the_start_no_file_is_made(nothing_yet: Liggare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGGARE_KEK", new_kek_text("2026-11"))
    nothing_yet("init")
    nothing_yet("do", "receive-input", "--json", INPUT)
    assert text_of(nothing_yet) == "Fler bänkar vid sjön"
    assert not (nothing_yet.keys / "kek").exists()


@pytest.mark.parametrize("kek", ["hemlig", new_kek_text("2026-11", bytes).strip()], ids=["no KEK", "another KEK"])
def test_a_wrong_one_stops_the_start_and_is_not_repeated(
    liggare: Liggare, monkeypatch: pytest.MonkeyPatch, kek: str
) -> None:
    liggare("do", "receive-input", "--json", INPUT)
    monkeypatch.setenv("LIGGARE_KEK", kek)
    ran = liggare("do", "register-body", "--json", '{"body": "b", "kind": "board", "name": "B"}', code=1)
    assert kek not in ran.err and len(ran.err.splitlines()) == 1
    assert kek not in liggare("doctor", code=1).out
    assert liggare("status", "--json").json["head"] == 1
    assert kek not in repr(settings(environment={"LIGGARE_KEK": kek}))
