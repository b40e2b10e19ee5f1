"""Measure, all in one run and interleaved, and print a table with the ratios of that run.

    make bench [ARGS="…"]
    python tests/benchmarks/run.py [NAME …] [--rounds 3] [--quick] [--profile FOLDER] [--case TEXT] [--json FILE]

NAME is library, raw_copy, append, rpc, umadb, read or projection; without one, all are run. Every round
measures each case once, on a fresh database of one PostgreSQL server that is started for this run with
shared_buffers 1 GB, max_wal_size 4 GB, fsync and checksums on; what a case is compared with is measured
in the same round even when it was not named. After each case the store is checked to hold exactly what
was acknowledged, gapless. Times are printed, never judged.

--quick does a twentieth of the events, to see that everything works; its figures mean little.
--profile writes a profile of every server and appending process into FOLDER (NAME.prof for pstats or
snakeviz, NAME.prof.txt to read); times of such a run are not comparable with others.
--case keeps the cases whose name contains TEXT. --json also writes every sample.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A script's own folder must not come before the product: `read` and `append` are files here.
sys.path[:] = [
    str(ROOT),
    str(ROOT / "generated"),
    *(place for place in sys.path if Path(place) != Path(__file__).parent),
]

from tests.benchmarks.measure import Bench, Case, Sample, Unmeasurable, line, surroundings, table  # noqa: E402

INTERRUPTED = 130
NAMES = ("library", "raw_copy", "append", "rpc", "umadb", "read", "projection")


def cases_of(names: Sequence[str], text: str) -> list[Case]:
    """Return the cases of some benchmarks, and those they are compared with, in the order of NAMES."""
    everything = [(name, case) for name in NAMES for case in import_module(f"tests.benchmarks.{name}").CASES]
    wanted = {case.name for name, case in everything if name in names and text.lower() in case.name.lower()}
    compared = {ratio.to for _, case in everything if case.name in wanted for ratio in case.ratios}
    assert compared <= {case.name for _, case in everything}, "a case is compared with one that does not exist"
    return [case for _, case in everything if case.name in wanted | compared]


def measured(bench: Bench, cases: Sequence[Case], rounds: int) -> dict[str, list[Sample]]:
    """Measure every case once a round and say each result at once."""
    samples: dict[str, list[Sample]] = {}
    missing: set[str] = set()
    for number in range(1, rounds + 1):
        print(f"round {number} of {rounds}, load of the machine {os.getloadavg()[0]:.1f}", flush=True)
        for case in cases:
            if case.name in missing:
                continue
            try:
                sample = case.run(bench)
            except Unmeasurable as reason:
                missing.add(case.name)
                print(f"{case.name:56s} not measured: {reason}", flush=True)
                continue
            samples.setdefault(case.name, []).append(sample)
            print(line(case, sample), flush=True)
    return samples


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments name and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--profile", type=Path, metavar="FOLDER")
    parser.add_argument("--case", default="", metavar="TEXT")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.names) - set(NAMES)):
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    cases = cases_of(asked.names or NAMES, asked.case)
    if not cases:
        parser.error(f"no case's name contains {asked.case!r}")
    try:
        with surroundings(quick=asked.quick, profile=asked.profile) as bench:
            samples = measured(bench, cases, asked.rounds)
    except KeyboardInterrupt:
        return INTERRUPTED
    print()
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} processors")
    print("\n".join(table(cases, samples)))
    if asked.quick or asked.profile:
        print("a quick or profiled run: these figures mean little")
    if asked.json:
        asked.json.write_text(json.dumps({name: [each._asdict() for each in found] for name, found in samples.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
