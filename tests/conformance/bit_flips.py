"""Flip single bits of a bundle and its receipts, and see whether each is detected, and its file or event named.

    PYTHONPATH=.:generated python tests/conformance/bit_flips.py --count 100000 --seed 1

Prints a line for each kind of file; exits with 1 unless all are detected and 99.9 % located.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from ledger.log.checkpoint import read_unverified
from ledger.log.merkle import hashes_of, inclusion_proof, leaf_hashes
from ledger.log.receipt import Receipt
from ledger.log.tiles import bundles_of, parse_path, split_bundle
from ledger.log.vkeys import AnyKey
from services.audit.offline.bundle import parse_keys
from services.audit.offline.main import verify_receipt_file
from services.audit.report import Kind, Report
from services.export.bundle import export
from tests.services.audit.offline.memory import files_in, flipped, verified
from tests.services.audit.town import made

RECEIPTS = 20


@dataclass
class Outcome:
    """How many flips of each kind were tried, detected and located; those that were not."""

    tried: Counter[str] = field(default_factory=Counter)
    detected: Counter[str] = field(default_factory=Counter)
    located: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def take(self, kind: str, what: str, report: Report, *, located: bool) -> None:
        """Take down one flip."""
        self.tried[kind] += 1
        self.detected[kind] += bool(report.findings)
        self.located[kind] += located and bool(report.findings)
        if not report.findings or not located:
            self.missed.append(f"{what}: {report.verdict}")


def flip_bundle(files: Mapping[str, bytes], count: int, seed: int) -> Outcome:
    """Flip one bit after the other, kinds of files in turn, and verify the whole each time."""
    chance, outcome = Random(seed), Outcome()
    kinds: dict[str, list[str]] = {}
    for path in sorted(files):
        kinds.setdefault(kind_of(path), []).append(path)
    names = sorted(kinds)
    for number in range(count):
        kind = names[number % len(names)]
        path = chance.choices(kinds[kind], [len(files[each]) for each in kinds[kind]])[0]
        bit = chance.randrange(len(files[path]) * 8)
        report = verified({**files, path: flipped(files[path], bit)})
        outcome.take(kind, f"{path}, bit {bit}", report, located=_names(report, path, files[path], bit))
    return outcome


def flip_receipts(files: Mapping[str, bytes], count: int, seed: int) -> Outcome:
    """Flip one bit after the other in receipts of the bundle's entries.

    Of the two keys that sign, one may be made one that nobody knows: its line is passed over, as C2SP signed-note has
    it. That counts as detected where the report says which line was.
    """
    chance, outcome = Random(seed), Outcome()
    keys: list[AnyKey] = parse_keys(files["log.vkeys"], "log.vkeys")
    receipts = _receipts(files, chance)
    for _ in range(count):
        receipt = chance.choice(receipts)
        bit = chance.randrange(len(receipt) * 8)
        report = verify_receipt_file(flipped(receipt, bit), "receipt", keys, None)
        if any("its key is not known here" in each for each in report.not_checked):
            report.add(Kind.INCOMPLETE, "signature line of the receipt", "passed over")
        outcome.take("receipt", f"receipt, bit {bit}", report, located=bool(report.worst and report.worst.reason))
    return outcome


def kind_of(path: str) -> str:
    """Return what kind of file of a bundle a path is."""
    match path.split("/"):
        case ["tile", "entries", *_]:
            return "entries"
        case ["tile", *_]:
            return "tiles"
        case [top]:
            return top
        case [folder, *_]:
            return folder
    raise AssertionError("split gives at least one part")


def _names(report: Report, path: str, content: bytes, bit: int) -> bool:
    """Tell whether a finding names the file that was changed; of entries, also the position."""
    named = [finding for finding in report.findings if path in f"{finding.place} {finding.reason}"]
    if not path.startswith("tile/entries/"):
        return bool(named)
    at, position = 0, parse_path(path).number * 256
    while at <= bit // 8:
        at += 2 + int.from_bytes(content[at : at + 2])
        position += 1
    return any(finding.position == position for finding in named)


def _receipts(files: Mapping[str, bytes], chance: Random) -> list[bytes]:
    signed = read_unverified(files["checkpoint"])
    entries = [entry for tile in bundles_of(signed.size) for entry in split_bundle(files[tile.path()], tile.width)]
    read = hashes_of(leaf_hashes(entries))
    chosen = chance.sample(range(signed.size), RECEIPTS)
    return [
        Receipt(index, inclusion_proof(index, signed.size, read), files["checkpoint"], entries[index]).to_bytes()
        for index in chosen
    ]


def small_bundle(folder: Path) -> dict[str, bytes]:
    """Record and export a small town; return the files of its bundle."""
    town = made("sqlite", str(folder / "ledger.sqlite"), folder / "keys")
    town.record(0)
    town.record(1_000)
    town.database.close()
    export(town.settings, folder / "bundle")
    return files_in(folder / "bundle")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = small_bundle(Path(folder))
    outcome = flip_bundle(files, asked.count * 9 // 10, asked.seed)
    receipts = flip_receipts(files, asked.count // 10, asked.seed)
    for counts, more in ((outcome.tried, receipts.tried), (outcome.detected, receipts.detected)):
        counts.update(more)
    outcome.located.update(receipts.located)
    for kind in sorted(outcome.tried):
        numbers = f"{outcome.tried[kind]:7} flips {outcome.detected[kind]:7} detected {outcome.located[kind]:7} located"
        print(f"{kind:20} {numbers}")
    tried, detected, located = outcome.tried.total(), outcome.detected.total(), outcome.located.total()
    print(f"{'all':20} {tried:7} flips {detected:7} detected {located:7} located  (seed {asked.seed})")
    for missed in (outcome.missed + receipts.missed)[:20]:
        print(f"  not detected or not located: {missed}")
    return 0 if detected == tried and located >= 0.999 * tried else 1


if __name__ == "__main__":
    sys.exit(main())
