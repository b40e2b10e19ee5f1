"""`liggare verify` of each kind of target: the same record, the same root and digests, and no way to ask in vain."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ledger.log.proofs import Proofs
from services.engines import engine
from services.settings import settings
from tests.fix_liggare import Liggare

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/reference/verify.schema.json").read_text())
BODY = '{{"body":"{}","kind":"unit","name":"Enhet {}"}}'


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the files of a folder as any web server would."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(params=["sqlite", "postgres"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Liggare:
    """Return a ledger on each engine."""
    store = f"sqlite:///{tmp_path / 'l.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Liggare(store, tmp_path / "keys", capfdbinary)
    made("init")
    return made


def told(liggare: Liggare, *arguments: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = liggare("verify", *arguments, "--json", code=code).json
    Draft202012Validator(SCHEMA).validate(found)
    assert found["exit_code"] == code
    return found


def recorded(liggare: Liggare) -> None:
    """Record two bodies, a ballot with votes and somebody's words, under a checkpoint."""
    lines = [BODY.format(name, name) for name in ("a", "b")]
    commands = [{"command": "register-body", **json.loads(line)} for line in lines]
    commands.append({"command": "open-ballot", "ballot": "q", "question": "Badhus?", "rule": "yes_no_abstain"})
    commands += [
        {"command": "cast-vote", "ballot": "q", "voter": f"v{n}", "choice": "yes" if n % 3 else "no"} for n in range(9)
    ]
    commands.append(
        {
            "command": "receive-input", "input": "i", "kind": "proposal", "channel": "web", "author": "ann",
            "author_kind": "resident", "text": "Fler bänkar vid sjön",
        }
    )  # fmt: skip
    commands += [{"command": "close-ballot", "ballot": "q"}, {"command": "publish-tally", "ballot": "q"}]
    file = liggare.keys.parent / "commands.ndjson"
    file.write_text("".join(f"{json.dumps(each)}\n" for each in commands))
    liggare("do", "--json", f"@{file}")


def receipt_of(liggare: Liggare, position: int, file: Path) -> Path:
    chosen = settings(liggare.store, liggare.ledger, str(liggare.keys), environment={})
    with closing(engine(chosen).reader()) as reader:
        file.write_bytes(Proofs(reader).receipt(position))
    return file


def test_every_way_of_looking_at_a_record_says_the_same(anywhere: Liggare, tmp_path: Path) -> None:
    liggare = anywhere
    recorded(liggare)
    liggare("rebuild")
    database = told(liggare)
    folder, archive = tmp_path / "bundle", tmp_path / "bundle.zip"
    liggare("export", "--out", str(folder))
    liggare("export", "--out", str(archive))
    vkey = (folder / "log.vkey").read_text().strip()
    found = [told(liggare, str(folder)), told(liggare, str(archive), "--vkey", vkey)]
    with served(folder) as address:
        found.append(told(liggare, address, "--jobs", "2", "--since", str(folder / "checkpoint")))
    for each in found:
        assert each["verified"] and each["findings"] == []
        assert (each["root"], each["size"], each["digests"]) == (database["root"], 15, database["digests"])
        assert each["checked"]["read models"] > 50 and each["checked"]["commitments opened"] == 1
    receipt = receipt_of(liggare, 4, tmp_path / "vote.tlog-proof")
    for arguments in ((str(receipt),), (str(receipt), "--vkey", str(folder / "log.vkey"))):
        proved = told(liggare, *arguments)
        assert (proved["root"], proved["part"]) == (database["root"], "position 4")
    shown = liggare("verify", str(receipt)).out
    assert '    "voter": "v0"\n' in shown and shown.startswith("VERIFIED")


def test_what_was_erased_is_gone_and_everything_still_verifies(nothing_yet: Liggare, tmp_path: Path) -> None:
    liggare = nothing_yet
    liggare("demo", "--once", "--with-illustrative")
    erased = told(liggare)["checked"]["erased fields"]
    liggare("export", "--out", str(tmp_path / "bundle"))
    report = told(liggare, str(tmp_path / "bundle"))
    assert erased >= 1 and report["checked"]["sealed fields"] > report["checked"]["commitments opened"]
    assert report["digests"] == told(liggare)["digests"]


# --- Targets and options that make no sense -------------------------------------------------------
def test_a_target_that_is_none_is_answered_with_what_is_accepted(liggare: Liggare, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("c2sp.org/tlog-proof@v2\n")
    (tmp_path / "database").write_bytes(b"SQLite format 3\0" + bytes(100))
    for name, said in (("empty", "without a bundle"), ("none", "does not exist"), ("text", "is none of what"), ("database", "--store sqlite")):  # fmt: skip
        ran = liggare("verify", str(tmp_path / name), code=2)
        assert said in ran.err and ran.out == "", ran
    assert liggare("verify", "http://127.0.0.1:1/", code=1).err.count("\n") == 1


@pytest.mark.parametrize(
    "options, said",
    [
        (["--vkey", "x"], "--vkey does not apply to a database"),
        (["--policy", "x"], "--policy does not apply to a database"),
        (["--subset", "1/2"], "--subset does not apply to a database"),
        (["R", "--since", "x"], "--since does not apply to a receipt"),
        (["R", "--subset", "1/2"], "--subset does not apply to a receipt"),
        (["R", "--jobs", "2"], "--jobs does not apply to a receipt"),
        (["R", "--vkey", "nonsense"], "log.vkey"),
        (["B", "--subset", "3/2"], "is not N/T"),
        (["B", "--subset", "0/2"], "is not N/T"),
        (["B", "--vkey", "nonsense"], "log.vkey"),
        (["B", "--policy", "R"], "tlog-policy"),
        (["B", "--since", "R"], "--since"),
    ],
)
def test_an_option_that_does_not_apply_is_refused_in_a_sentence(
    liggare: Liggare, tmp_path: Path, options: list[str], said: str
) -> None:
    (tmp_path / "R").write_bytes(b"c2sp.org/tlog-proof@v1\nindex 0\n")
    if "B" in options:
        liggare("init")
        recorded(liggare)
        liggare("export", "--out", str(tmp_path / "B"))
    named = [str(tmp_path / each) if each in {"R", "B"} else each for each in options]
    ran = liggare("verify", *named, code=2)
    assert said in ran.err and ran.err.count("\n") == 1 and ran.out == ""


def test_a_bundle_of_another_key_is_no_proof(liggare: Liggare, tmp_path: Path) -> None:
    liggare("init")
    recorded(liggare)
    liggare("export", "--out", str(tmp_path / "B"))
    other = Liggare(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "other", liggare._capture)
    other("init")
    recorded(other)
    other("export", "--out", str(tmp_path / "C"))
    report = told(liggare, str(tmp_path / "B"), "--vkey", str(tmp_path / "C" / "log.vkey"), code=3)
    assert report["findings"][0]["place"] == "checkpoint"
