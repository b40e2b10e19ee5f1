"""Spoiled texts: refused by a `ProofError`, or accepted for no more than the true one said.

What a spoiled text may still be accepted for is written beside each kind. A note may lose
lines and keep its worth for the rest; nothing may gain a signer, a witness, an entry.
"""

from collections.abc import Callable, Sequence
from random import Random
from time import process_time

import pytest

from ledger.log import merkle
from ledger.log.checkpoint import Checkpoint, read_unverified
from ledger.log.cosignature import Ed25519CosigningKey, MlDsaSigningKey
from ledger.log.endorsement import Endorsement, check_policy
from ledger.log.errors import ProofError
from ledger.log.merkle import hashes_of, leaf_hashes
from ledger.log.note import Note, SigningKey, parse_note, sign_note, verify_note
from ledger.log.policy import Group, Policy, TrustedLog, TrustedWitness
from ledger.log.receipt import Receipt
from ledger.log.verify import check_receipt, verify_checkpoint, verify_receipt
from ledger.log.vkeys import parse_vkey
from tests.ledger.log.mutators import HEAVY, Mutator, spoil

ORIGIN = "kommun.example/ledger"
NOW = 1_763_718_000
SECONDS_MAX = 3
ROUNDS = 400

LOG = SigningKey(ORIGIN, bytes(32))
ML_LOG = MlDsaSigningKey(ORIGIN, bytes(32))
W1 = Ed25519CosigningKey("vittne.example/ett", bytes([1]) * 32)
W2 = MlDsaSigningKey("vittne.example/två", bytes([2]) * 32)
W3 = Ed25519CosigningKey("vittne.example/tre", bytes([3]) * 32)
STRANGER = SigningKey("elsewhere.example", bytes([9]) * 32)

ENTRIES = [f'{{"position":{number}}}'.encode() for number in range(1, 8)]
LEAVES = leaf_hashes(ENTRIES)
HEAD = Checkpoint(ORIGIN, 7, merkle.root_of(LEAVES))
EARLIER = Checkpoint(ORIGIN, 5, merkle.root_of(LEAVES[:5]))
ELSEWHERE = Checkpoint("elsewhere.example", 7, HEAD.root)

POLICY = Policy(
    (TrustedLog(LOG.verifier), TrustedLog(ML_LOG.verifier)),
    tuple(TrustedWitness(name, key.verifier) for name, key in ((b"1", W1), (b"2", W2), (b"3", W3))),
    (Group(b"two", 2, (b"1", b"2", b"3")),),
    b"two",
)
SIGNED = (LOG.sign(HEAD.text()), ML_LOG.sign(HEAD.text()))
NOTE = Note(HEAD.text(), (*SIGNED, W1.cosign(HEAD, NOW), W2.cosign(HEAD, NOW + 1))).to_bytes()
FEW = Note(HEAD.text(), (*SIGNED, W1.cosign(HEAD, NOW), W1.cosign(HEAD, NOW + 5))).to_bytes()
RECEIPT = Receipt(4, merkle.inclusion_proof(4, 7, hashes_of(LEAVES)), NOTE, ENTRIES[4]).to_bytes()
PLAIN = sign_note("liggare\n\nfree text\n", LOG, STRANGER).to_bytes()

# True lines that do not belong here: other trees', other logs', other keys', a third witness'.
STRAYS = [
    signature.line().encode()
    for signature in (
        LOG.sign(EARLIER.text()),
        ML_LOG.sign(EARLIER.text()),
        W1.cosign(EARLIER, NOW),
        W2.cosign(ELSEWHERE, NOW),
        W3.cosign(EARLIER, NOW),
        STRANGER.sign(HEAD.text()),
        SigningKey(ORIGIN, bytes([8]) * 32).sign(HEAD.text()),
        SigningKey(W1.name, W1.seed).sign(HEAD.text()),
    )
] + [
    line + b"\n"
    for line in (
        b"",
        b"7",
        b"5",
        b"elsewhere.example",
        b"index 5",
        b"index 4",
        b"quorum none",
        b"quorum 1",
        *ENTRIES[:1],
    )
]
KEYS = [LOG.verifier, ML_LOG.verifier, W1.verifier, W2.verifier, W3.verifier]
STRAYS += [f"witness 4 {W1.verifier.format()}\n".encode(), f"log {STRANGER.verifier.format()}\n".encode()]


def no_more_than(found: Endorsement, true: Endorsement) -> None:
    """The same head; signers, witnesses and times are among the true ones, so is the quorum."""
    assert found.checkpoint == true.checkpoint
    assert found.logs
    assert set(found.logs) <= set(true.logs)
    assert {one.witness for one in found.cosigned} <= {one.witness for one in true.cosigned}
    assert {one.at for one in found.cosigned} <= {NOW, NOW + 1, NOW + 5}
    assert found.quorum_met <= true.quorum_met
    assert len({one.witness for one in found.cosigned}) == len(found.cosigned)


def endorsed(true: bytes) -> Callable[[bytes], None]:
    expected = check_policy(true, POLICY)
    return lambda raw: no_more_than(check_policy(raw, POLICY, origin=ORIGIN), expected)


def checkpoint_is_true(raw: bytes) -> None:
    """By either key alone, and by both."""
    assert verify_checkpoint(raw, ORIGIN, [LOG.verifier, ML_LOG.verifier]) == HEAD


def checkpoint_is_true_by_ml_dsa(raw: bytes) -> None:
    assert verify_checkpoint(raw, ORIGIN, [ML_LOG.verifier]) == HEAD


def note_is_true(raw: bytes) -> None:
    """The text, to the byte; lines by strangers may come, go and change."""
    note = parse_note(raw)
    assert {line.name for line in verify_note(note, [LOG.verifier])} == {LOG.name}
    assert note.text == "liggare\n\nfree text\n"


def receipt_is_true(raw: bytes) -> None:
    """The entry at its position; the note inside as above."""
    on_record, endorsement = check_receipt(raw, POLICY, origin=ORIGIN)
    assert (on_record.position, on_record.entry, on_record.checkpoint) == (5, ENTRIES[4], HEAD)
    no_more_than(endorsement, check_policy(NOTE, POLICY))
    assert verify_receipt(raw, ORIGIN, [LOG.verifier, ML_LOG.verifier]).position == 5


def receipt_is_of_the_entry(raw: bytes) -> None:
    """With the entry given, `extra` may be absent, never another."""
    assert verify_receipt(raw, ORIGIN, [LOG.verifier], ENTRIES[4]).position == 5


def key_is_true(raw: bytes) -> None:
    """The key itself: it has one spelling."""
    assert parse_vkey(raw.decode(errors="surrogateescape")) == W2.verifier


def private_key_is_true(raw: bytes) -> None:
    """The key itself: it has one spelling."""
    assert MlDsaSigningKey.parse(raw.decode(errors="surrogateescape")) == W2


def policy_is_lawful(raw: bytes) -> None:
    """Nobody signs a policy. Every key in it is one that was written in, and no rule is broken."""
    policy = Policy.parse(raw)
    assert {log.verifier for log in policy.logs} <= {LOG.verifier, ML_LOG.verifier, STRANGER.verifier}
    assert {witness.verifier for witness in policy.witnesses} <= {W1.verifier, W2.verifier, W3.verifier}
    members = [member for group in policy.groups for member in group.members]
    assert len(set(members)) == len(members)
    assert all(1 <= group.threshold <= len(group.members) for group in policy.groups)
    names = [witness.name for witness in policy.witnesses] + [group.name for group in policy.groups]
    assert len(set(names)) == len(names)
    assert policy.quorum is None or policy.quorum in names
    assert Policy.parse(policy.to_bytes()) == policy


def unverified_is_a_checkpoint(raw: bytes) -> None:
    """Any checkpoint: nothing is believed here, it only must have one spelling."""
    found = read_unverified(raw)
    assert Checkpoint.parse(found.text()) == found


KINDS: dict[str, tuple[bytes, Callable[[bytes], None]]] = {
    "checkpoint under a policy": (NOTE, endorsed(NOTE)),
    "checkpoint with too few witnesses": (FEW, endorsed(FEW)),
    "checkpoint": (NOTE, checkpoint_is_true),
    "checkpoint by ML-DSA alone": (NOTE, checkpoint_is_true_by_ml_dsa),
    "checkpoint unverified": (NOTE, unverified_is_a_checkpoint),
    "note": (PLAIN, note_is_true),
    "receipt": (RECEIPT, receipt_is_true),
    "receipt of an entry": (RECEIPT, receipt_is_of_the_entry),
    "verifier key": (W2.verifier.format().encode(), key_is_true),
    "private key": (W2.format().encode(), private_key_is_true),
    "policy": (POLICY.to_bytes(), policy_is_lawful),
}


def judge(check: Callable[[bytes], None], raw: bytes) -> bool:
    """Whether it is accepted; any other error than a `ProofError` fails the test."""
    began, why = process_time(), ("", "")
    try:
        check(raw)
    except ProofError as refused:
        why = (refused.place, refused.reason)
        assert all(why)
    assert process_time() - began < SECONDS_MAX
    return not all(why)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_a_spoiled_text_gains_nothing(kind: str, seed: int) -> None:
    true, check = KINDS[kind]
    rng = Random(f"{kind} {seed}")
    assert judge(check, true)
    refused = sum(not judge(check, spoil(rng, true, STRAYS)) for _ in range(ROUNDS))
    assert refused > ROUNDS // 4


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_spoiled_text_gains_nothing_however_often_one_tries(kind: str) -> None:
    true, check = KINDS[kind]
    rng = Random(f"{kind} for long")
    for _ in range(20_000):
        judge(check, spoil(rng, true, STRAYS))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mutate", HEAVY, ids=lambda mutate: mutate.__name__)
def test_an_endless_text_is_judged_in_bounded_time(kind: str, mutate: Mutator) -> None:
    true, check = KINDS[kind]
    rng = Random(f"{kind} {mutate.__name__}")
    for _ in range(4):
        judge(check, mutate(rng, true, STRAYS))


def lines_of(raw: bytes) -> tuple[bytes, Sequence[bytes]]:
    text, _, lines = raw.rpartition(b"\n\n")
    return text + b"\n\n", lines.splitlines(keepends=True)


def test_every_set_of_the_lines_in_any_order_is_judged_by_who_is_in_it() -> None:
    text, lines = lines_of(NOTE)
    rng = Random("sets of lines")
    for chosen in range(1, 1 << len(lines)):
        kept = [line for bit, line in enumerate(lines) if chosen >> bit & 1] * 2
        rng.shuffle(kept)
        raw = text + b"".join(kept)
        if chosen & 3:
            found = check_policy(raw, POLICY)
            assert len(found.logs) == (chosen & 1) + (chosen >> 1 & 1)
            assert found.quorum_met is (chosen >> 2 == 3)
        else:
            assert not judge(endorsed(NOTE), raw)


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_no_bit_of_a_cosigned_checkpoint_may_change_but_those_of_names_and_ids(step: int) -> None:
    # A changed name or id makes the line a stranger's: it is lost, and nothing is gained.
    expected = check_policy(NOTE, POLICY)
    for at in range(0, len(NOTE), step):
        raw = NOTE[:at] + bytes([NOTE[at] ^ 1]) + NOTE[at + 1 :]
        try:
            found = check_policy(raw, POLICY)
        except ProofError:
            continue
        no_more_than(found, expected)
        assert found != expected
