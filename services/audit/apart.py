"""The second count over Parquet files, in a process of its own with bounds: whoever wrote the files may mean harm.

    files ──▶ DuckDB in a child: memory, time, no core dump ──▶ JSON ──▶ what it counted, or why it could not

A file that makes the engine crash, fill the memory or never end is thereby a finding like any other.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from services.audit.second import MEMORY_MB, Counted, Figure, NotCounted, Published, SecondCount, duckdb

HEADROOM_MB = 3_072
"""Address space beside what DuckDB may fill: its code, threads and reserves."""

SECONDS_MIN, ENTRIES_A_SECOND = 120, 2_000
"""Time that every count has, and entries for which there is one second more: a tenth of what was measured."""

ANSWER_BYTES_MAX = 1 << 28

_TIME = "it took more than {:,} seconds"
_ENDED = f"its process ended before its time: the files are damaged, or take more than {MEMORY_MB:,} MB to read"

Work: TypeAlias = Callable[[Sequence[Path], Path, int], Counted]


def count_apart(
    files: Iterable[Path], size: int, *, threads: int = 1, seconds: float | None = None, work: Work | None = None
) -> Counted:
    """Count the entries of some Parquet files, `size` of them by what is claimed. Raises NotCounted, and nothing else."""
    limit = SECONDS_MIN + size / ENTRIES_A_SECOND if seconds is None else seconds
    context = get_context("spawn")
    with TemporaryDirectory(prefix="liggare-") as folder:
        ours, theirs = context.Pipe(duplex=False)
        arguments = (theirs, list(files), Path(folder), threads, int(limit * threads) + 1, work or count)
        process = context.Process(target=_child, args=arguments, daemon=True)
        process.start()
        theirs.close()
        try:
            if not ours.poll(limit):
                raise NotCounted(_TIME.format(int(limit)))
            # Bytes alone, never objects: the child may be in the hands of who wrote the files.
            return read(ours.recv_bytes(ANSWER_BYTES_MAX))
        except (EOFError, OSError) as error:
            raise NotCounted(_ENDED) from error
        finally:
            ours.close()
            process.kill()
            process.join()


def count(files: Sequence[Path], folder: Path, threads: int) -> Counted:
    """Count in this process."""
    engine = duckdb()
    if engine is None:
        raise NotCounted("DuckDB is not installed")
    with SecondCount(engine, folder, threads=threads) as second:
        second.read_parquet(files)
        return second.finish()


# --- In the child -----------------------------------------------------------------------------
def _child(pipe: Connection, files: Sequence[Path], folder: Path, threads: int, seconds: int, work: Work) -> None:
    # An interrupt is for the process that reads and prints; it ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound(seconds)
    try:
        answer = written(work(files, folder, threads))
    except NotCounted as error:
        answer = json.dumps({"refused": str(error)}).encode()
    except MemoryError:
        answer = json.dumps({"refused": _ENDED}).encode()
    pipe.send_bytes(answer)
    # Nothing more is to be done, and the engine's own farewell would tell the reader of leaks.
    os._exit(0)


def _bound(seconds: int) -> None:
    """Bound memory and time of this process, where the system can."""
    try:
        import resource  # noqa: PLC0415  not everywhere
    except ImportError:
        return
    octets = (MEMORY_MB + HEADROOM_MB) << 20
    bounds = {resource.RLIMIT_AS: octets, resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0}
    for what, most in bounds.items():
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


# --- Between the two --------------------------------------------------------------------------
def written(counted: Counted) -> bytes:
    """Return what was counted as JSON."""
    at = [[position, _lines(figures)] for position, figures in counted.at.items()]
    told = counted._asdict() | {"root": counted.root.hex(), "figures": _lines(counted.figures), "at": at}
    return json.dumps({"counted": told}).encode()


def _lines(figures: dict[Figure, int]) -> list[Any]:
    return [[*figure, number] for figure, number in figures.items()]


def read(answer: bytes) -> Counted:
    """Return what was counted, as `written`; raise NotCounted for anything else."""
    try:
        match json.loads(answer):
            case {"refused": str(reason)}:
                raise NotCounted(reason[:300])
            case {"counted": dict(told)}:
                return Counted(
                    size=int(told["size"]),
                    gapless=bool(told["gapless"]),
                    root=bytes.fromhex(told["root"]),
                    figures=_figures(told["figures"]),
                    at={int(position): _figures(lines) for position, lines in told["at"]},
                    published=[_published(each) for each in told["published"]],
                    newer=int(told["newer"]),
                )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotCounted(_ENDED) from error
    raise NotCounted(_ENDED)


def _figures(lines: Iterable[Any]) -> dict[Figure, int]:
    return {(str(one), str(two), str(three), str(four)): int(number) for one, two, three, four, number in lines}


def _published(told: Sequence[Any]) -> Published:
    position, ballot, rule, paper, edition, votes_cast, current_votes, lines = told
    counted = {str(option): int(votes) for option, votes in dict(lines).items()}
    numbers = int(edition), int(votes_cast), int(current_votes)
    return Published(int(position), str(ballot), str(rule), None if paper is None else str(paper), *numbers, counted)
