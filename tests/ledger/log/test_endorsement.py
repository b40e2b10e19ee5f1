"""A checkpoint under a policy: what must be refused is refused, all else is a fact."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import TIME_MAX, Ed25519CosigningKey, MlDsaSigningKey
from ledger.log.endorsement import AHEAD_MAX, Cosigned, check_policy
from ledger.log.errors import (
    KeyAmbiguous,
    MalformedCheckpoint,
    MalformedNote,
    OriginRefused,
    ProofError,
    SignatureInvalid,
    SignatureMissing,
)
from ledger.log.merkle import leaf_hash
from ledger.log.note import Note, Signature, SigningKey, sign_note
from ledger.log.policy import Group, Policy, TrustedLog, TrustedWitness
from ledger.log.receipt import Receipt
from ledger.log.verify import check_receipt, verify_checkpoint

ORIGIN = "kommun.example/ledger"
ENTRY = b'{"type":"matter-opened"}'
HEAD = Checkpoint(ORIGIN, 1, leaf_hash(ENTRY))
LOG = SigningKey(ORIGIN, bytes(32))
ML_LOG = MlDsaSigningKey(ORIGIN, bytes(32))
ED = Ed25519CosigningKey("witness.example/ed", bytes([1]) * 32)
ML = MlDsaSigningKey("witness.example/ml", bytes([2]) * 32)
W_ED, W_ML = TrustedWitness(b"ed", ED.verifier), TrustedWitness(b"ml", ML.verifier)
POLICY = Policy(
    (TrustedLog(LOG.verifier), TrustedLog(ML_LOG.verifier)), (W_ED, W_ML), (Group(b"both", 2, (b"ed", b"ml")),), b"both"
)
NOW = 1_763_718_000


def note(*signatures: Signature, head: Checkpoint = HEAD) -> bytes:
    return Note(head.text(), signatures).to_bytes()


SIGNED = LOG.sign(HEAD.text())
ML_SIGNED = ML_LOG.sign(HEAD.text())


def test_who_signed_who_cosigned_and_when_is_told() -> None:
    raw = note(SIGNED, ML_SIGNED, ML.cosign(HEAD, NOW + 1), ED.cosign(HEAD, NOW))
    found = check_policy(raw, POLICY, now=NOW, origin=ORIGIN)
    assert found.checkpoint == HEAD
    assert found.logs == (LOG.verifier, ML_LOG.verifier)
    assert found.cosigned == (Cosigned(W_ED, NOW), Cosigned(W_ML, NOW + 1))
    assert found.uncounted == ()
    assert found.quorum_met


def test_too_few_witnesses_are_a_fact_and_no_refusal() -> None:
    found = check_policy(note(SIGNED, ED.cosign(HEAD, NOW)), POLICY)
    assert (found.quorum_met, [one.witness.label for one in found.cosigned]) == (False, ["ed"])
    assert not check_policy(note(SIGNED), POLICY).quorum_met
    assert check_policy(note(SIGNED), replace(POLICY, quorum=b"ed")).quorum_met is False
    assert check_policy(note(SIGNED), replace(POLICY, quorum=None)).quorum_met


def test_one_witness_counts_once_however_many_lines_it_has() -> None:
    lines = [ED.cosign(HEAD, at) for at in (NOW, NOW, NOW + 7, NOW + 3)]
    found = check_policy(note(SIGNED, *lines, *lines), POLICY)
    assert found.cosigned == (Cosigned(W_ED, NOW + 7),)
    assert not found.quorum_met
    # One failing line among them refuses the note, whichever it is.
    forged = Signature(ED.name, ED.verifier.key_id, lines[1].signature[:-1] + b"\xff")
    for place in range(len(lines) + 1):
        with pytest.raises(SignatureInvalid):
            check_policy(note(SIGNED, *lines[:place], forged, *lines[place:]), POLICY)


def test_a_time_that_is_missing_or_to_come_does_not_count() -> None:
    raw = note(SIGNED, ED.cosign(HEAD, NOW + AHEAD_MAX + 1), ML.cosign(HEAD, 0))
    found = check_policy(raw, POLICY, now=NOW)
    assert found.cosigned == ()
    reasons = {key.name: reason for key, reason in ((one.key, one.reason) for one in found.uncounted)}
    assert reasons == {
        ED.name: f"its time lies {AHEAD_MAX + 1} seconds in the future",
        ML.name: "it states no time",
    }
    assert [one.at for one in check_policy(raw, POLICY, now=NOW + 1).cosigned] == [NOW + AHEAD_MAX + 1]
    assert [one.at for one in check_policy(raw, POLICY).cosigned] == [NOW + AHEAD_MAX + 1]
    # A line from the future does not spoil the witness' other one.
    late = note(SIGNED, ED.cosign(HEAD, TIME_MAX), ED.cosign(HEAD, NOW))
    assert check_policy(late, POLICY, now=NOW).cosigned == (Cosigned(W_ED, NOW),)


def test_a_log_does_not_witness_itself_by_its_own_signature() -> None:
    policy = replace(POLICY, witnesses=(TrustedWitness(b"self", ML_LOG.verifier),), groups=(), quorum=b"self")
    assert not check_policy(note(SIGNED, ML_SIGNED), policy).quorum_met


def test_a_checkpoint_no_trusted_log_signed_is_refused() -> None:
    cosigned = ED.cosign(HEAD, NOW), ML.cosign(HEAD, NOW)
    for signatures in (cosigned, (SigningKey(ORIGIN, bytes([5]) * 32).sign(HEAD.text()), *cosigned)):
        with pytest.raises(SignatureMissing, match=r"kommun\.example/ledger\+"):
            check_policy(note(*signatures), POLICY)
    with pytest.raises(SignatureInvalid):
        check_policy(note(replace(SIGNED, signature=bytes(64)), ML_SIGNED), POLICY)
    with pytest.raises(SignatureInvalid):
        check_policy(note(SIGNED, replace(cosigned[0], signature=bytes(72))), POLICY)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    other = replace(HEAD, origin="other.example")
    for signed in (LOG.sign(other.text()), ML_LOG.sign(other.text())):
        with pytest.raises(OriginRefused, match=r"no log of the policy"):
            check_policy(note(signed, head=other), POLICY)
    two = replace(POLICY, logs=(*POLICY.logs, TrustedLog(SigningKey("other.example", bytes([7]) * 32).verifier)))
    # A listed log does not speak for another listed log.
    with pytest.raises(SignatureMissing):
        check_policy(note(LOG.sign(other.text()), head=other), two)
    with pytest.raises(OriginRefused, match=r"not 'kommun\.example/ledger'"):
        check_policy(
            note(SigningKey("other.example", bytes([7]) * 32).sign(other.text()), head=other), two, origin=ORIGIN
        )


def test_a_log_may_be_known_from_elsewhere() -> None:
    policy = replace(POLICY, logs=())
    with pytest.raises(OriginRefused):
        check_policy(note(SIGNED), policy)
    assert check_policy(note(SIGNED), policy, logs=[LOG.verifier]).logs == (LOG.verifier,)
    assert check_policy(note(SIGNED), POLICY, logs=[LOG.verifier]).logs == (LOG.verifier,)


def test_further_lines_are_believed_only_on_the_word_of_a_key_that_covers_them() -> None:
    longer = replace(HEAD, extensions=("the moon is of cheese",))
    both = note(LOG.sign(longer.text()), ML_LOG.sign(longer.text()), head=longer)
    assert check_policy(both, POLICY).checkpoint == longer
    assert verify_checkpoint(both, ORIGIN, [LOG.verifier]) == longer
    # Anyone can add them to what ML-DSA alone has signed.
    added = note(ML_SIGNED, ED.cosign(longer, NOW), head=longer)
    assert check_policy(added, POLICY).checkpoint == HEAD
    assert verify_checkpoint(added, ORIGIN, [LOG.verifier, ML_LOG.verifier]) == HEAD


def test_what_is_no_checkpoint_is_refused_by_its_kind() -> None:
    with pytest.raises(MalformedNote):
        check_policy(b"nothing", POLICY)
    with pytest.raises(MalformedCheckpoint):
        check_policy(sign_note("one line\n", LOG).to_bytes(), POLICY)


def test_two_trusted_keys_called_the_same_are_refused() -> None:
    class Impostor:
        name = LOG.name
        key_id = LOG.verifier.key_id

        def fits(self, text: bytes, signature: bytes) -> bool:
            return bool(text or signature)

    with pytest.raises(KeyAmbiguous):
        check_policy(note(SIGNED), POLICY, logs=[Impostor()])


def test_a_receipt_is_checked_by_a_policy() -> None:
    checkpoint = note(SIGNED, ED.cosign(HEAD, NOW), ML.cosign(HEAD, NOW))
    raw = Receipt(0, (), checkpoint, ENTRY).to_bytes()
    on_record, endorsement = check_receipt(raw, POLICY, now=NOW, origin=ORIGIN)
    assert (on_record.position, on_record.entry, on_record.checkpoint) == (1, ENTRY, HEAD)
    assert endorsement == check_policy(checkpoint, POLICY)
    assert endorsement.quorum_met
    for wrong in (
        Receipt(0, (), checkpoint, b"another"),
        Receipt(1, (), checkpoint, ENTRY),
        Receipt(0, (), checkpoint, None),
        Receipt(0, (), note(*(key.cosign(HEAD, NOW) for key in (ED, ML))), ENTRY),
    ):
        with pytest.raises(ProofError):
            check_receipt(wrong.to_bytes(), POLICY)
    with pytest.raises(OriginRefused):
        check_receipt(raw, POLICY, origin="other.example")
    assert check_receipt(Receipt(0, (), checkpoint).to_bytes(), POLICY, entry=ENTRY)[0] == on_record


def test_the_receipt_of_the_record_format_is_signed_and_cosigned() -> None:
    page = (Path(__file__).parents[3] / "docs" / "record-format.md").read_text(encoding="utf-8")
    raw, entry, policy = (
        re.search(pattern, page, re.DOTALL)[1]  # type: ignore[index]
        for pattern in (r'receipt = """\\\n(.*?)"""', r"entry = b'(.*?)'", r"```\n(log .*?)```")
    )
    on_record, endorsement = check_receipt(raw.encode(), Policy.parse(policy.encode()), entry=entry.encode())
    assert on_record.position == 1
    assert endorsement.quorum_met


WITHOUT = """
import sys
sys.modules["cryptography.hazmat.primitives.asymmetric.mldsa"] = None
from ledger.log.endorsement import check_policy
from ledger.log.policy import Policy
policy, raw = (part.encode() for part in sys.stdin.read().split("|"))
found = check_policy(raw, Policy.parse(policy))
print(found.quorum_met, len(found.logs), len(found.cosigned))
print(*(f"{one.key.name}: {one.reason}" for one in found.uncounted), sep="\\n")
"""


def test_without_ml_dsa_its_witnesses_do_not_count_and_the_lack_is_said() -> None:
    raw = note(SIGNED, ML_SIGNED, ED.cosign(HEAD, NOW), ML.cosign(HEAD, NOW))
    given = f"{POLICY.to_bytes().decode()}|{raw.decode()}"
    ran = subprocess.run([sys.executable, "-c", WITHOUT], input=given, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == [
        "False 1 1",
        "kommun.example/ledger: not checked: this cryptography has no ML-DSA",
        "witness.example/ml: not checked: this cryptography has no ML-DSA",
    ]
