from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_json

from services.cli.kinds import SHOWN
from services.cli.showing import MANY, ONE
from tests.fix_liggare import Liggare

OPENING = (
    {"command": "register-body", "body": "ks", "kind": "board", "name": "Kommunstyrelsen", "occurred": "2012"},
    {"command": "open-matter", "matter": "m", "title": "Skolan", "kind": "decision", "body": "ks", "occurred": "2014"},
    {"command": "open-process", "process": "p", "title": "Dialog", "kind": "dialogue", "owner": "ks", "matter": "m"},
)


def record(liggare: Liggare, *commands: dict[str, Any]) -> None:
    liggare("do", "--json", "\n".join(to_json(command).decode() for command in commands))


def received(input: str, text: str, **members: Any) -> dict[str, Any]:
    bare = {"command": "receive-input", "input": input, "kind": "proposal", "channel": "web", "process": "p"}
    return bare | {"author": f"author-{input}", "author_kind": "resident", "text": text} | members


@pytest.fixture
def filled(liggare: Liggare) -> Liggare:
    record(
        liggare,
        *OPENING,
        received("i1", "En cykelbana,\ntack", area="Sickla"),
        received("i2", "Något fult"),
        received("i3", "Något ångrat"),
    )
    return liggare


def words(liggare: Liggare, input: str, *options: str) -> Any:
    return liggare("show", "input", input, "--json", *options).json["input"]["versions"][-1]["text"]


# --- Words ------------------------------------------------------------------------------------
def test_public_words_are_opened_and_hidden_ones_stay_hidden_also_in_the_past(filled: Liggare) -> None:
    assert words(filled, "i2")["text"] == "Något fult"
    rejected = {
        "command": "moderate-input",
        "input": "i2",
        "verdict": "rejected",
        "reason_code": "abuse",
        "by_role": "m",
    }
    withdrawn = {"command": "withdraw-input", "input": "i3", "author": "author-i3", "reason": "ångrade mig"}
    record(filled, rejected, withdrawn)
    assert words(filled, "i1")["text"] == "En cykelbana,\ntack"
    for hidden in ("i2", "i3"):
        for options in ((), ("--at", "6"), ("--asof", "2999-01-01")):
            assert words(filled, hidden, *options)["withheld"] == "hidden"
    everything = "".join(
        filled("show", kind, *rest).out
        for kind, *rest in (("inputs", "--json"), ("inputs", "--csv"), ("input", "i3"), ("matter", "m"), ("event", "6"))
    )
    assert "Något" not in everything and "ångrade" not in everything


def test_private_words_are_never_opened(filled: Liggare) -> None:
    shown = filled("show", "event", "4", "--json").json
    by_pointer = {each["pointer"]: each for each in shown["words"]}
    assert by_pointer["/text"]["text"].startswith("En cykelbana")
    assert by_pointer["/area"] == {"position": 4, "pointer": "/area", "withheld": "private"}
    for arguments in (("show", "input", "i1"), ("show", "inputs", "--json"), ("show", "event", "4"), ("log", "--json")):
        assert "Sickla" not in filled(*arguments).out


# --- The moment -------------------------------------------------------------------------------
def test_a_view_can_be_asked_for_as_of_a_position_or_a_day(filled: Liggare) -> None:
    now = filled("show", "matter", "m", "--json").json
    assert (now["position"], now["inputs"]["value"]) == (6, 3)
    assert filled("show", "matter", "m", "--at", "4", "--json").json["inputs"]["value"] == 1
    before = filled("show", "matter", "m", "--asof", "2014-06-01", "--json").json
    assert (before["position"], before["inputs"]["value"]) == (6, 0)
    filled("show", "matter", "m", "--asof", "2013-12-31", code=8)
    filled("show", "matter", "m", "--at", "1", code=8)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ballot", "nothing"), 8),
        (("ballot", "nothing", "--votes"), 8),
        (("ballot", "nothing", "--totals", "--csv"), 8),
        (("trace", "nothing"), 8),
        (("event", "99"), 8),
        (("event", "x"), 2),
        (("event",), 2),
        (("weather",), 2),
        (("matter", "m", "--at", "99"), 8),
        (("matter", "m", "--asof", "May"), 2),
        (("matter", "m", "--asof", "2014-01-01", "--at", "1"), 2),
        (("matters", "--json", "--csv"), 2),
        (("matter", "m", "--votes"), 2),
        (("ballots", "--totals"), 2),
        (("definitions", "--csv"), 0),
        (("responses",), 0),
        (("matter", "m", "--csv"), 2),
    ],
)
def test_what_cannot_be_shown_is_said(arguments: tuple[str, ...], code: int, filled: Liggare) -> None:
    ran = filled("show", *arguments, code=code)
    assert len(ran.err.splitlines()) == (1 if code else 0)


# --- Votes and totals -------------------------------------------------------------------------
def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_votes_and_totals_on_statements_name_what_is_current_and_what_was_cast(filled: Liggare) -> None:
    def vote(voter: str, choice: str) -> dict[str, Any]:
        return {"command": "cast-vote", "ballot": "b", "voter": voter, "statement": "i1", "choice": choice}

    opened = {"command": "open-ballot", "ballot": "b", "question": "Q", "rule": "agree_disagree_pass", "process": "p"}
    record(filled, opened, vote("A", "agree"), vote("A", "pass"), vote("B", "disagree"))
    assert filled("show", "ballot", "b", "--votes", "--csv").out == "voter,statement,choice\nA,i1,pass\nB,i1,disagree\n"
    one, *others = table(filled("show", "ballot", "b", "--totals", "--csv").out)
    assert list(one.values()) == ["i1", "1", "1", "1", "0", "1", "1"]
    assert [each["statement"] for each in others] == ["i2", "i3"]
    earlier = filled("show", "ballot", "b", "--votes", "--json", "--at", "8").json
    assert earlier["votes"] == [{"voter": "A", "statement": "i1", "choice": "agree"}]


def test_other_rules_have_totals_by_choice(filled: Liggare) -> None:
    options = [{"option": each, "label": each} for each in ("x", "y", "z")]
    record(
        filled,
        {"command": "open-ballot", "ballot": "a", "question": "Q", "rule": "approval", "options": options},
        {"command": "cast-vote", "ballot": "a", "voter": "V", "choices": ["x", "z"]},
        {"command": "open-ballot", "ballot": "y", "question": "Q", "rule": "yes_no_abstain"},
        {"command": "cast-vote", "ballot": "y", "voter": "V", "choice": "no"},
        {"command": "open-ballot", "ballot": "s", "question": "Q", "rule": "support"},
        {"command": "cast-vote", "ballot": "s", "voter": "V", "choice": "support"},
    )
    totals = {
        ballot: {row["choice"]: row["current"] for row in table(filled("show", "ballot", ballot, "--totals").out)}
        for ballot in ("a", "y", "s")
    }
    assert totals == {
        "a": {"x": "1", "y": "0", "z": "1"},
        "y": {"yes": "0", "no": "1", "abstain": "0"},
        "s": {"support": "1"},
    }
    assert filled("show", "ballot", "a", "--votes").out == "voter,statement,choice\nV,,x z\n"


def test_help_names_every_kind_there_is_to_show(liggare: Liggare) -> None:
    assert set(SHOWN) == {*ONE, *MANY, "overview", "measure", "trace", "responses", "goals", "definitions", "event"}
    told = liggare("show", "--help").out
    assert all(kind in told for kind in SHOWN)


def test_a_plural_lists_as_its_kind_does(filled: Liggare) -> None:
    for kind in ("criticism", "gap", "input"):
        assert filled("show", f"{kind}s", "--json").json == filled("show", kind, "--json").json


def test_a_run_off_has_totals_by_round(filled: Liggare) -> None:
    options = [{"option": each, "label": each} for each in ("x", "y", "z")]
    papers = (["x"], ["x"], ["x"], ["y"], ["y"], ["y"], ["z", "y"], ["z"])
    record(
        filled,
        {"command": "open-ballot", "ballot": "r", "question": "Q", "rule": "irv", "options": options},
        *(
            {"command": "cast-vote", "ballot": "r", "voter": f"v{place}", "choices": paper}
            for place, paper in enumerate(papers)
        ),
    )
    rows = table(filled("show", "ballot", "r", "--totals", "--csv").out)
    assert [list(row.values()) for row in rows] == [
        ["x", "3", "3", ""],
        ["y", "3", "4", ""],
        ["z", "2", "", "1"],
        ["(exhausted)", "0", "1", ""],
    ]
    assert list(rows[0]) == ["choice", "first_choices", "round_2", "out_in_round"]
    outline = filled("show", "ballot", "r").out
    assert "rounds" in outline and "exhausted" in outline


# --- The record -------------------------------------------------------------------------------
def test_the_log_is_the_stored_bytes_and_can_be_narrowed(filled: Liggare) -> None:
    lines = filled("log", "--json").lines
    assert [line["position"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert {line["entry"]["type"] for line in filled("log", "--json", "--type", "input-received").lines} == {
        "input-received.v1"
    }
    assert (
        len(filled("log", "--type", "input-received.v1", "--type", "body-registered", "--after", "1").out.splitlines())
        == 3
    )
    assert "the types are" in filled("log", "--type", "vote", code=2).err


# --- Mending ----------------------------------------------------------------------------------
def test_a_read_model_that_was_tampered_with_is_found_and_rebuilt(filled: Liggare, tmp_path: Path) -> None:
    assert filled("rebuild", "--check", "--json").json["equal"]
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection, connection:
        changed = connection.execute(
            "UPDATE view_row SET state = CAST(replace(CAST(state AS TEXT), 'Skolan', 'Annat') AS BLOB)"
            " WHERE CAST(state AS TEXT) LIKE '%Skolan%'"
        )
        assert changed.rowcount > 0
    assert "matters differs from replay" in filled("rebuild", "--check", code=5).err
    assert filled("verify", code=5).out.startswith("VIEW DIFFERS")
    filled("rebuild")
    filled("rebuild", "--check")
    assert filled("verify", "--json").json["verified"]


def test_an_entry_that_was_changed_is_found(filled: Liggare, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection, connection:
        connection.execute("DROP TRIGGER event_no_update")
        connection.execute("UPDATE event SET entry = replace(entry, 'Skolan', 'Vagens') WHERE position = 2")
    ran = filled("verify", code=3)
    assert "position 2" in ran.out.splitlines()[0]


def test_the_doctor_finds_a_gap_and_open_keys(filled: Liggare, tmp_path: Path) -> None:
    assert {each["grade"] for each in filled("doctor", "--json").json["findings"]} == {"fine"}
    (filled.keys / "log.key").chmod(0o640)
    findings = filled("doctor", "--json", code=1).json["findings"]
    assert [each["check"] for each in findings if each["grade"] == "problem"] == ["keys"]
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection, connection:
        connection.execute("DROP TRIGGER event_no_delete")
        connection.execute("DELETE FROM event WHERE position = 3")
    assert "5 events between the positions 1 and 6" in filled("doctor", code=3).out


# --- Measures ---------------------------------------------------------------------------------
def test_a_measure_is_shown_of_the_whole_and_of_a_part(filled: Liggare) -> None:
    shown = filled("show", "measure", "coverage", "--of", "process:p", "--json").json
    assert (shown["definition"]["name"], shown["scope"]["process"]) == ("coverage", "p")
    assert shown["figures"][0]["denominator"] == 3
    lines = list(csv.DictReader(io.StringIO(filled("show", "measures", "--csv").out)))
    assert lines[0]["measure"] == "coverage"
    table = list(csv.DictReader(io.StringIO(filled("show", "measure", "coverage", "--csv").out)))
    assert ("channel", "web", "3") in {(line["by"], line["key"], line["denominator"]) for line in table}


@pytest.mark.parametrize(
    "asked, told",
    [
        (("measure", "happiness"), "happiness is no measure"),
        (("measure", "coverage", "--of", "process"), "names no part"),
        (("measure", "coverage", "--of", "planet:x"), "names no part"),
        (("measure", "coverage", "--of", "since:2016-02-30"), "no day of the calendar"),
        (("inputs", "--of", "process:p"), "--of goes with a measure"),
    ],
)
def test_a_measure_asked_wrongly_says_what_to_write(filled: Liggare, asked: tuple[str, ...], told: str) -> None:
    answer = filled("show", *asked, code=2)
    assert told in answer.err


def test_of_what_is_not_there_no_measure_is_shown(filled: Liggare) -> None:
    assert "no measure" in filled("show", "measure", "coverage", "--of", "body:nobody", code=8).err
