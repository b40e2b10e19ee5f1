"""Two libraries of the Python index accept our log, one of them in Rust; and what one of them writes, we accept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.log.checkpoint import Checkpoint
from ledger.log.merkle import leaf_hash, leaf_hashes, root_of
from ledger.log.proofs import Proofs
from ledger.log.receipt import Receipt
from ledger.log.tiles import bundles_of, split_bundle, tiles_of
from ledger.log.verify import verify_checkpoint, verify_inclusion
from ledger.log.vkeys import parse_vkey
from tests.conformance.conftest import Ours, Tool
from tests.ledger.log.published import ORIGIN
from tests.services.web.site import Site

SIZES = (1, 2, 255, 256, 257, 700)

Foreign = Callable[[str], Tool]


@pytest.fixture(scope="module", autouse=True)
def _grown(ours: Ours) -> None:
    ours.grow(*SIZES)


def test_tlog_scales_accepts_what_we_serve_and_export(foreign: Foreign, ours: Ours, site: Site) -> None:
    tlog_scales = foreign("tlog_scales")
    vkeys = ours.place / "served.vkeys"
    vkeys.write_bytes(site("/log.vkeys").body)
    sizes = [str(size) for size in SIZES]
    bundle = ours.exported()
    for location, keys in ((site.url, vkeys), (str(bundle), bundle / "log.vkeys")):
        found = json.loads(tlog_scales("scales", location, keys, *sizes))
        assert found["size"] == 700 and found["types"][0] == 1
        assert found["signatures"] == len(keys.read_text().splitlines())


def test_a_proof_that_tlog_scales_makes_of_our_log_holds_here(foreign: Foreign, ours: Ours, site: Site) -> None:
    tlog_scales = foreign("tlog_scales")
    for index in (0, 255, 256, 699):
        made = Receipt.parse(tlog_scales("scales-proof", site.url, str(index)).encode())
        signed = verify_checkpoint(made.checkpoint, ORIGIN, [ours.published.key])
        assert made.position == index + 1
        verify_inclusion(ours.published.leaves[index], index, signed.size, signed.root, made.proof)


@pytest.mark.parametrize("sizes", [(1,), (3, 255), (256, 257, 600)])
def test_we_accept_a_log_that_tlog_scales_writes(foreign: Foreign, tmp_path: Path, sizes: tuple[int, ...]) -> None:
    place, origin = tmp_path / "log", "scales.example/log"
    foreign("tlog_scales")("scales-write", place, origin, *map(str, sizes))
    keys = [parse_vkey(line) for line in (place / "log.vkeys").read_text().splitlines()]
    bundles = [split_bundle((place / tile.path()).read_bytes(), tile.width) for tile in bundles_of(sizes[-1])]
    leaves = leaf_hashes([entry for bundle in bundles for entry in bundle])
    note = (place / "checkpoint").read_bytes()
    for key in keys:
        assert verify_checkpoint(note, origin, [key]) == Checkpoint(origin, sizes[-1], root_of(leaves))
    for tile in tiles_of(sizes[-1]):
        assert len((place / tile.path()).read_bytes()) == 32 * tile.width


def test_metamorphic_log_accepts_our_notes_and_proofs(foreign: Foreign, ours: Ours, tmp_path: Path) -> None:
    checker = foreign("metamorphic_log")
    proofs = Proofs(ours.published.writer())
    kept = [proofs.covering(size) for size in SIZES]
    given = {
        "vkey": ours.published.key.format(),
        "origin": ORIGIN,
        "checkpoints": [
            {"size": each.size, "note": each.note, "growth": _hex(proofs.consistency(each.size).proof)}
            for each in kept
            if each is not None
        ],
        "entries": [
            {
                "index": index,
                "leaf": leaf_hash(ours.published.entries[index]).hex(),
                "proof": _hex(proofs.inclusion(index + 1).proof),
            }
            for index in (0, 1, 254, 255, 256, 500, 699)
        ],
    }
    file = tmp_path / "given.json"
    file.write_text(json.dumps(given))
    assert json.loads(checker("metamorphic", file)) == {"checkpoints": len(SIZES), "entries": 7}


def _hex(proof: tuple[bytes, ...]) -> list[str]:
    return [step.hex() for step in proof]
