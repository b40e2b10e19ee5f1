from __future__ import annotations

import hashlib
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from services.demo import conversation as conversations
from services.demo import story
from services.imports import polis
from tests.fix_liggare import Liggare


def test_the_demonstration_loads_once_and_shows_what_the_minutes_say(nothing_yet: Liggare) -> None:
    first = nothing_yet("demo", "--once", "--json").json
    assert first["conversation"]["votes"] == 12_018 and "Computational Democracy Project" in first["attribution"]
    assert nothing_yet("demo", "--once", "--json").json == first
    assert nothing_yet("status", "--json").json["head"] == first["conversation"]["position"]

    matter = nothing_yet("show", "matter", story.MATTER, "--json").json
    assert [number["value"] for number in matter["matter"]["numbers"]] == ["KFKS 2015/174-001"]
    decision = nothing_yet("show", "decision", story.DECISION, "--json").json
    facts = decision["decision"]
    assert (facts["force"], facts["addressed_to"], facts["paragraph"]) == ("preparatory", "kommunstyrelsen", "§ 64")
    assert [clause["verb"] for clause in facts["clauses"]] == ["note", "forward", "assign"]
    assert [(each["party"], each["by_name"]["text"]) for each in facts["dissents"]] == [
        ("Vänsterpartiet", "Rolf Wasteson")
    ]
    officials = {each["author_kind"]: each for each in decision["coverage"]}["official"]
    assert (officials["numerator"], officials["denominator"]) == (0, 4)
    lines = nothing_yet("show", "trace", story.DECISION, "--json").json["lines"]
    assert [line["code"] for line in lines] == ["pending"] * 4
    assert nothing_yet("verify").out.startswith("VERIFIED")


def test_every_fact_of_the_story_names_its_source() -> None:
    for command in story.commands():
        assert command.source is not None and command.source.document == story.MINUTES
        assert command.source.anchor is not None and command.source.anchor.startswith("lines ")
        assert command.occurred is not None


def test_no_sentence_of_the_minutes_was_copied(shared: Path) -> None:
    seeds = " ".join(path.read_text(encoding="utf-8") for path in sorted((shared / "seeds").glob("*.txt")))
    said = " ".join(seeds.lower().split())
    for command in story.commands():
        clauses = [clause.text for clause in getattr(command, "clauses", ())]
        for text in [*clauses, getattr(command, "text", None), getattr(command, "reasons", None)]:
            words = (text or "").lower().split()
            for start in range(len(words) - 7):
                assert " ".join(words[start : start + 8]) not in said


def test_the_source_of_the_story_is_the_document_it_names(shared: Path) -> None:
    assert story.MINUTES in {hashlib.sha256(path.read_bytes()).hexdigest() for path in (shared / "seeds").glob("*.txt")}


def test_the_shipped_conversation_holds_votes_and_no_words(shared: Path) -> None:
    shipped = conversations.conversation()
    assert all(each.text == f"Statement {each.external_id} (text not included)" for each in shipped.statements)
    whole = polis.read_conversation(shared / "data" / "polis" / "canadian-electoral-reform")
    assert [vote[:4] for vote in shipped.votes] == [vote[:4] for vote in whole.votes]


@pytest.mark.parametrize("arguments", [("serve",), ("demo",)])
def test_serving_ends_gracefully_when_told_to(arguments: tuple[str, ...], liggare: Liggare) -> None:
    with liggare.spawn(*arguments, "--address", "127.0.0.1:0", "--json", stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        while b'"address"' not in (line := process.stdout.readline()):
            assert line, "the server ended by itself"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_a_taken_address_is_one_sentence(liggare: Liggare) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = liggare("serve", "--address", f"127.0.0.1:{taken.getsockname()[1]}", code=1)
    assert "name a free --address" in ran.err
