from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic_core import to_json

from services.cli.doing import COMMANDS, kebab
from tests.fix_liggare import Liggare

BODY = '{"body": "ks", "kind": "board", "name": "Kommunstyrelsen"}'


def test_one_command_is_carried_out_by_either_of_its_names(liggare: Liggare) -> None:
    receipt = liggare("do", "register-body", "--json", BODY).json
    assert (receipt["position"], receipt["repeated"], len(receipt["leaves"][0])) == (1, False, 64)
    assert liggare("do", "RenameBody", "--json", '{"body": "ks", "name": "KS"}').json["position"] == 2
    assert liggare("show", "body", "ks", "--json").json["body"]["name"] == "KS"


def test_the_request_id_makes_a_repeat_harmless_and_names_what_is_created(liggare: Liggare) -> None:
    request = str(uuid4())
    command = to_json({"request_id": request, "kind": "board", "name": "Nämnden"}).decode()
    first = liggare("do", "register-body", "--json", command).json
    again = liggare("do", "register-body", "--json", command).json
    assert (again["position"], again["repeated"]) == (first["position"], True)
    assert liggare("show", "body", request, "--json").json["body"]["name"] == "Nämnden"
    other = to_json({"request_id": request, "kind": "board", "name": "Annat"}).decode()
    assert "REQUEST_REUSED" in liggare("do", "register-body", "--json", other, code=1).out


def test_a_stream_is_answered_line_by_line_and_what_is_bad_stops_nothing(liggare: Liggare, tmp_path: Path) -> None:
    lines = [
        b'{"command": "register-body", "body": "a", "kind": "board", "name": "A"}',
        b"",
        b'{"command": "register-body", "body": "a", "kind": "board", "name": "Another"}',
        b"{not json",
        b'{"command": "fly"}',
        b'{"command": "RenameBody", "body": "nobody", "name": "N"}',
        b'{"command": "register-body", "body": "B!", "kind": "board", "name": "B"}',
        b'{"command": "register-body", "body": "b", "kind": "board", "name": "B", "request_id": "12"}',
        b'{"command": "register-body", "body": "b", "kind": "board", "name": "B", "ledger": "another/one"}',
        b'"words"',
        b'{"command": "register-body", "body": "c", "kind": "board", "name": "C"}',
    ]
    (tmp_path / "commands").write_bytes(b"\n".join(lines))
    ran = liggare("do", "--json", f"@{tmp_path}/commands", code=6)
    reasons = {each["line"]: each["error"]["reason"] if "error" in each else "recorded" for each in ran.lines}
    assert reasons == {
        1: "recorded",
        3: "BODY_ALREADY_REGISTERED",
        4: "NOT_JSON",
        5: "UNKNOWN_COMMAND",
        6: "BODY_UNKNOWN",
        7: "FIELDS_INVALID",
        8: "INVALID_REQUEST_ID",
        9: "WRONG_LEDGER",
        10: "NOT_JSON",
        11: "recorded",
    }
    (invalid,) = (each["error"] for each in ran.lines if each["line"] == 7)
    (field,) = invalid["fields"]
    assert field["field"] == "body"
    assert field["message"].startswith("is not an id; write ") and field["message_sv"].startswith("är inget id; skriv ")
    assert invalid["message"] == f"register-body cannot be read: body: {field['message']}"
    assert invalid["message_sv"] == f"register-body kan inte läsas: body: {field['message_sv']}"


def test_a_stream_arrives_on_standard_input_and_is_answered_as_it_comes(liggare: Liggare) -> None:
    with liggare.spawn("do", "--json", "-", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        for name in ("a", "b"):
            process.stdin.write(b'{"command":"register-body","body":"%b","kind":"unit","name":"N"}\n' % name.encode())
            process.stdin.flush()
            assert b'"command":"RegisterBody"' in process.stdout.readline()
        process.stdin.close()
        assert process.wait(60) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("fly", "--json", "{}"), 2, "there is no command 'fly'"),
        (("register-body",), 2, "say what to do"),
        (("--json", "{}"), 2, "the object names no command"),
        (("register-body", "--json", "{"), 2, "this is not JSON"),
        (("register-body", "--json", "{}"), 2, "kind: is missing; state one of: "),
        (("register-body", "--json", '{"body":"a","kind":"x","name":"A"}'), 2, "kind: "),
        (("register-body", "--json", '{"body":"a","kind":"unit","name":"A\\u0000"}'), 2, "control character U+0000"),
        (("register-body", "--json", '{"body":"a","kind":"unit","name":"A\\u202e"}'), 2, "text direction control"),
        (("register-body", "--json", '{"body":"a","kind":"unit","name":"  "}'), 2, "is empty but required"),
        (("register-body", "--json", '{"body":"a","kind":"unit","name":"A","color":"red"}'), 2, "color: "),
        (("register-body", "--json", '{"body":"a","kind":"unit","name":"A","occurred":"2999"}'), 1, "2999"),
        (("rename-body", "--json", '{"body":"a","name":"A"}'), 8, "no body with the id a"),
        (("cast-vote", "--json", '{"ballot":"b","voter":"v","choice":"yes"}'), 8, "no ballot with the id b"),
        (("register-body", "--json", "@nowhere.json"), 1, "nowhere.json"),
        (("register-body", "--json", ""), 2, "there was no command"),
        (("register-body", "--json", '{"command":"rename-body"}'), 2, "leave one out"),
    ],
)
def test_bad_input_gets_one_sentence(arguments: tuple[str, ...], code: int, sentence: str, liggare: Liggare) -> None:
    ran = liggare("do", *arguments, code=code)
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1
    assert liggare("status", "--json").json["head"] == 0


def test_every_command_is_listed_and_has_a_schema(liggare: Liggare) -> None:
    listed = {line.split()[0] for line in liggare("do", "--list").out.splitlines()}
    assert listed == {kebab(name) for name in COMMANDS} and "cast-vote" in listed
    assert set(liggare("do", "--schema").json) == set(COMMANDS)
    assert liggare("do", "cast-vote", "--schema").json["title"] == "CastVote"
    liggare("do", "fly", "--schema", code=2)


def test_a_member_that_stands_twice_is_refused_by_name(liggare: Liggare) -> None:
    twice = '{"body":"a","body":"b","kind":"unit","name":"A"}'
    nested = '{"body":"a","kind":"unit","name":"A","source":{"document":"x","anchor":"1","anchor":"2"}}'
    for given, name in ((twice, "body"), (nested, "anchor")):
        ran = liggare("do", "register-body", "--json", given, code=2)
        error = ran.json["error"]
        assert (error["reason"], error["fields"][0]["field"]) == ("FIELDS_INVALID", name)
        assert f"{name}: stands 2 times in one object" in ran.err
    assert liggare("status", "--json").json["head"] == 0


@pytest.mark.parametrize("content", [BODY, f"{BODY}\n", BODY.replace(", ", ",\n")])
def test_a_byte_order_mark_is_skipped(content: str, liggare: Liggare, tmp_path: Path) -> None:
    (tmp_path / "commands").write_bytes(b"\xef\xbb\xbf" + content.encode())
    assert liggare("do", "register-body", "--json", f"@{tmp_path}/commands").json["position"] == 1


def test_sentences_name_the_line_of_the_file_and_what_became_of_the_others(liggare: Liggare, tmp_path: Path) -> None:
    named = b'{"command": "register-body", "body": "%b", "kind": "board", "name": "A"}'
    cases = [
        ([b"", named % b"a", b"", b"{x", b"{}", named % b"b"], "2 commands were refused; the other 2 are recorded."),
        ([b"", named % b"c", b"", b"{x"], "1 command was refused; the other one is recorded."),
        ([b"", b"{}", b"", b"{x"], "all 2 commands were refused; nothing was recorded."),
    ]
    for lines, tally in cases:
        (tmp_path / "commands").write_bytes(b"\n".join(lines))
        said = liggare("do", "--json", f"@{tmp_path}/commands", code=6).err.splitlines()
        assert said[-1] == f"liggare: {tally}"
        (broken,) = (line for line in said if line.startswith("liggare: line 4: this is not JSON"))
        assert "line 1" not in broken and "column 2" in broken


def test_receipts_that_cannot_be_written_are_told_from_commands_that_failed(liggare: Liggare) -> None:
    for times, sentence in ((1, "recorded: 1 of 1"), (2, "nothing was recorded")):
        with (
            Path("/dev/full").open("wb") as full,
            liggare.spawn("do", "register-body", "--json", BODY, stdout=full) as process,
        ):
            _, err = process.communicate()
        assert process.returncode == 1
        assert f"{sentence}, but the receipts could not be written" in err.decode()
        assert len(err.splitlines()) == times
    assert liggare("status", "--json").json["head"] == 1


def test_a_failing_store_is_told_in_one_sentence_without_log_lines(liggare: Liggare, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no room'); END")
    with liggare.spawn("do", "register-body", "--json", BODY) as process:
        _, err = process.communicate()
    assert process.returncode not in {0, None}
    assert len(err.splitlines()) == 1 and b"group failed" not in err, err


def test_a_fault_of_the_whole_command_is_told_in_swedish_to_the_last_word(liggare: Liggare) -> None:
    wrong = '{"command": "open-ballot", "ballot": "b", "question": "?", "rule": "yes_no_abstain", "threshold": 3}'
    (refused,) = liggare("do", "--json", wrong, code=None).lines
    said = refused["error"]["message_sv"]
    assert said.startswith("open-ballot kan inte läsas: kommandot: ") and "the command" not in said
