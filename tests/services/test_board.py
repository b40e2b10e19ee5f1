"""Where the parts of a served ledger stand, as the others read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.board import NAME, Board, Post
from services.settings import Settings, settings

RUNS = Post("running", 1, 0, None, {})
FELL = Post("stopped", 0, 2, -9, {})


@pytest.fixture
def where(tmp_path: Path) -> Settings:
    return settings(f"sqlite:///{tmp_path}/l.db", "test/l", str(tmp_path), environment={})


def test_what_is_put_up_is_read_until_it_is_taken_down(where: Settings) -> None:
    board = Board(where)
    with board.kept():
        board.write({"grpc": RUNS, "worker": FELL})
        assert Board(where).read() == {"grpc": RUNS, "worker": FELL}
        # Health shows what rests while the worker is down.
        assert Board(where).problems().keys() == {"worker", "read models", "publisher"}
        board.write({"worker": RUNS._replace(problems={"search": "no\nspace"})})
        assert Board(where).problems() == {"search": "no\nspace"}
        assert Board(where).read()["worker"].said == "search: no space"
    assert Board(where).read() == {} and not (where.keys / NAME).exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"supervisor": "x", "parts": {}}',
        b'{"supervisor": 1, "parts": {"a": {"b": 1}}}',
        b'{"supervisor": 1, "parts": []}',
        b'{"supervisor": 4194303, "parts": {}}',
        b"\xff" * 100_000,
    ],
)
def test_a_file_that_says_nothing_sensible_says_nothing(where: Settings, content: bytes) -> None:
    (where.keys / NAME).write_bytes(content)
    assert Board(where).read() == {} and Board(where).problems() == {}


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    gone = settings(f"sqlite:///{tmp_path}/l.db", "test/l", str(tmp_path / "gone"), environment={})
    Board(gone).write({"grpc": RUNS})
    assert Board(gone).read() == {}
