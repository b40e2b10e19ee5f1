"""Keys that turn, witnesses that saw, checkpoints that were kept: what each shows, and to whom."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.cosignature import Ed25519CosigningKey, MlDsaSigningKey
from ledger.log.merkle import leaf_hashes, root_of
from ledger.log.note import Signer, SigningKey, parse_note
from ledger.log.policy import Policy
from ledger.log.rotation import endorse, retire
from services.audit.offline.bundle import Wanted
from services.audit.offline.heads import NotOfThisLog
from services.audit.offline.layout import checkpoint_line
from services.audit.report import Report
from tests.services.audit.offline.forging import Files, entries_in, refitted, rewritten
from tests.services.audit.offline.memory import verified

Signed = tuple[int, Sequence[Signer]]


def turned(files: Files, entries: list[bytes], heads: Sequence[Signed]) -> Files:
    """Return a bundle whose checkpoints are signed by different keys; the last is the newest."""
    origin = parse_note(files["checkpoint"]).text.splitlines()[0]
    leaves = leaf_hashes(entries)
    made = rewritten(files, entries, [SigningKey(origin, bytes(32))])
    notes = [(size, sign_checkpoint(Checkpoint(origin, size, root_of(leaves[:size])), *keys)) for size, keys in heads]
    lines = b"".join(checkpoint_line(size, note) for size, note in notes)
    return refitted({**made, "checkpoints.jsonl": lines, "checkpoint": notes[-1][1]})


def said(kind: str, **told: str) -> bytes:
    return json.dumps({"data": told, "type": kind}, separators=(",", ":")).encode()


def announced(origin: str, key: SigningKey | MlDsaSigningKey, *by: SigningKey) -> bytes:
    vkey = key.verifier.format()
    own = [key] if isinstance(key, SigningKey) else []
    return said("signing-key-announced.v1", endorsement=endorse(origin, vkey, *by, *own), vkey=vkey)


def reason(report: Report) -> str:
    return "\n".join(map(str, report.findings))


@pytest.fixture
def new(key: SigningKey) -> SigningKey:
    return SigningKey(key.name, bytes(range(32)))


# --- Keys -------------------------------------------------------------------------------------
def test_who_knows_the_old_key_is_led_to_the_new_one(files: Files, key: SigningKey, new: SigningKey) -> None:
    entries = [*entries_in(files), announced(key.name, new, key), b"after"]
    made = turned(files, entries, [(340, [key]), (681, [key, new]), (682, [new])])
    report = verified(made, Wanted([key.verifier]))
    assert report.findings == []
    assert any("is announced at position 681, endorsed by" in fact for fact in report.facts)


def test_without_a_checkpoint_that_the_old_key_signed_nobody_is_led_anywhere(
    files: Files, key: SigningKey, new: SigningKey
) -> None:
    entries = [*entries_in(files), announced(key.name, new, key), b"after"]
    made = turned(files, entries, [(340, [key]), (682, [new])])
    assert "not signed by any known key" in reason(verified(made, Wanted([key.verifier])))


def test_a_key_that_endorses_itself_or_is_endorsed_by_a_stranger_leads_nowhere(
    files: Files, key: SigningKey, new: SigningKey
) -> None:
    stranger = SigningKey(key.name, bytes(32))
    for by in ([new], [stranger]):
        entries = [*entries_in(files), announced(key.name, new, *by), b"after"]
        made = turned(files, entries, [(340, [key]), (681, [key, new]), (682, [new])])
        assert verified(made, Wanted([key.verifier])).exit_code == 3


def test_a_key_of_ml_dsa_may_be_the_next_one(files: Files, key: SigningKey) -> None:
    further = MlDsaSigningKey(key.name, bytes(32))
    entries = [*entries_in(files), announced(key.name, further, key), b"after"]
    made = turned(files, entries, [(681, [key, further]), (682, [further])])
    report = verified(made, Wanted([key.verifier]))
    assert report.findings == []
    assert any("ML-DSA-44" in fact for fact in report.facts)


def test_a_retired_key_speaks_no_more(files: Files, key: SigningKey, new: SigningKey) -> None:
    retired = retire(key.name, key.verifier.format(), "scheduled", key, new)
    entries = [
        *entries_in(files),
        announced(key.name, new, key),
        said("signing-key-retired.v1", statement=retired),
        b"after",
    ]
    heads: list[Signed] = [(340, [key]), (681, [key, new]), (682, [key, new])]
    assert verified(turned(files, entries, [*heads, (683, [new])]), Wanted([key.verifier])).findings == []
    made = turned(files, entries, [*heads, (683, [key])])
    assert "not signed by any known key" in reason(verified(made, Wanted([key.verifier])))


def test_kept_checkpoints_by_keys_from_before_ours_are_compared_and_their_signatures_left_open(
    files: Files, key: SigningKey, new: SigningKey
) -> None:
    made = turned(files, entries_in(files), [(340, [key]), (680, [new])])
    report = verified(made, Wanted([new.verifier]))
    assert report.findings == []
    assert "signatures of 1 older checkpoints: by keys that are not known here" in report.not_checked


# --- Witnesses --------------------------------------------------------------------------------
WITNESS = Ed25519CosigningKey("vittne.example/w", bytes(range(1, 33)))
OTHER = MlDsaSigningKey("vittne.example/v", bytes(range(2, 34)))


def witnessed(files: Files, *witnesses: Ed25519CosigningKey | MlDsaSigningKey, at: int = 1_700_000_000) -> Files:
    text = parse_note(files["checkpoint"]).text
    lines = "".join(witness.cosign(text, at).line() for witness in witnesses)
    return refitted({**files, "checkpoint": files["checkpoint"] + lines.encode()})


def policy(quorum: str = "both") -> Policy:
    one, two = WITNESS.verifier.format(), OTHER.verifier.format()
    return Policy.parse(f"witness one {one}\nwitness two {two}\ngroup both all one two\nquorum {quorum}\n".encode())


def test_without_a_quorum_a_checkpoint_is_not_witnessed_which_is_a_fact_unless_a_policy_was_brought(
    files: Files, key: SigningKey
) -> None:
    half = witnessed(files, WITNESS)
    own = {**half, "policy": policy().to_bytes()}
    report = verified(refitted(own), Wanted([key.verifier]))
    assert report.exit_code == 0
    assert "not witnessed by enough: the quorum of the policy is not met" in report.facts
    report = verified(half, Wanted([key.verifier], policy()))
    assert report.exit_code == 6
    assert "fewer witnesses than the policy you gave asks for" in reason(report)


def test_with_a_quorum_it_is_witnessed(files: Files, key: SigningKey) -> None:
    report = verified(witnessed(files, WITNESS, OTHER), Wanted([key.verifier], policy()))
    assert report.findings == []
    assert "witnessed by one (vittne.example/w) at 2023-11-14T22:13:20Z" in report.facts
    assert not any("witness" in each for each in report.not_checked)


def test_a_witness_counts_once_and_only_for_its_own_checkpoint(files: Files, key: SigningKey) -> None:
    assert verified(witnessed(files, WITNESS, WITNESS), Wanted([key.verifier], policy())).exit_code == 6
    text = Checkpoint(key.name, 340, bytes(32)).text()
    elsewhere = files["checkpoint"] + WITNESS.cosign(text, 1_700_000_000).line().encode()
    report = verified(refitted({**files, "checkpoint": elsewhere}), Wanted([key.verifier], policy()))
    assert report.exit_code == 3
    assert "it does not fit the text" in reason(report)


def test_a_cosignature_from_the_future_does_not_count(files: Files, key: SigningKey) -> None:
    report = verified(witnessed(files, WITNESS, at=1 << 62), Wanted([key.verifier], policy("one")))
    assert report.exit_code == 6
    assert any("in the future" in fact for fact in report.facts)


def test_logs_in_the_bundles_policy_are_nobody(files: Files, key: SigningKey) -> None:
    thief = SigningKey(key.name, bytes(32))
    stolen = rewritten(files, entries_in(files), [thief])
    named = f"log {thief.verifier.format()}\nquorum none\n".encode()
    assert verified(refitted({**stolen, "policy": named}), Wanted([key.verifier])).exit_code == 3


def test_a_checkpoint_of_another_log_is_none_to_compare_with(files: Files, key: SigningKey) -> None:
    other = SigningKey("elsewhere.example", bytes(32))
    note = sign_checkpoint(Checkpoint(other.name, 0, root_of([])), other)
    with pytest.raises(NotOfThisLog, match="elsewhere"):
        verified(files, Wanted([key.verifier], since=[("kept", note)]))
