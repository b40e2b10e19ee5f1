"""Cosignatures: exactly the bytes of C2SP tlog-cosignature, and nothing else fits."""

import struct
import subprocess
import sys
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.checkpoint import Checkpoint, read_unverified, sign_checkpoint
from ledger.log.cosignature import (
    TIME_MAX,
    Ed25519Cosigner,
    Ed25519CosigningKey,
    MlDsaKey,
    MlDsaSigningKey,
    ml_dsa_available,
    timestamp_of,
)
from ledger.log.errors import MalformedCheckpoint, MalformedKey, MalformedNote, SignatureInvalid
from ledger.log.keys import encode_base64
from ledger.log.note import Note, Signature, SigningKey, parse_note, sign_note, verify_note
from ledger.log.verify import verify_checkpoint
from tests.ledger.log.oracle import flips

# The example of C2SP tlog-cosignature; the keys behind it are not published.
EXAMPLE = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""
HEAD = Checkpoint("kommun.example/ledger", 3, bytes(range(32)))
LONGER = Checkpoint(HEAD.origin, HEAD.size, HEAD.root, ("a further line",))
SEED = bytes(range(32))
ED = Ed25519CosigningKey("witness.example/ed", SEED)
ML = MlDsaSigningKey("witness.example/ml", SEED)
LOG = MlDsaSigningKey(HEAD.origin, bytes(32))
NOW = 1_763_718_000
TEXT = HEAD.text().encode()


def test_the_example_of_the_specification_is_read() -> None:
    note = parse_note(EXAMPLE.encode())
    assert read_unverified(EXAMPLE.encode()).size == 20852163
    assert timestamp_of(note.signatures[1]) == 1679315147
    assert len(note.signatures[1].signature) == 8 + 64
    assert note.to_bytes() == EXAMPLE.encode()


def test_an_ed25519_cosignature_covers_the_header_the_time_and_the_whole_text() -> None:
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    message = f"cosignature/v1\ntime {NOW}\n".encode() + LONGER.text().encode()
    line = ED.cosign(LONGER, NOW)
    assert line.signature == struct.pack(">Q", NOW) + private.sign(message)
    public = private.public_key().public_bytes_raw()
    assert line.key_id == sha256(b"witness.example/ed\n\x04" + public).digest()[:4]
    assert ED.verifier.fits(LONGER.text().encode(), line.signature)
    assert not ED.verifier.fits(TEXT, line.signature)


def test_an_ml_dsa_cosignature_covers_names_time_size_and_root() -> None:
    private = MLDSA44PrivateKey.from_seed_bytes(SEED)
    name, origin = b"witness.example/ml", HEAD.origin.encode()
    message = b"subtree/v1\n\0" + bytes([len(name)]) + name + struct.pack(">Q", NOW)
    message += bytes([len(origin)]) + origin + struct.pack(">QQ", 0, 3) + HEAD.root
    line = ML.cosign(HEAD, NOW)
    assert line.signature[:8] == struct.pack(">Q", NOW)
    private.public_key().verify(line.signature[8:], message)
    assert ML.verifier.fits(TEXT, struct.pack(">Q", NOW) + private.sign(message))
    public = private.public_key().public_bytes_raw()
    assert line.key_id == sha256(b"witness.example/ml\n\x06" + public).digest()[:4]
    # Further lines are not covered: that is the format, and why nobody may believe them.
    assert ML.verifier.fits(LONGER.text().encode(), line.signature)


def test_a_seed_gives_the_same_ml_dsa_key_in_every_version_of_the_library() -> None:
    # FIPS 204 §6.1 derives the key from the seed; a seed is what we keep for decades.
    key = MlDsaSigningKey("nacka.se/inflytande", sha256(b"ml").digest()).verifier
    assert key.key_id.hex() == "633a0bdf"
    assert sha256(key.public).hexdigest() == "5e9fa0a9d8d1f4cb8cee4c8778302b45abd7eb4c46856f339adba2956bdf8d00"


def test_a_line_has_the_length_of_its_type() -> None:
    for key, length in ((ED, 76), (ML, 4 + 8 + 2420)):
        line = key.cosign(HEAD, NOW)
        assert len(line.key_id + line.signature) == length
        assert key.verifier.fits(TEXT, line.signature)
        for wrong in (b"", line.signature[:8], line.signature[:-1], line.signature + b"\0", line.signature[1:]):
            assert not key.verifier.fits(TEXT, wrong)


def test_a_log_signs_its_own_checkpoint_with_both_algorithms() -> None:
    own = SigningKey(HEAD.origin, SEED)
    raw = sign_checkpoint(HEAD, own, LOG)
    for keys in ([own.verifier], [LOG.verifier], [own.verifier, LOG.verifier]):
        assert verify_checkpoint(raw, HEAD.origin, keys) == HEAD
    assert timestamp_of(parse_note(raw).signatures[1]) == 0


def test_only_checkpoints_are_cosigned() -> None:
    for text in ("any text\n", HEAD.text()[:-1], HEAD.text().replace("\n3\n", "\n03\n"), ""):
        for cosign in (ED.cosign, ML.cosign):
            with pytest.raises(MalformedCheckpoint):
                cosign(text, NOW)
        assert not ED.verifier.fits(text.encode(), ED.cosign(HEAD, NOW).signature)
        assert not ML.verifier.fits(text.encode(), ML.cosign(HEAD, NOW).signature)
    with pytest.raises(MalformedCheckpoint):
        sign_note("liggare/other\n", LOG)
    assert not ED.verifier.fits(b"\xff" + TEXT, ED.cosign(HEAD, NOW).signature)
    assert ED.cosign(HEAD.text(), NOW) == ED.cosign(HEAD, NOW)


def test_a_time_lies_between_1970_and_the_end_of_63_bits() -> None:
    for key in (ED, ML):
        for at in (0, TIME_MAX):
            line = key.cosign(HEAD, at)
            assert key.verifier.fits(TEXT, line.signature)
            assert timestamp_of(line) == at
        for at in (-1, TIME_MAX + 1):
            with pytest.raises(MalformedCheckpoint):
                key.cosign(HEAD, at)


def test_a_true_signature_over_a_time_beyond_63_bits_does_not_fit() -> None:
    at = TIME_MAX + 1
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    stamped = struct.pack(">Q", at) + private.sign(f"cosignature/v1\ntime {at}\n".encode() + TEXT)
    assert not ED.verifier.fits(TEXT, stamped)
    with pytest.raises(MalformedNote):
        timestamp_of(Signature(ED.name, b"id..", stamped))
    with pytest.raises(MalformedNote):
        timestamp_of(Signature(ED.name, b"id..", bytes(8)))


def test_no_bit_of_a_cosignature_or_its_text_may_change() -> None:
    line = ED.cosign(HEAD, NOW).signature
    assert not any(ED.verifier.fits(TEXT, flipped) for flipped in flips(line))
    assert not any(ED.verifier.fits(flipped, line) for flipped in flips(TEXT))
    line = ML.cosign(HEAD, NOW).signature
    assert not any(ML.verifier.fits(TEXT, flipped) for flipped in flips(line)[::97])
    assert not any(ML.verifier.fits(flipped, line) for flipped in flips(TEXT))


def test_a_cosignature_fits_no_other_name_type_or_log() -> None:
    line = ML.cosign(HEAD, NOW).signature
    assert not MlDsaKey("witness.example/m1", ML.verifier.public).fits(TEXT, line)
    elsewhere = Checkpoint("other.example", HEAD.size, HEAD.root).text().encode()
    assert not ML.verifier.fits(elsewhere, line)
    # Ed25519 of a plain note, with the same key and name, is not taken for a cosignature.
    plain = SigningKey(ED.name, SEED).sign(HEAD.text())
    assert plain.key_id != ED.verifier.key_id
    assert not ED.verifier.fits(TEXT, plain.signature)
    with pytest.raises(SignatureInvalid):
        verify_note(Note(HEAD.text(), (Signature(ED.name, ED.verifier.key_id, plain.signature),)), [ED.verifier])


def test_names_that_ml_dsa_cannot_hold_are_refused() -> None:
    assert MlDsaSigningKey("å" * 127, SEED).verifier.name == "å" * 127
    for made in (lambda: MlDsaSigningKey("å" * 128, SEED), lambda: MlDsaKey("å" * 128, bytes(1312))):
        with pytest.raises(MalformedKey):
            made()
    far = Checkpoint("o" * 256, 0, sha256(b"").digest())
    with pytest.raises(MalformedCheckpoint):
        ML.cosign(far, NOW)
    assert not ML.verifier.fits(far.text().encode(), ML.cosign(HEAD, NOW).signature)
    assert ED.verifier.fits(far.text().encode(), ED.cosign(far, NOW).signature)


@pytest.mark.parametrize("kind", [Ed25519CosigningKey, MlDsaSigningKey])
def test_a_private_key_survives_being_written_down_and_shows_itself_nowhere(
    kind: type[Ed25519CosigningKey] | type[MlDsaSigningKey],
) -> None:
    key = kind.generate("witness.example")
    assert kind.parse(key.format()) == key
    assert type(key.verifier).parse(key.verifier.format()) == key.verifier
    assert key.seed.hex() not in repr(key)
    secret = encode_base64(bytes([key.kind]) + key.seed)
    for text in (key.format()[:-1], key.format()[1:], key.format().replace("witness", "vittne")):
        with pytest.raises(MalformedKey) as refused:
            kind.parse(text)
        assert secret not in str(refused.value)
    for other in {SigningKey, Ed25519CosigningKey, MlDsaSigningKey} - {kind}:
        with pytest.raises(MalformedKey):
            other.parse(key.format())


@pytest.mark.parametrize(("kind", "size"), [(Ed25519Cosigner, 32), (MlDsaKey, 1312)])
def test_a_public_key_of_another_length_is_refused(kind: type[Ed25519Cosigner] | type[MlDsaKey], size: int) -> None:
    for length in (0, size - 1, size + 1):
        with pytest.raises(MalformedKey):
            kind("name", bytes(length))
    # Bytes that are no point of the curve, or no key anyone made, check nothing.
    assert not kind("name", b"\xff" * size).fits(TEXT, bytes(8 + (64 if size == 32 else 2420)))


WITHOUT = """
import sys
sys.modules["cryptography.hazmat.primitives.asymmetric.mldsa"] = None
from ledger.log.cosignature import MlDsaKey, MlDsaSigningKey, ml_dsa_available
from ledger.log.errors import AlgorithmMissing
from ledger.log.note import SigningKey
from ledger.log.verify import verify_checkpoint
from ledger.log.vkeys import parse_vkey
assert not ml_dsa_available()
raw, ml, ed = (part.encode() for part in sys.stdin.read().split("|"))
ml, ed = parse_vkey(ml.decode()), parse_vkey(ed.decode())
assert verify_checkpoint(raw, ml.name, [ml, ed]).size == 3
try:
    verify_checkpoint(raw, ml.name, [ml])
except AlgorithmMissing as error:
    print(error)
"""


def test_without_ml_dsa_the_rest_is_checked_and_the_lack_is_said() -> None:
    assert ml_dsa_available()
    own = SigningKey(HEAD.origin, SEED)
    given = "|".join((sign_checkpoint(HEAD, LOG, own).decode(), LOG.verifier.format(), own.verifier.format()))
    ran = subprocess.run([sys.executable, "-c", WITHOUT], input=given, capture_output=True, text=True, check=True)
    assert ran.stdout == "signature by kommun.example/ledger: not checked: this cryptography has no ML-DSA\n"


@settings(deadline=None, max_examples=50)
@given(
    origin=st.text(min_size=1, max_size=60).filter(
        lambda text: (
            len(text.encode(errors="replace")) < 256
            and not any(sign < " " or "\ud800" <= sign <= "\udfff" for sign in text)
        )
    ),
    size=st.integers(1, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
    at=st.integers(0, TIME_MAX),
)
def test_whatever_is_cosigned_fits_and_tells_its_time(origin: str, size: int, root: bytes, at: int) -> None:
    head = Checkpoint(origin, size, root)
    for key in (ED, ML):
        line = key.cosign(head, at)
        assert key.verifier.fits(head.text().encode(), line.signature)
        assert timestamp_of(line) == at
