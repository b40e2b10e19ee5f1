from __future__ import annotations

import hashlib
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from pydantic_core import from_json

from services.cli.output import called
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
    assert [number["value"] for number in matter["matter"]["numbers"]] == ["KFKS 2015/174"]
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


def test_the_demonstration_with_filler_loads_once_and_the_record_stays_whole(nothing_yet: Liggare) -> None:
    first = nothing_yet("demo", "--once", "--with-illustrative", "--json")
    assert nothing_yet("demo", "--once", "--with-illustrative", "--json").json == first.json
    assert nothing_yet("status", "--json").json["head"] == first.json["conversation"]["position"]
    assert nothing_yet("verify", "--json").json["checked"]["erased fields"] == 1
    words = nothing_yet("show", "input", "illustrativt-forslag-10", "--json").json["input"]["versions"][0]["text"]
    assert words["withheld"] == "erased"
    hits = nothing_yet("search", "påhittat", "--json").json["hits"]
    assert {each["basis"] for each in hits} == {"illustrative"}
    assert all("  (illustrative) " in line for line in nothing_yet("search", "påhittat").out.splitlines())
    shown = nothing_yet("show", "survey", "medborgarenkat-2018").out
    assert shown.count("basis: illustrative") > 10 and "basis: document" not in shown


def test_the_closing_words_name_commands_that_answer(nothing_yet: Liggare) -> None:
    said = nothing_yet("demo", "--once").err.splitlines()
    named = [shlex.split(line.partition(" --keys ")[2])[1:] for line in said if line.startswith("  ")]
    assert ["show", "gaps"] in named and ["show", "assignments", "--asof", "2015-12-15"] in named
    for arguments in named:
        assert nothing_yet(*arguments).out


def test_filler_is_refused_where_the_story_ended_without_it(nothing_yet: Liggare) -> None:
    before = nothing_yet("demo", "--once", "--json").json
    ran = nothing_yet("demo", "--once", "--with-illustrative", code=None)
    assert ran.code == 6 and "tell it with it to a new ledger" in ran.err
    assert nothing_yet("status", "--json").json["head"] == before["conversation"]["position"]


def test_every_fact_of_the_story_names_its_source() -> None:
    bases = set()
    for told in story.story(illustrative=True):
        source = told.command.source
        assert source is not None
        bases.add(source.basis)
        if source.basis == "document":
            assert source.document in story.SOURCES.values()
            assert source.anchor is not None and source.anchor.startswith("lines ")
        elif source.basis == "external":
            assert source.external_id
        assert told.illustrative == (source.basis == "illustrative")
    assert bases == {"document", "external", "illustrative"}


def test_filler_is_told_only_where_it_is_asked_for() -> None:
    assert not any(told.illustrative for told in story.story())
    assert len(story.story(illustrative=True)) > len(story.story()) + 60


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for member in value.values() for text in texts(member)]
    if isinstance(value, list):
        return [text for member in value for text in texts(member)]
    return [value] if isinstance(value, str) else []


def test_no_sentence_of_the_minutes_was_copied(shared: Path) -> None:
    seeds = " ".join(path.read_text(encoding="utf-8") for path in sorted((shared / "seeds").glob("*.txt")))
    said = " ".join(seeds.lower().split())
    for told in story.story(illustrative=True):
        for text in texts(told.command.model_dump(mode="json", exclude={"title"})):
            words = text.lower().split()
            for start in range(len(words) - 7):
                assert " ".join(words[start : start + 8]) not in said, text


def test_the_source_of_the_story_is_the_document_it_names(shared: Path) -> None:
    seeds = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (shared / "seeds").glob("*.txt")}
    assert set(story.SOURCES.values()) == seeds


def test_the_shipped_conversation_holds_votes_and_no_words(shared: Path) -> None:
    shipped = conversations.conversation()
    assert all(each.text == f"Statement {each.external_id} (text not included)" for each in shipped.statements)
    whole = polis.read_conversation(shared / "data" / "polis" / "canadian-electoral-reform")
    assert [vote[:4] for vote in shipped.votes] == [vote[:4] for vote in whole.votes]


@pytest.mark.parametrize("arguments", [("serve",), ("demo",)])
def test_serving_ends_gracefully_when_told_to(arguments: tuple[str, ...], liggare: Liggare) -> None:
    free = ("--address", "127.0.0.1:0", "--web", "127.0.0.1:0", "--json")
    with liggare.spawn(*arguments, *free, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        while b'"address"' not in (line := process.stdout.readline()):
            assert line, "the server ended by itself"
        with urlopen(from_json(line)["web"] + "/log.vkey") as answer:
            assert answer.read().startswith(b"test/l+")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_the_web_can_be_left_out(liggare: Liggare) -> None:
    with liggare.spawn("serve", "--address", "127.0.0.1:0", "--no-web", "--json", stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert from_json(process.stdout.readline())["web"] is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_web_address_says_how_to_go_on(command: str, liggare: Liggare) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with liggare.spawn(command, "--address", "127.0.0.1:0", "--web", address) as process:
            _, err = process.communicate()
    assert process.returncode == 1
    (sentence,) = err.decode().splitlines()
    assert sentence.startswith(f"liggare: cannot listen on {address}: another program listens there; ")
    assert sentence.endswith("name a free --web (port 0 takes any), or leave the web out with --no-web")
    assert liggare("status", "--json").json["head"] == 0


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_address_is_one_sentence_before_anything_is_loaded(command: str, liggare: Liggare) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with liggare.spawn(command, "--address", address) as process:
            _, err = process.communicate()
    assert process.returncode == 1
    (sentence,) = err.decode().splitlines()
    assert sentence.startswith(f"liggare: cannot listen on {address}: another program listens there; ")
    assert "name a free --address" in sentence
    assert liggare("status", "--json").json["head"] == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:", ":50051", "127.0.0.1:99999", "::1:50051", "a:b"])
@pytest.mark.parametrize(
    "arguments",
    [("serve", "--address"), ("serve", "--admin"), ("serve", "--web"), ("demo", "--address"), ("demo", "--web")],
)
def test_an_address_that_is_none_is_wrong_usage(arguments: tuple[str, ...], address: str, liggare: Liggare) -> None:
    ran = liggare(*arguments, address, code=2)
    assert "write host:port" in ran.err and len(ran.err.splitlines()) == 1
    assert liggare("status", "--json").json["head"] == 0


def test_an_address_of_another_machine_is_one_sentence(liggare: Liggare) -> None:
    assert "no such address" in liggare("serve", "--address", "192.0.2.1:50051", code=1).err
    assert "cannot be found" in liggare("serve", "--address", "no..where:50051", code=1).err


def test_the_commands_to_go_on_with_are_written_as_they_were_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "bin" / "liggare"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setattr("sys.argv", ["bin/liggare", "demo"])
    assert called() == "bin/liggare"
    monkeypatch.setenv("PATH", str(script.parent))
    assert called() == "liggare"
    monkeypatch.setattr("sys.argv", ["/somewhere/services/cli/main.py"])
    assert called() == f"{sys.executable} -m services.cli.main"
