"""Verifier keys of any type: each has one spelling, unknown types are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.cosignature import Ed25519CosigningKey, MlDsaSigningKey
from ledger.log.errors import KeyTypeUnknown, MalformedKey
from ledger.log.keys import KEY_MAX, encode_base64
from ledger.log.note import SigningKey
from ledger.log.vkeys import AnyKey, parse_vkey

SEED = bytes(range(32))
KEYS = [kind("kommun.example/ledger", SEED).verifier for kind in (SigningKey, Ed25519CosigningKey, MlDsaSigningKey)]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_of_each_type_is_read_as_that_type(key: AnyKey) -> None:
    assert parse_vkey(key.format()) == key
    assert type(parse_vkey(key.format())) is type(key)


def test_the_same_bytes_under_another_type_are_another_key() -> None:
    plain, cosigner, _ = KEYS
    assert plain.public == cosigner.public
    assert plain.key_id != cosigner.key_id
    assert plain != cosigner
    with pytest.raises(MalformedKey, match="its type is 0x04, not 0x01"):
        type(plain).parse(cosigner.format())


@pytest.mark.parametrize("kind", [0x00, 0x02, 0x03, 0x05, 0x07, 0xFA, 0xFF])
def test_a_type_that_is_not_checked_here_is_named(kind: int) -> None:
    vkey = f"example.com/log+00000000+{encode_base64(bytes([kind]) + bytes(32))}"
    with pytest.raises(KeyTypeUnknown, match=rf"example\.com/log: its type is 0x{kind:02x}, none of 0x01, 0x04, 0x06"):
        parse_vkey(vkey)


def test_a_key_of_endless_length_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(MalformedKey, match="above"):
        parse_vkey("name+00000000+" + "A" * KEY_MAX)
    with pytest.raises(MalformedKey):
        parse_vkey("name+00000000+")


@given(st.sampled_from(KEYS), st.integers(0, 3000), st.characters())
def test_a_changed_key_is_refused(key: AnyKey, at: int, sign: str) -> None:
    vkey = key.format()
    at %= len(vkey)
    changed = vkey[:at] + sign + vkey[at + 1 :]
    if changed != vkey:
        with pytest.raises(MalformedKey):
            parse_vkey(changed)
