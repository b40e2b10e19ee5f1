from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.fix_liggare import Liggare

COMMENTS = """timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body
1400000000000,1,7,2,1,{one},Ett
1400000000000,2,8,0,0,{two},Två
"""
VOTES = ["1400000003000,1,5,-1", "1400000001000,1,4,1", "1400000003000,1,5,1", "1400000004000,2,5,0"]


def export(folder: Path, votes: list[str], one: str = "0", two: str = "0") -> str:
    folder.mkdir(exist_ok=True)
    (folder / "comments.csv").write_text(COMMENTS.format(one=one, two=two))
    (folder / "votes.csv").write_text("\n".join(["timestamp,comment-id,voter-id,vote", *votes, ""]))
    return str(folder)


def votes_of(liggare: Liggare, ballot: str) -> list[str]:
    return liggare("show", "ballot", ballot, "--votes", "--csv").out.splitlines()[1:]


def test_a_newer_export_adds_what_is_new(liggare: Liggare, tmp_path: Path) -> None:
    folder = tmp_path / "talk"
    first = liggare("import", "polis", export(folder, VOTES[:2]), "--json").json
    assert votes_of(liggare, "talk") == ["4,1,agree", "5,1,disagree"]
    newer = liggare("import", "polis", export(folder, VOTES, one="1", two="-1"), "--json").json
    assert (first["votes"], newer["votes"], newer["inputs"]) == (2, 4, 2)
    assert votes_of(liggare, "talk") == ["4,1,agree", "5,1,agree", "5,2,pass"]
    assert liggare("import", "polis", export(folder, VOTES, one="1", two="-1"), "--json").json == newer
    totals = liggare("show", "ballot", "talk", "--totals", "--csv").out.splitlines()[1:]
    assert totals == ["1,2,1,0,2,0,0", "2,0,0,1,0,0,1"]


def test_rows_that_stand_there_twice_are_two_votes(liggare: Liggare, tmp_path: Path) -> None:
    folder = export(tmp_path / "talk", [*VOTES, VOTES[0]])
    assert liggare("import", "polis", folder, "--json").json["votes"] == 5
    totals = liggare("show", "ballot", "talk", "--totals", "--csv").out.splitlines()[1]
    assert totals == "1,2,2,0,1,1,0"


def test_two_sources_do_not_meet(liggare: Liggare, tmp_path: Path) -> None:
    folder = export(tmp_path / "talk", VOTES)
    one = liggare("import", "polis", folder, "--json").json
    two = liggare("import", "polis", folder, "--source", "Another talk", "--json").json
    assert one["ballot"] != two["ballot"] and two["votes"] == one["votes"]
    assert votes_of(liggare, one["ballot"]) == votes_of(liggare, two["ballot"])


def test_a_refused_row_is_named_and_the_rest_is_recorded(liggare: Liggare, tmp_path: Path) -> None:
    late = "32503680000000,1,6,1"  # in the year 3000
    ran = liggare("import", "polis", export(tmp_path / "talk", [*VOTES, late]), "--json", code=6)
    assert "votes.csv, line 6: The field occurred says 3000-01-01" in ran.err
    assert "1 row was refused; the others are recorded." in ran.err
    assert ran.json["votes"] == 4


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("votes.csv", b"", "votes.csv is empty"),
        ("votes.csv", b"timestamp,comment-id,voter-id,vote\n1400000001000,1\n", "votes.csv, line 2"),
        ("comments.csv", b"\xff\xfe", "comments.csv, line 1: is not UTF-8"),
    ],
)
def test_a_broken_export_records_nothing(
    name: str, content: bytes, sentence: str, liggare: Liggare, tmp_path: Path
) -> None:
    folder = export(tmp_path / "talk", VOTES)
    Path(folder, name).write_bytes(content)
    ran = liggare("import", "polis", folder, "--json", code=2)
    assert sentence in ran.err and len(ran.err.splitlines()) == 1
    assert liggare("status", "--json").json["head"] == 0


def test_an_export_that_is_not_there(liggare: Liggare, tmp_path: Path) -> None:
    assert "there is no folder" in liggare("import", "polis", str(tmp_path / "nowhere"), code=2).err


def test_a_source_without_a_usable_name(liggare: Liggare, tmp_path: Path) -> None:
    folder = export(tmp_path / "talk", VOTES)
    for name in ("a\u0000b", "\u202e", "x" * 301, " "):
        assert "source's name" in liggare("import", "polis", folder, "--source", name, code=2).err


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_import_says_how_to_go_on(stop: signal.Signals, liggare: Liggare, tmp_path: Path) -> None:
    votes = [f"14000000{number:05},1,{number},1" for number in range(1, 40_001)]
    folder = export(tmp_path / "talk", votes)
    with liggare.spawn("import", "polis", folder) as process:
        while liggare("status", "--json").json["head"] == 0:
            assert process.poll() is None
        process.send_signal(stop)
        _, err = process.communicate(timeout=60)
    (sentence,) = err.decode().splitlines()
    found = re.fullmatch(
        r"liggare: the import was interrupted; (\d+) rows are recorded; run the same command again to go on", sentence
    )
    assert process.returncode == 6 and found is not None
    assert liggare("status", "--json").json["head"] == int(found[1]) > 0
