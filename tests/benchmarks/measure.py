"""What every benchmark shares: its surroundings, what a case measured, and the table in the end.

A case is one way of doing something, measured once a round on a fresh database. Rates are compared
only with rates of the same run: machines, disks and neighbours differ too much for anything else.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import NamedTuple

import psycopg

from tests.fix_postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = {"shared_buffers": "1GB", "max_wal_size": "4GB"}
"""Beside what PostgresServer always sets: fsync, full_page_writes and synchronous_commit on, data checksums."""

QUICK_SHARE = 20
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")

LIBRARY = "library, aggregate save, 8 threads"
COPY = "COPY, event rows alone"
PROJECTION_RUNNER = "library, ProjectionRunner, tally"
"""The rates that others are compared with."""


class Unmeasurable(Exception):
    """This case cannot be measured here; the message tells what is missing."""


class Broken(Exception):
    """What is in the store is not what was acknowledged. No figure of such a run means anything."""


# --- One measurement --------------------------------------------------------------------------
class Sample(NamedTuple):
    """What one case did in one round: so many events in so many seconds, and figures by name (see COLUMNS)."""

    events: int
    seconds: float
    figures: dict[str, float]

    @property
    def rate(self) -> float:
        return self.events / self.seconds


COLUMNS = {
    "p50": "p50 ms",
    "p99": "p99 ms",
    "server": "server µs/ev",
    "client": "client µs/ev",
    "postgres": "PG µs/ev",
    "group": "group",
}
"""Latencies as the caller sees them; processor time per event of each side, threads and kernel included;
events in a transaction on average."""


class Ratio(NamedTuple):
    """Compare with the rate of another case of the same run; `aim` is what the design asks for."""

    to: str
    aim: str = ""
    percent: bool = False

    def of(self, rate: float, base: float) -> str:
        shown = f"{rate / base:.0%} of" if self.percent else f"{rate / base:.1f} ×"
        return f"{shown} {self.to}" + (f" (aim {self.aim})" if self.aim else "")


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure; its name stands in the table, `run` does it once on a fresh store."""

    name: str
    run: Callable[[Bench], Sample]
    ratios: Sequence[Ratio] = ()
    aim: str = ""


def latencies(milliseconds: Sequence[float]) -> dict[str, float]:
    """Return median and 99th percentile of some latencies."""
    ordered = sorted(milliseconds)
    return {"p50": ordered[len(ordered) // 2], "p99": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]}


# --- The surroundings -------------------------------------------------------------------------
@dataclass(slots=True)
class Bench:
    """One run: a PostgreSQL server and a folder of its own, and how much is to be done."""

    postgres: PostgresServer
    folder: Path
    quick: bool = False
    profile: Path | None = None
    filled: dict[str, str] = field(default_factory=dict)
    """Stores that are filled once and read, or copied, by many cases: by what they hold, where they are."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def size(self, full: int, *, multiple: int = 1) -> int:
        """Return how many events to do: `full`, or a twentieth in a quick run, in whole multiples."""
        wanted = max(full // QUICK_SHARE, 200) if self.quick else full
        return max(wanted // multiple, 1) * multiple

    def path(self, name: str) -> Path:
        """Return a path in the run's folder that nobody used before."""
        return self.folder / f"{next(self._numbers)}-{name}"

    def profile_of(self, name: str) -> str | None:
        """Return the file for the profile of a process, None where none is wanted."""
        if self.profile is None:
            return None
        words = "".join(letter if letter.isalnum() else " " for letter in name).split()
        return str(self.profile / f"{'-'.join(words)}.prof")

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Make a database, empty or as another one, and yield its name; what earlier cases left is written first."""
        name = self.postgres.create_database(template)
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        yield name
        # Not after an error: the server goes away with everything in it.
        self.postgres.drop_database(name)

    def postgres_seconds(self) -> float:
        """Return the processor time all processes of PostgreSQL have used so far, ended ones included."""
        postmaster = self.postgres.pid
        assert postmaster is not None
        own = _times(postmaster)
        return (sum(own) + sum(sum(_times(pid)[:2]) for pid in _children_of(postmaster))) / TICKS_PER_SECOND


@contextmanager
def surroundings(*, quick: bool, profile: Path | None) -> Iterator[Bench]:
    """Start a PostgreSQL server of our own and make a folder; both are gone afterwards."""
    if profile is not None:
        profile.mkdir(parents=True, exist_ok=True)
        profile = profile.absolute()
    with tempfile.TemporaryDirectory(prefix="lgb-") as folder, PostgresServer(settings=POSTGRES) as server:
        yield Bench(server, Path(folder), quick, profile)


# --- Processor time ---------------------------------------------------------------------------
def processor_seconds(pid: int) -> float:
    """Return the processor time a process has used so far, in all its threads."""
    return sum(_times(pid)[:2]) / TICKS_PER_SECOND


def _times(pid: int) -> tuple[int, int, int, int]:
    """Return user and system time of a process, and of its ended children, in clock ticks; see proc(5)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it ended meanwhile, and its parent counts it from now on
        return 0, 0, 0, 0
    return int(fields[11]), int(fields[12]), int(fields[13]), int(fields[14])


def _children_of(parent: int) -> list[int]:
    found: list[int] = []
    for tasks in Path(f"/proc/{parent}/task").iterdir():
        found += map(int, (tasks / "children").read_text().split())
    return found


# --- The table --------------------------------------------------------------------------------
def line(case: Case, sample: Sample) -> str:
    """Return one round's result, to be shown at once."""
    figures = "  ".join(
        f"{title} {sample.figures[name]:.1f}" for name, title in COLUMNS.items() if name in sample.figures
    )
    return f"{case.name:56s} {sample.rate:11,.0f}/s  {figures}"


def table(cases: Sequence[Case], samples: dict[str, list[Sample]]) -> Iterator[str]:
    """Yield the medians with smallest and largest of all rounds, and under each what it compares to."""
    medians = {name: statistics.median(sample.rate for sample in found) for name, found in samples.items()}
    titles = "".join(f"{title:>14s}" for title in COLUMNS.values())
    yield f"{'medians (min - max) of all rounds':56s} {'events/s':>11s}  {'(min - max)':23s}{titles}"
    for case in cases:
        found = samples.get(case.name)
        if not found:
            continue
        rates = [sample.rate for sample in found]
        span = f"({min(rates):,.0f} - {max(rates):,.0f})"
        yield f"{case.name:56s} {medians[case.name]:11,.0f}  {span:23s}{''.join(_cells(found))}".rstrip()
        for ratio in case.ratios:
            if ratio.to in medians:
                yield f"{'':8s}{_ratio(ratio, found, samples[ratio.to])}"
        if case.aim:
            yield f"{'':8s}aim: {case.aim}"


def _cells(found: Sequence[Sample]) -> Iterator[str]:
    for name in COLUMNS:
        values = [sample.figures[name] for sample in found if name in sample.figures]
        yield f"{statistics.median(values):14.1f}" if values else f"{'':14s}"


def _ratio(ratio: Ratio, found: Sequence[Sample], base: Sequence[Sample]) -> str:
    """Return the ratio of the medians, and between which values the rounds' own ratios lie."""
    middle = ratio.of(statistics.median(each.rate for each in found), statistics.median(each.rate for each in base))
    rounds = [one.rate / other.rate for one, other in zip(found, base, strict=False)]
    scale, sign = (100, " %") if ratio.percent else (1, "")
    low, high = min(rounds) * scale, max(rounds) * scale
    return f"{middle}; by round {low:.1f} - {high:.1f}{sign}"
