"""Parquet files by strangers are counted in a process of its own: whatever they do to it, the verdict is given here."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.merkle import leaf_hashes, root_of
from services.audit import apart
from services.audit.apart import HEADROOM_MB, count_apart
from services.audit.offline.bundle import Wanted
from services.audit.outside import verify_outside
from services.audit.report import Kind
from services.audit.second import MEMORY_MB, Counted, NotCounted, Published
from services.export.bundle import export
from tests.services.audit.offline.conftest import exported, files, key
from tests.services.audit.offline.forging import Files, refitted
from tests.services.audit.town import Town, untouched
from tests.services.export.bundles import entries_of

__all__ = ["exported", "files", "key", "untouched"]

pytest.importorskip("duckdb", reason="the second count needs the extra `duckdb`")


# --- Processes that end badly ---------------------------------------------------------------------
def crash(_files: Sequence[Path], _folder: Path, _threads: int) -> Counted:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError("it is dead")


def fill(_files: Sequence[Path], _folder: Path, _threads: int) -> Counted:
    held = [bytearray(64 << 20) for _ in range((MEMORY_MB + HEADROOM_MB) // 64)]
    raise AssertionError(f"{len(held)} pieces were given out")


def never_end(_files: Sequence[Path], folder: Path, _threads: int) -> Counted:
    (folder / "left").write_text("behind")
    time.sleep(600)
    raise AssertionError("nobody waits that long")


def boast(_files: Sequence[Path], _folder: Path, _threads: int) -> Counted:
    return Counted(3, True, b"", {("b", "", "cast", "yes"): "many"}, {}, [], 0)  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("work", "said"), [(crash, "ended before its time"), (fill, "ended before its time"), (boast, "before its time")]
)
def test_a_process_that_ends_badly_is_a_reason_and_no_more(work: apart.Work, said: str) -> None:
    with pytest.raises(NotCounted, match=said):
        count_apart([], 0, work=work)


def test_a_process_that_never_ends_is_ended() -> None:
    started = time.monotonic()
    with pytest.raises(NotCounted, match="more than 1 seconds"):
        count_apart([], 0, seconds=1.5, work=never_end)
    assert time.monotonic() - started < 20


names = st.text(max_size=9)
figures = st.dictionaries(st.tuples(names, names, names, names), st.integers(0, 10**9), max_size=4)
published = st.builds(
    Published,
    st.integers(1, 10**9),
    names,
    names,
    st.none() | names,
    st.integers(1, 9),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.dictionaries(names, st.integers(0, 10**9), max_size=3),
)


@given(
    st.builds(
        Counted,
        st.integers(0, 10**12),
        st.booleans(),
        st.binary(min_size=32, max_size=32),
        figures,
        st.dictionaries(st.integers(1, 10**12), figures, max_size=3),
        st.lists(published, max_size=3),
        st.integers(0, 10**9),
    )
)
def test_what_was_counted_comes_back_as_it_was(counted: Counted) -> None:
    assert apart.read(apart.written(counted)) == counted


@given(st.binary(max_size=60) | st.sampled_from([b"[]", b'{"counted":{}}', b'{"counted":{"size":"x"}}', b"[" * 9_999]))
def test_an_answer_of_another_shape_is_no_count(answer: bytes) -> None:
    with pytest.raises(NotCounted):
        apart.read(answer)


# --- Files ----------------------------------------------------------------------------------------
def test_parquet_files_are_counted_as_the_entries_are(untouched: Town, tmp_path: Path) -> None:
    export(untouched.settings, tmp_path / "out")
    counted = count_apart([tmp_path / "out/parquet/000000.parquet"], 680)
    assert (counted.size, counted.gapless) == (680, True)
    assert counted.root == root_of(leaf_hashes(entries_of(tmp_path / "out")))


@pytest.mark.parametrize("harm", [b"PAR1" * 99, b"", b"PAR1\xff\xff\xff\x7fPAR1"])
def test_a_parquet_file_that_means_harm_is_a_finding(files: Files, harm: bytes, tmp_path: Path) -> None:
    assert "parquet/000000.parquet" in files
    for name, content in refitted({**files, "parquet/000000.parquet": harm}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    report = verify_outside(str(tmp_path), Wanted())
    assert [(each.kind, each.place) for each in report.findings] == [(Kind.INTEGRITY, "Parquet files")]
    assert "DuckDB cannot read them" in report.verdict
