"""Run by an interpreter that has tlog-scales or metamorphic-log: what those libraries say of a log. Imports nothing of ours.

foreign_checks.py scales LOCATION VKEYSFILE SIZE...    check a log, and its growth from each size
foreign_checks.py scales-proof LOCATION INDEX          write a .tlog-proof
foreign_checks.py scales-write FOLDER ORIGIN SIZE...   write a log, signed with Ed25519 and ML-DSA-44
foreign_checks.py metamorphic FILE                     check notes and proofs that a JSON file holds
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def modules(package: str, *names: str) -> list[Any]:
    """Return modules of a package that nobody's type checker has to know."""
    return [import_module(f"{package}.{name}") for name in names]


def scales(location: str, vkeys: str, *sizes: str) -> None:
    backend, reader, signing, tiles = modules("tlog_scales", "backend", "reader", "signing", "tiles")

    log = reader.TilesReader(backend.make_backend(location))
    head = log.get_checkpoint()
    keys = [signing.Vkey.from_string(line) for line in Path(vkeys).read_text().splitlines()]
    fitting = signing.VkeySet(*keys).verify(head.signatures, head)
    assert len(fitting) == len(head.signatures) > 0, "a signature was not verified"
    assert log.calculate_root_hash() == head.root_hash
    for index in sorted({0, head.size // 3, head.size // 2, head.size - 1}):
        log.get_inclusion_proof(index, head.size).check(tiles.leaf_hash(log.get_entry(index)), head.root_hash)
    for size in map(int, sizes):
        log.get_consistency_proof(size, head.size).check(log.mth(0, size), head.root_hash)
    print(
        json.dumps({"size": head.size, "signatures": len(fitting), "types": sorted(key.sig_type for key, _ in fitting)})
    )


def scales_proof(location: str, index: str) -> None:
    (cli,) = modules("tlog_scales", "cli")
    sys.argv = ["tlog-tiles", "gen-proof", location, index]
    cli.main()


def scales_write(folder: str, origin: str, *sizes: str) -> None:
    signing, writer = modules("tlog_scales", "signing", "writer")
    signers = [
        signing.PlainEd25519Signer(origin, os.urandom(32)),
        signing.MLDSA44CosignatureSigner(origin, os.urandom(32)),
    ]
    log = writer.TilesWriter.create(Path(folder), origin)
    for size in map(int, sizes):
        for number in range(log.size, size):
            log.add_leaf(b"entry %d that tlog-scales wrote" % number)
        log.commit(signers, gc=False)
    Path(folder, "log.vkeys").write_text("".join(f"{each.vkey.serialize()}\n" for each in signers))


def metamorphic(file: str) -> None:
    ml: Any = import_module("metamorphic_log")
    given = json.loads(Path(file).read_text())
    key, newest = [given["vkey"]], given["checkpoints"][-1]["note"]
    for each in given["checkpoints"]:
        head = ml.checkpoint_verify(each["note"], key)
        assert (head.origin, head.size) == (given["origin"], each["size"])
        proof = [bytes.fromhex(step) for step in each["growth"]]
        ml.checkpoint_verify_consistency(each["note"], newest, key, proof)
    for each in given["entries"]:
        proof = [bytes.fromhex(step) for step in each["proof"]]
        leaf = bytes.fromhex(each["leaf"])
        ml.checkpoint_verify_inclusion(newest, key, each["index"], leaf, proof)
        try:
            ml.checkpoint_verify_inclusion(newest, key, each["index"], bytes(32), proof)
        except ml.VerifyError:
            continue
        raise AssertionError("another leaf was accepted")
    print(json.dumps({"checkpoints": len(given["checkpoints"]), "entries": len(given["entries"])}))


WORK: dict[str, Callable[..., None]] = {
    "scales": scales,
    "scales-proof": scales_proof,
    "scales-write": scales_write,
    "metamorphic": metamorphic,
}

if __name__ == "__main__":
    WORK[sys.argv[1]](*sys.argv[2:])
