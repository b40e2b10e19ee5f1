"""The entries as files: every event up to the signed head, the same rows as in a bundle, made once."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ledger.log.merkle import leaf_hash
from services.engines import engine
from services.export.bundle import export
from services.settings import Settings
from services.web.answers import Refusal
from services.web.open import chunks
from services.web.open.chunks import Chunks
from tests.services.web.site import Site


def entries(chosen: Settings) -> list[bytes]:
    with closing(engine(chosen).reader()) as reader:
        head = reader.last_checkpoint()
        assert head is not None
        return [each.entry for each in reader.entries(0) if each.position <= head.size]


def test_every_signed_event_is_in_the_files(site: Site, chosen: Settings) -> None:
    wanted = entries(chosen)
    assert gzip.decompress(site("/data/handelser.jsonl.gz").body).splitlines() == wanted
    table = pq.read_table(io.BytesIO(site("/data/handelser.parquet").body))
    assert table["position"].to_pylist() == list(range(1, len(wanted) + 1))
    assert table["entry"].to_pylist() == wanted
    assert table["leaf"].to_pylist() == [leaf_hash(entry) for entry in wanted]


def test_the_file_is_that_of_the_export(site: Site, chosen: Settings, tmp_path: Path) -> None:
    export(chosen, tmp_path / "bundle")
    assert (tmp_path / "bundle/parquet/000000.parquet").read_bytes() == site("/data/handelser-000000.parquet").body


@pytest.mark.parametrize(
    "path", ["/data/handelser-000001.parquet", "/data/handelser-0.parquet", "/data/handelser-x.jsonl.gz"]
)
def test_another_chunk_is_not_there(site: Site, path: str) -> None:
    assert site(path).status == 404


def test_nothing_signed_is_no_file(empty: Site) -> None:
    said = empty("/data/handelser.parquet")
    assert said.status == 404 and said.headers["retry-after"] == "1"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of eight entries, read three at a time."""
    monkeypatch.setattr(chunks, "CHUNK_ENTRIES", 8)
    monkeypatch.setattr(chunks, "AT_ONCE", 3)
    monkeypatch.setattr(chunks, "chunks_of", lambda size: range(-(-size // 8)))


@pytest.mark.usefixtures("small")
def test_a_full_chunk_is_made_once_and_the_last_one_at_most_once_a_minute(chosen: Settings, tmp_path: Path) -> None:
    now = [0.0]
    made = Chunks(tmp_path, lambda: now[0])
    with closing(engine(chosen).reader()) as reader:
        full, part = (made.chunk(reader, number, "jsonl.gz", 10) for number in (0, 1))
        assert (full.upto, part.upto) == (8, 10)
        assert made.chunk(reader, 1, "jsonl.gz", 12) == part
        now[0] = chunks.KEPT_SECONDS
        later = made.chunk(reader, 1, "jsonl.gz", 12)
        assert later.upto == 12
        assert not part.path.exists()
        stamp = full.path.stat().st_mtime_ns
        assert made.chunk(reader, 0, "jsonl.gz", 12) == full
        assert full.path.stat().st_mtime_ns == stamp
        with pytest.raises(Refusal):
            made.chunk(reader, 2, "jsonl.gz", 12)
        lines = [line for each in (full, later) for line in gzip.decompress(each.path.read_bytes()).splitlines()]
        assert lines == [each.entry for each in reader.entries(0, 12)]
    assert {each.name for each in tmp_path.iterdir()} == {"000000-8.jsonl.gz", "000001-12.jsonl.gz"}


@pytest.mark.usefixtures("small")
def test_a_missing_event_is_told_and_leaves_no_file(chosen: Settings, tmp_path: Path) -> None:
    class Holed:
        def __init__(self, entries: Callable[..., object]) -> None:
            self._entries = entries

        def entries(self, after: int, limit: int) -> list[object]:
            return [each for each in self._entries(after, limit) if each.position != 5]  # type: ignore[attr-defined]

    with closing(engine(chosen).reader()) as reader, pytest.raises(Refusal, match="an event is missing"):
        Chunks(tmp_path).chunk(Holed(reader.entries), 0, "parquet", 8)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_its_own_folder_goes_at_the_end(chosen: Settings) -> None:
    made = Chunks(None)
    with closing(engine(chosen).reader()) as reader:
        path = made.chunk(reader, 0, "jsonl.gz", 8).path
    assert path.parent.stat().st_mode & 0o077 == 0
    made.close()
    assert not path.parent.exists()
