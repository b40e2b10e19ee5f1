"""Two libraries of the Python index accept our log, one of them in Rust; and what one of them writes, we accept."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ledger.log.checkpoint import Checkpoint
from ledger.log.merkle import leaf_hash, leaf_hashes, root_of
from ledger.log.proofs import Proofs
from ledger.log.receipt import Receipt
from ledger.log.tiles import bundles_of, split_bundle
from ledger.log.verify import verify_checkpoint, verify_inclusion
from ledger.log.vkeys import parse_vkey
from services.audit.offline.bundle import Wanted, verify_bundle
from services.audit.offline.sources import Folder
from tests.conformance.conftest import Ours, Tool
from tests.ledger.log.published import ORIGIN
from tests.services.web.site import Site, witness

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
        assert (found["size"], found["types"]) == (700, [1, 6])


def test_tlog_scales_accepts_cosignatures_of_both_types(
    foreign: Foreign, ours: Ours, site: Site, tlogverify: Tool, webcrypto: Tool
) -> None:
    tlog_scales = foreign("tlog_scales")
    witnesses = witness(ours.published)
    vkeys = ours.place / "all.vkeys"
    vkeys.write_bytes(site("/log.vkeys").body + "".join(f"{key.format()}\n" for key in witnesses).encode())
    found = json.loads(tlog_scales("scales", site.url, vkeys, "257"))
    assert found["types"] == [1, 4, 6, 6]
    # And those who do not know these keys pass over their lines.
    assert tlogverify("log", ours.vkey, site.url).count("ok ") == 4
    webcrypto(site.url, site("/log.vkey").text.strip(), "257")


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
    with closing(Folder(place)) as source:
        assert verify_bundle(source, Wanted(keys=keys)).findings == []


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
