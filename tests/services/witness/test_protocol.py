"""What log and witness say to each other is read strictly, and a fork is refused however it is dressed up."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.cosignature import Ed25519CosigningKey, MlDsaSigningKey
from ledger.log.errors import ProofError, SignatureInvalid, SignatureMissing
from ledger.log.keys import encode_base64
from ledger.log.merkle import EMPTY_ROOT, SIZE_MAX
from ledger.log.note import Signer, SigningKey, sign_note
from ledger.log.verify import verify_checkpoint
from services.witness.protocol import (
    BODY_MAX,
    PROOF_MAX,
    SIZE_TYPE,
    AddCheckpoint,
    MalformedRequest,
    Refusal,
    check_grown,
    check_signed,
    origin_hash,
    parse_cosignatures,
    parse_size,
    read_request,
)
from tests.services.witness.town import NOW, ORIGIN, Log

LOG = Log()
NOTE = LOG.note(5)
EXAMPLE = b"""old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\xe2\x80\x94 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\xe2\x80\x94 example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""


# --- Requests -------------------------------------------------------------------------------------
def test_the_example_of_the_specification_is_read_and_written_again() -> None:
    request = AddCheckpoint.parse(EXAMPLE)
    assert (request.old, len(request.proof)) == (20852014, 4)
    assert request.to_bytes() == EXAMPLE
    assert read_request(EXAMPLE).checkpoint.size == 20852163


@given(
    st.integers(0, SIZE_MAX), st.lists(st.binary(min_size=32, max_size=32), max_size=PROOF_MAX), st.binary(min_size=1)
)
def test_what_is_written_is_read_back(old: int, proof: list[bytes], note: bytes) -> None:
    request = AddCheckpoint(old, tuple(proof), note)
    assert AddCheckpoint.parse(request.to_bytes()) == request


@given(st.binary(max_size=400) | st.binary(max_size=60).map(lambda junk: EXAMPLE[:70] + junk + EXAMPLE[70:]))
def test_whatever_is_sent_is_read_as_one_thing_or_refused(body: bytes) -> None:
    try:
        request = AddCheckpoint.parse(body)
    except MalformedRequest:
        return
    assert request.to_bytes() == body


HASH = encode_base64(b"h" * 32).encode()


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", "request"),
        (NOTE, "line 1"),
        (b"old 0\n" + NOTE, "line 2"),
        (b"old 0\n\n", "request"),
        (b"old 00\n\n" + NOTE, "line 1"),
        (b"old -1\n\n" + NOTE, "line 1"),
        (b"old +1\n\n" + NOTE, "line 1"),
        (b"old 0 \n\n" + NOTE, "line 1"),
        (b"old\t0\n\n" + NOTE, "line 1"),
        (b"Old 0\n\n" + NOTE, "line 1"),
        (b"old 0\r\n\n" + NOTE, "line 1"),
        (b"old \xd9\xa1\n\n" + NOTE, "line 1"),
        (f"old {SIZE_MAX + 1}\n\n".encode() + NOTE, "line 1"),
        (b"old " + b"9" * 5000 + b"\n\n" + NOTE, "line 1"),
        (b"old 3\n" + HASH[:-1] + b"\n\n" + NOTE, "line 2"),
        (b"old 3\n" + HASH + b"\n" + HASH[:-2] + b"h=\n\n" + NOTE, "line 3"),
        (b"old 3\n" + encode_base64(b"h" * 31).encode() + b"\n\n" + NOTE, "line 2"),
        (b"old 3\n" + (HASH + b"\n") * 64 + b"\n" + NOTE, "more than 63"),
        (b"old 3\n" + b"\n" * 100_000 + NOTE, "line"),
        (b"old 3\n" + b"x\n" * 50_000 + b"\n" + NOTE, "more than 63"),
        (b"x" * (BODY_MAX + 1), str(BODY_MAX)),
    ],
)
def test_what_does_not_follow_the_form_is_refused_with_its_place(body: bytes, place: str) -> None:
    with pytest.raises(Refusal, match=place) as caught:
        read_request(body)
    assert caught.value.status == 400


def test_sixty_three_hashes_are_read() -> None:
    assert len(AddCheckpoint.parse(b"old 3\n" + (HASH + b"\n") * 63 + b"\n" + NOTE).proof) == 63


@pytest.mark.parametrize("text", [f"{ORIGIN}\n5\n", f"{ORIGIN}\n05\n{HASH.decode()}\n", f"{ORIGIN}\n5\nabcd\n", "x\n"])
def test_a_note_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_request(AddCheckpoint(0, (), sign_note(text, LOG.key).to_bytes()).to_bytes())
    assert caught.value.status == 400


# --- Signatures -----------------------------------------------------------------------------------
def _signed(body: bytes, log: Log = LOG) -> int:
    try:
        check_signed(read_request(body), log.trusted)
    except Refusal as refusal:
        return refusal.status
    return 200


def test_unknown_origin_comes_before_signature_and_signature_before_the_old_size() -> None:
    other = SigningKey.generate("other.example/log")
    foreign = sign_checkpoint(Checkpoint("other.example/log", 5, b"r" * 32), other)
    assert _signed(AddCheckpoint(9, (), foreign).to_bytes()) == 404
    unsigned = LOG.note(5, SigningKey.generate(ORIGIN))
    assert _signed(AddCheckpoint(9, (), unsigned).to_bytes()) == 403
    assert _signed(AddCheckpoint(9, (), NOTE).to_bytes()) == 400
    assert _signed(AddCheckpoint(5, (), NOTE).to_bytes()) == 200


def test_a_trusted_key_whose_line_does_not_fit_spoils_the_note() -> None:
    text = LOG.head(5).text()
    wrong = LOG.key.sign(text + "more\n").line()
    spoilt = NOTE + wrong.encode()
    assert _signed(AddCheckpoint(0, (), spoilt).to_bytes()) == 403
    assert (
        _signed(AddCheckpoint(0, (), NOTE + SigningKey.generate(ORIGIN).sign("x\n").line().encode()).to_bytes()) == 200
    )


def test_any_of_several_keys_of_one_origin_will_do() -> None:
    logs = {ORIGIN: (LOG.key.verifier, LOG.mldsa.verifier, SigningKey.generate(ORIGIN).verifier)}
    several: list[tuple[Signer, ...]] = [(LOG.key,), (LOG.mldsa,), (LOG.key, LOG.mldsa)]
    for keys in several:
        body = AddCheckpoint(0, (), LOG.note(5, *keys)).to_bytes()
        assert len(check_signed(read_request(body), logs)) == len(keys)


# --- Growth ---------------------------------------------------------------------------------------
def _answer(body: bytes, latest: Checkpoint | None) -> tuple[int, bytes, str]:
    try:
        check_grown(read_request(body), latest)
    except Refusal as refusal:
        return refusal.status, refusal.body, refusal.content_type
    return 200, b"", ""


def test_the_old_size_is_that_of_the_last_checkpoint_or_the_answer_is_that_size() -> None:
    for latest, old, new in [(None, 3, 5), (5, 0, 9), (5, 4, 9), (5, 6, 9), (9, 0, 5)]:
        seen = LOG.head(latest) if latest else None
        assert _answer(LOG.asks(old, new), seen) == (409, f"{latest or 0}\n".encode(), SIZE_TYPE)


@pytest.mark.parametrize(("old", "new"), [(0, 1), (0, 9), (1, 1), (5, 5), (1, 2), (4, 8), (5, 300), (255, 257), (0, 0)])
def test_growth_is_accepted(old: int, new: int) -> None:
    assert _answer(LOG.asks(old, new), LOG.head(old) if old else None)[0] == 200


@pytest.mark.parametrize(("old", "new"), [(0, 9), (5, 5), (5, 9), (0, 0)])
def test_a_proof_that_should_be_empty_or_another_is_refused(old: int, new: int) -> None:
    request = AddCheckpoint(old, (*LOG.proof(old, new), b"h" * 32), LOG.note(new))
    assert _answer(request.to_bytes(), LOG.head(old) if old else None)[0] == 422


def test_the_empty_tree_has_one_root() -> None:
    right = f"{ORIGIN}\n0\n{encode_base64(EMPTY_ROOT)}\n"
    wrong = f"{ORIGIN}\n0\n{HASH.decode()}\n"
    for text, status in [(right, 200), (wrong, 422)]:
        body = AddCheckpoint(0, (), sign_note(text, LOG.key).to_bytes()).to_bytes()
        assert _signed(body) == 200
        assert _answer(body, None)[0] == status
        assert _answer(body.replace(b"old 0", b"old 3"), LOG.head(5))[0] == 409
    assert _signed(AddCheckpoint(3, (), sign_note(wrong, LOG.key).to_bytes()).to_bytes()) == 400


def test_a_thousand_forks_are_refused_whatever_proof_comes_with_them() -> None:
    chance = random.Random(4)
    for _ in range(1_000):
        seen = chance.randint(1, 299)
        new = chance.randint(seen, 300)
        fork = LOG.forked(chance.randint(0, seen - 1))
        honest, forged = LOG.proof(seen, new), fork.proof(seen, new)
        mixed = tuple(chance.choice(pair) for pair in zip(honest, forged, strict=True))
        proof = chance.choice([honest, forged, mixed, (), forged[::-1], (*forged, b"x" * 32), forged[:-1]])
        body = AddCheckpoint(seen, proof, fork.note(new)).to_bytes()
        assert _signed(body) == 200
        assert _answer(body, LOG.head(seen))[0] == 422, (seen, new)


# --- Answers --------------------------------------------------------------------------------------
KEYS = (Ed25519CosigningKey.generate("w.example"), MlDsaSigningKey.generate("w.example"))
TRUSTED = [key.verifier for key in KEYS]


def _lines(*at: int) -> bytes:
    return "".join(key.cosign(LOG.head(5), at[0]).line() for key in KEYS).encode()


def test_lines_of_known_keys_are_taken_and_others_passed_over() -> None:
    foreign = Ed25519CosigningKey.generate("x.example").cosign(LOG.head(5), NOW).line().encode()
    found = parse_cosignatures(foreign + _lines(NOW) + foreign, NOTE, TRUSTED, NOW)
    assert [signature.name for signature in found] == ["w.example", "w.example"]
    whole = NOTE + "".join(signature.line() for signature in found).encode()
    assert verify_checkpoint(whole, ORIGIN, [LOG.key.verifier]).size == 5
    with pytest.raises(SignatureMissing):
        parse_cosignatures(foreign, NOTE, TRUSTED, NOW)


def test_one_line_that_does_not_fit_spoils_the_answer() -> None:
    other = KEYS[0].cosign(LOG.head(6), NOW).line().encode()
    with pytest.raises(SignatureInvalid):
        parse_cosignatures(_lines(NOW) + other, NOTE, TRUSTED, NOW)


@pytest.mark.parametrize("at", [0, NOW + 301])
def test_a_time_that_is_none_or_yet_to_come_is_refused(at: int) -> None:
    with pytest.raises(MalformedRequest):
        parse_cosignatures(_lines(at), NOTE, TRUSTED, NOW)


@pytest.mark.parametrize(
    "body", [b"", b"\n", b"\xff", b"hello\n", b"\n\n" + NOTE, b"x" * (BODY_MAX + 1), b"\xe2\x80\x94 a b\n"]
)
def test_an_answer_that_is_no_lines_is_refused(body: bytes) -> None:
    with pytest.raises(ProofError):
        parse_cosignatures(body, NOTE, TRUSTED, NOW)


@given(st.binary(max_size=200))
def test_an_answer_never_changes_what_was_signed(body: bytes) -> None:
    with pytest.raises(ProofError):
        parse_cosignatures(body + _lines(NOW)[:40], NOTE, TRUSTED, NOW)


@pytest.mark.parametrize(
    "body", [b"", b"5", b"05\n", b"-1\n", b"5\n\n", b"9" * 19 + b"\n", b"9" * 5000 + b"\n", b"5 \n"]
)
def test_a_size_is_one_line(body: bytes) -> None:
    with pytest.raises(MalformedRequest):
        parse_size(body)
    assert parse_size(b"0\n") == 0
    assert parse_size(f"{SIZE_MAX}\n".encode()) == SIZE_MAX


def test_a_log_is_found_by_the_hash_of_its_origin() -> None:
    assert origin_hash("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
