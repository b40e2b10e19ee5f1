"""Real conversations, imported, against what their publisher says of them.

Folding the votes by time must give every cell of the published final matrix, and counting all votes
ever cast must give the published totals, on both stores; an import may be repeated and may be killed.
"""

from __future__ import annotations

import csv
import gzip
import io
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.fix_liggare import Liggare
from tests.polis import CONVERSATIONS

LARGEST = "vtaiwan-uberx"
NOT_VOTES = {"participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"}
CHOICES = {"1": "agree", "-1": "disagree", "0": "pass"}

KILLED = "scoop-hivemind-taxes"
KILL_AFTER_EVENTS = 3_000


def table(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def printed(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def folder_of(shared: Path) -> Callable[[str], Path]:
    return lambda name: shared / "data" / "polis" / name


@pytest.fixture(params=["sqlite", "postgres"])
def liggare(request: pytest.FixtureRequest, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Liggare:
    on_sqlite = request.param == "sqlite"
    store = f"sqlite:///{tmp_path}/l.db" if on_sqlite else request.getfixturevalue("postgres_url")
    made = Liggare(store, tmp_path / "keys", capfdbinary)
    made("init")
    return made


def test_all_published_conversations_are_covered(shared: Path) -> None:
    published = {path.parent.name for path in (shared / "data" / "polis").glob("*/votes.csv.gz")}
    assert published == set(CONVERSATIONS)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name == LARGEST else name for name in CONVERSATIONS]
)
def test_an_import_gives_the_published_matrix_and_totals_and_can_be_repeated(
    name: str, liggare: Liggare, folder_of: Callable[[str], Path]
) -> None:
    folder = folder_of(name)
    comments, cast = table(folder / "comments.csv.gz"), table(folder / "votes.csv.gz")
    imported = liggare("import", "polis", str(folder), "--json").json
    assert imported["inputs"] == len(comments)
    assert imported["votes"] == len(cast)

    assert current_votes(liggare, imported["ballot"]) == published_matrix(folder)
    for total in printed(liggare("show", "ballot", imported["ballot"], "--totals", "--csv").out):
        comment = next(each for each in comments if each["comment-id"] == total["statement"])
        assert (total["cast_agree"], total["cast_disagree"]) == (comment["agrees"], comment["disagrees"])

    head = liggare("status", "--json").json["head"]
    assert liggare("import", "polis", str(folder), "--json").json == imported
    assert liggare("status", "--json").json["head"] == head == imported["position"]


def current_votes(liggare: Liggare, ballot: str) -> dict[tuple[str, str], str]:
    votes = printed(liggare("show", "ballot", ballot, "--votes", "--csv").out)
    found = {(vote["voter"], vote["statement"]): vote["choice"] for vote in votes}
    assert len(found) == len(votes)
    return found


def published_matrix(folder: Path) -> dict[tuple[str, str], str]:
    return {
        (row["participant"], column): CHOICES[cell]
        for row in table(folder / "participants-votes.csv.gz")
        for column, cell in row.items()
        if column not in NOT_VOTES and cell
    }


def test_a_rebuild_finds_nothing_and_the_record_verifies(liggare: Liggare, folder_of: Callable[[str], Path]) -> None:
    liggare("import", "polis", str(folder_of("15-per-hour-seattle")))
    assert liggare("rebuild", "--check", "--json").json["equal"]
    assert liggare("verify").out.startswith("VERIFIED")


def test_moderation_follows_the_source(liggare: Liggare, folder_of: Callable[[str], Path]) -> None:
    folder = folder_of("15-per-hour-seattle")
    liggare("import", "polis", str(folder))
    wanted = {"1": "accepted", "-1": "rejected", "0": "received"}
    shown = liggare("show", "inputs", "--json").json["inputs"]
    assert {each["external_id"]: each["status"] for each in shown} == {
        row["comment-id"]: wanted[row["moderated"]] for row in table(folder / "comments.csv.gz")
    }
    texts = {row["comment-id"]: row["comment-body"] for row in table(folder / "comments.csv.gz")}
    for each in shown:
        words = each["latest"]["text"]
        if each["status"] == "rejected":
            assert words["withheld"] == "hidden" and "text" not in words
        else:
            assert words["text"] == texts[each["external_id"]].replace("\r\n", "\n")


def test_an_import_that_was_killed_ends_like_one_that_was_not(
    tmp_path: Path, folder_of: Callable[[str], Path], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = folder_of(KILLED)
    killed, straight = (
        Liggare(f"sqlite:///{tmp_path}/{name}.db", tmp_path / f"{name}-keys", capfdbinary) for name in ("k", "s")
    )
    killed("init")
    with killed.spawn("import", "polis", str(folder)) as process:
        kill_midway(process, tmp_path / "k.db")
        assert process.wait() == -signal.SIGKILL
    assert KILL_AFTER_EVENTS <= killed("status", "--json").json["head"] < len(table(folder / "votes.csv.gz"))
    again = killed("import", "polis", str(folder), "--json").json

    straight("init")
    assert straight("import", "polis", str(folder), "--json").json == again
    for view in (("--votes", "--csv"), ("--totals", "--csv")):
        assert killed("show", "ballot", KILLED, *view).out == straight("show", "ballot", KILLED, *view).out
    assert statements(killed) == statements(straight)
    assert killed("verify").code == 0


def kill_midway(process: subprocess.Popen[bytes], database: Path) -> None:
    deadline = time.monotonic() + 60
    with closing(sqlite3.connect(database)) as connection:
        while time.monotonic() < deadline and process.poll() is None:
            ((last,),) = connection.execute("SELECT next - 1 FROM head")
            if last >= KILL_AFTER_EVENTS:
                process.kill()
                return
            time.sleep(0.002)
    raise AssertionError(f"the import ended by itself: {process.communicate()}")


def statements(liggare: Liggare) -> dict[str, tuple[str, str | None]]:
    shown = liggare("show", "inputs", "--json").json["inputs"]
    return {each["external_id"]: (each["status"], each["latest"]["text"].get("text")) for each in shown}
