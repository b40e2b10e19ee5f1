"""Corrections at work: on a real store, with sealed words, one after the other and in one group."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json

from tests.fix_liggare import Liggare

BODY = {"command": "register-body", "body": "ks", "kind": "board", "name": "Kommunstyrelsn"}
MATTER = {"command": "open-matter", "matter": "m", "title": "Skolan", "kind": "decision", "body": "ks"}
INPUT = {
    "command": "receive-input",
    "input": "i",
    "kind": "proposal",
    "channel": "paper",
    "matter": "m",
    "author_kind": "resident",
    "text": "En cykelbnaa",
}


def lines(*commands: dict[str, Any]) -> str:
    return "\n".join(to_json(command).decode() for command in commands)


def correction(id: str, **members: Any) -> dict[str, Any]:
    bare = {"command": "correct-event", "correction": id, "by_role": "registrar", "reason": "Felskrivning."}
    return bare | members


NAME = {"tag": "body:ks", "topic": "body-registered", "position": 1, "pointer": "/name"}


def test_both_values_stand_side_by_side_and_the_record_stays_whole(liggare: Liggare) -> None:
    liggare("do", "--json", lines(BODY, MATTER, INPUT))
    wrong = correction("c1", **NAME, was='"Kommunstyrelsn"', becomes='"Kommunstyrelsen"')
    text = correction("c2", tag="input:i", topic="input-received", position=3, pointer="/text", text="En cykelbana")
    liggare("do", "--json", lines(wrong, text))
    shown = liggare("show", "corrections", "--json").json["corrections"]
    assert [(each["tag"], each["was"], each["becomes"]) for each in shown] == [
        ("body:ks", '"Kommunstyrelsn"', '"Kommunstyrelsen"'),
        ("input:i", None, None),
    ]
    assert [each["reason"]["text"] for each in shown] == ["Felskrivning."] * 2
    assert shown[1]["text"]["text"] == "En cykelbana"
    assert liggare("show", "event", "1", "--json").json["entry"]["data"]["name"] == "Kommunstyrelsn"
    assert liggare("verify").out.startswith("VERIFIED")


def test_of_two_corrections_in_one_group_the_second_sees_the_first(liggare: Liggare) -> None:
    liggare("do", "--json", lines(BODY))
    first, second = (
        correction(name, **NAME, becomes=becomes) for name, becomes in (("c1", '"KS"'), ("c2", '"Styrelsen"'))
    )
    liggare("do", "--json", lines(first, second))
    shown = liggare("show", "corrections", "--json").json["corrections"]
    assert [(each["was"], each["becomes"]) for each in shown] == [('"Kommunstyrelsn"', '"KS"'), ('"KS"', '"Styrelsen"')]
