"""The keys of a bundle: all that ever signed, those that sign now, and the operator's witnesses with what they said."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import Ed25519CosigningKey
from ledger.log.policy import Policy
from ledger.log.refusals import KeyRefused
from ledger.log.vkeys import parse_vkey
from ledger.store.port import Cosignature
from services.audit.offline.main import main as verify_offline
from services.engines import engine
from services.export.bundle import export
from services.export.keys import POLICY_FILE
from tests.fix_liggare import Liggare
from tests.services.audit.town import Town, copy_of
from tests.services.export.bundles import files_of


def cosign(town: Town, witness: Ed25519CosigningKey, signed: Checkpoint, at: int) -> None:
    line = witness.cosign(signed, at).line()
    signer = f"{witness.name}+{witness.verifier.key_id.hex()}"
    with closing(engine(town.settings).reader()) as reader:
        reader.add_cosignatures([Cosignature(signed.size, signer, line, at)])


def test_a_bundle_lists_every_key_and_trusts_those_that_signed(untouched: Town, tmp_path: Path) -> None:
    done = export(untouched.settings, tmp_path / "out")
    keys = [parse_vkey(line) for line in (tmp_path / "out/log.vkeys").read_text().splitlines()]
    assert keys[0] == parse_vkey((tmp_path / "out/log.vkey").read_text().strip())
    assert {key.name for key in keys} == {done.signed.origin}
    policy = Policy.parse((tmp_path / "out/policy").read_bytes())
    assert [log.verifier for log in policy.logs] == keys
    assert policy.quorum is None


def test_a_bundle_carries_the_operators_witnesses_and_what_they_signed(untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    witness = Ed25519CosigningKey.generate("witness.example/w")
    chosen = f"witness w {witness.verifier.format()} https://witness.example/\nquorum w\n"
    (town.settings.keys / POLICY_FILE).write_text(chosen)
    first = export(town.settings, tmp_path / "out")
    before = files_of(tmp_path / "out")
    cosign(town, witness, first.signed, 1_700_000_000)
    cosign(town, witness, first.signed, 1_700_000_100)
    export(town.settings, tmp_path / "out")
    after = files_of(tmp_path / "out")
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"checkpoint", "checkpoints.jsonl", "manifest.json"}
    assert witness.cosign(first.signed, 1_700_000_100).line().encode() in after["checkpoint"]
    assert witness.cosign(first.signed, 1_700_000_000).line() in after["checkpoints.jsonl"].decode().replace(
        "\\n", "\n"
    )
    policy = Policy.parse(after["policy"])
    assert [(each.label, each.verifier) for each in policy.witnesses] == [("w", witness.verifier)]
    assert policy.quorum == b"w"
    assert verify_offline([str(tmp_path / "out"), "--policy", str(tmp_path / "out/policy")]) == 0


@pytest.mark.parametrize("content", ["quorum w\n", "witness\n", "quorum none", "\x00"])
def test_a_policy_that_is_none_stops_the_export(untouched: Town, tmp_path: Path, content: str) -> None:
    town = copy_of(untouched, tmp_path)
    (town.settings.keys / POLICY_FILE).write_text(content)
    with pytest.raises(KeyRefused, match=r"log\.policy.*mend it"):
        export(town.settings, tmp_path / "out")
    assert not (tmp_path / "out/manifest.json").exists()


def test_logs_that_the_operators_policy_names_are_not_vouched_for(untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    own = (town.settings.keys / "log.vkey").read_text().strip()
    (town.settings.keys / POLICY_FILE).write_text(f"log {own} https://kommun.example/\nquorum none\n")
    done = export(town.settings, tmp_path / "out")
    policy = Policy.parse((tmp_path / "out/policy").read_bytes())
    assert {log.verifier.name for log in policy.logs} == {done.signed.origin}
    assert policy.logs[0].url == "https://kommun.example/"


def test_without_a_public_key_there_is_no_bundle(untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    for path in town.settings.keys.iterdir():
        path.unlink()
    with pytest.raises(KeyRefused, match="without it no bundle can be verified"):
        export(town.settings, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_goes_on_when_the_log_has_turned_to_new_keys(
    untouched: Town, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    town = copy_of(untouched, tmp_path)
    export(town.settings, tmp_path / "out")
    old = (tmp_path / "out/log.vkey").read_text()
    liggare = Liggare(town.settings.store, town.settings.keys, capfdbinary, town.settings.ledger)
    liggare("rotate-key")
    liggare("rotate-key", "--finish")
    town.record(2_000)
    done = export(town.settings, tmp_path / "out")
    assert done.signed.size > 1_020
    assert (tmp_path / "out/log.vkey").read_text() != old
    (tmp_path / "old.vkey").write_text(old)
    assert verify_offline([str(tmp_path / "out"), "--vkey", str(tmp_path / "old.vkey")]) == 0
