"""What the vault promises about words: they open where they were sealed, to what was committed, or not at all."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from ledger.vault.commitment import check_commitment, commit_to, field_seed, join, place
from ledger.vault.errors import CommitmentBroken, KeyDestroyed, Withheld
from ledger.vault.kek import LocalKek
from ledger.vault.keys import KeyStore
from ledger.vault.vault import SealedField, ToOpen, ToSeal, Vault, disclose, open_sealed, plaintext_of, seal

LEDGER = "nacka.se/inflytande"
EVENT = "0c6f7e1a-93b2-8d04-a5f1-2e8b7c9d0a13"
OTHER_EVENT = "0c6f7e1a-93b2-8d04-a5f1-2e8b7c9d0a14"
KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
WORDS = 'Fler bänkar vid Nackaån, "i skugga"'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[KeyStore]:
    with KeyStore(tmp_path / "keys.sqlite", LocalKek("2026-11", KEY)) as keys:
        yield keys


@pytest.fixture
def vault(store: KeyStore) -> Vault:
    return Vault(LEDGER, store)


def test_joined_parts_carry_their_lengths() -> None:
    assert join(b"ab", b"") == bytes.fromhex("0000000000000002") + b"ab" + bytes(8)
    assert join(b"a", b"bc") != join(b"ab", b"c")


def test_seed_and_commitment_are_pinned_for_ever() -> None:
    """Bytes made with `openssl` from the formulas: if they change, every commitment in every record breaks."""
    seed = field_seed(KEY, LEDGER, EVENT, "/text")
    assert seed.hex() == "a8e86a9ff83a0d941fc340deebaa05c558b1827266a0f72427387a3ee5228688"
    assert plaintext_of(WORDS) == '"Fler bänkar vid Nackaån, \\"i skugga\\""'.encode()
    assert commit_to(seed, plaintext_of(WORDS)) == "fp3Ef5ZrTjRMK79BW6fsO_C53UNZzU34Xrs53mm_PSc"


def test_ciphertext_is_pinned_for_a_pinned_nonce() -> None:
    sealed = seal(LEDGER, EVENT, "/text", KEY, WORDS, bytes)
    assert sealed.nonce == bytes(12)
    assert (
        hashlib.sha256(sealed.ciphertext).hexdigest()
        == "4bf37a68a4137b5004218f056ac91d58a5879750c9abd12d1640ffead111ec0e"
    )


@given(st.text(), st.binary(min_size=32, max_size=32))
def test_any_text_opens_to_itself_and_its_disclosure_convinces_an_outsider(text: str, key: bytes) -> None:
    sealed = seal(LEDGER, EVENT, "/text", key, text, os.urandom)
    assert open_sealed(LEDGER, EVENT, "/text", key, sealed) == text
    seed, plaintext = disclose(LEDGER, EVENT, "/text", key, sealed)
    check_commitment(seed, plaintext, sealed.commit)
    assert len(sealed.commit) == 43


@given(st.text(), st.text())
def test_no_other_text_fits_a_commitment(text: str, other: str) -> None:
    sealed = seal(LEDGER, EVENT, "/text", KEY, text, os.urandom)
    seed = field_seed(KEY, LEDGER, EVENT, "/text")
    if text == other:
        check_commitment(seed, plaintext_of(other), sealed.commit)
    else:
        with pytest.raises(CommitmentBroken):
            check_commitment(seed, plaintext_of(other), sealed.commit)


@pytest.mark.parametrize(
    "ledger, event, field, key",
    [
        ("sollentuna.se/inflytande", EVENT, "/text", KEY),
        (LEDGER, OTHER_EVENT, "/text", KEY),
        (LEDGER, EVENT, "/reason", KEY),
        (LEDGER, EVENT, "/text", OTHER_KEY),
    ],
)
def test_a_text_moved_to_another_place_or_key_is_withheld(ledger: str, event: str, field: str, key: bytes) -> None:
    sealed = seal(LEDGER, EVENT, "/text", KEY, WORDS, os.urandom)
    with pytest.raises(Withheld):
        open_sealed(ledger, event, field, key, sealed)


def test_the_place_is_authenticated_with_the_ciphertext_as_well() -> None:
    """The key already differs by place; the associated data is a second lock, tried here on its own."""
    sealed = seal(LEDGER, EVENT, "/text", KEY, WORDS, os.urandom)
    cipher = AESGCM(hmac.digest(field_seed(KEY, LEDGER, EVENT, "/text"), b"key", "sha256"))
    here, elsewhere = join(*place(LEDGER, EVENT, "/text")), join(*place(LEDGER, OTHER_EVENT, "/text"))
    assert cipher.decrypt(sealed.nonce, sealed.ciphertext, here) == plaintext_of(WORDS)
    with pytest.raises(InvalidTag):
        cipher.decrypt(sealed.nonce, sealed.ciphertext, elsewhere)


@given(st.integers(min_value=0))
def test_any_flipped_bit_of_the_side_table_is_noticed(number: int) -> None:
    sealed = seal(LEDGER, EVENT, "/text", KEY, WORDS, os.urandom)
    stored = bytearray(sealed.nonce + sealed.ciphertext)
    stored[number // 8 % len(stored)] ^= 1 << number % 8
    with pytest.raises(Withheld):
        open_sealed(LEDGER, EVENT, "/text", KEY, SealedField(sealed.commit, bytes(stored[:12]), bytes(stored[12:])))


@pytest.mark.parametrize("nonce", [b"", b"short", bytes(200)])
def test_a_nonce_of_another_length_is_withheld(nonce: bytes) -> None:
    sealed = seal(LEDGER, EVENT, "/text", KEY, WORDS, os.urandom)
    with pytest.raises(Withheld):
        open_sealed(LEDGER, EVENT, "/text", KEY, sealed._replace(nonce=nonce))


@pytest.mark.parametrize("commit", ["", "å", "A" * 43, "A" * 44])
def test_an_altered_commitment_breaks(commit: str) -> None:
    sealed = seal(LEDGER, EVENT, "/text", KEY, WORDS, os.urandom)
    with pytest.raises(CommitmentBroken):
        open_sealed(LEDGER, EVENT, "/text", KEY, sealed._replace(commit=commit))


@pytest.mark.parametrize(
    "event", [EVENT.upper(), EVENT.replace("-", ""), "{" + EVENT + "}", EVENT + "\n", "", "input-7"]
)
def test_another_spelling_of_an_event_id_is_refused(event: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        seal(LEDGER, event, "/text", KEY, WORDS, os.urandom)


def test_a_field_must_be_a_pointer_and_a_key_32_bytes() -> None:
    with pytest.raises(ValueError, match="JSON Pointer"):
        seal(LEDGER, EVENT, "text", KEY, WORDS, os.urandom)
    with pytest.raises(ValueError, match="32 bytes"):
        seal(LEDGER, EVENT, "/text", KEY[:16], WORDS, os.urandom)


def test_a_lone_surrogate_is_refused_without_quoting_the_text() -> None:
    with pytest.raises(ValueError, match="surrogate") as refused:
        seal(LEDGER, EVENT, "/text", KEY, "hemligt \ud800", os.urandom)
    assert "hemligt" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_words_that_are_not_a_json_string_do_not_open() -> None:
    seed = field_seed(KEY, LEDGER, EVENT, "/text")
    cipher = AESGCM(hmac.digest(seed, b"key", "sha256"))
    for plaintext in (b"not json", b"7", b""):
        ciphertext = cipher.encrypt(bytes(12), plaintext, join(*place(LEDGER, EVENT, "/text")))
        with pytest.raises(CommitmentBroken, match="JSON string"):
            open_sealed(LEDGER, EVENT, "/text", KEY, SealedField(commit_to(seed, plaintext), bytes(12), ciphertext))


# --- One ciphertext, two texts ----------------------------------------------
def test_a_ciphertext_made_to_say_both_yes_and_no_opens_to_one_text_only() -> None:
    """AES-GCM accepts both texts, each under its key; the commitment lets only one of them through."""
    nonce, seeds = bytes(range(12)), [field_seed(key, LEDGER, EVENT, "/text") for key in (KEY, OTHER_KEY)]
    first, second = (hmac.digest(seed, b"key", "sha256") for seed in seeds)
    here = join(*place(LEDGER, EVENT, "/text"))
    ciphertext = _ambiguous(first, second, nonce, here, b"The body says YES".ljust(32), b"The body says NO".ljust(32))

    says_yes = AESGCM(first).decrypt(nonce, ciphertext, here)
    says_no = AESGCM(second).decrypt(nonce, ciphertext, here)
    assert b"says YES" in says_yes
    assert b"says NO" in says_no

    for committed_seed, committed, honest, liar in (
        (seeds[0], says_yes, KEY, OTHER_KEY),
        (seeds[1], says_no, OTHER_KEY, KEY),
    ):
        sealed = SealedField(commit_to(committed_seed, committed), nonce, ciphertext)
        assert disclose(LEDGER, EVENT, "/text", honest, sealed).plaintext == committed
        with pytest.raises(CommitmentBroken):
            disclose(LEDGER, EVENT, "/text", liar, sealed)


def _ambiguous(first: bytes, second: bytes, nonce: bytes, aad: bytes, yes: bytes, no: bytes) -> bytes:
    """Return a ciphertext that GCM opens to a text with `yes` under one key and with `no` under the other.

    A free block is solved so that both GHASH tags are equal (the linear attack of Dodis et al., CRYPTO 2018).
    """
    blocks = [_xor(yes[:16], _stream(first, nonce, 0)), _xor(yes[16:], _stream(first, nonce, 1))]
    blocks += [_xor(no[:16], _stream(second, nonce, 2)), _xor(no[16:], _stream(second, nonce, 3)), bytes(16)]
    difference = _tag(first, nonce, aad, blocks) ^ _tag(second, nonce, aad, blocks)
    weight = _power(_hash_key(first), 2) ^ _power(_hash_key(second), 2)
    blocks[4] = _times(difference, _power(weight, 2**128 - 2)).to_bytes(16, "big")
    return b"".join(blocks) + _tag(first, nonce, aad, blocks).to_bytes(16, "big")


def _tag(key: bytes, nonce: bytes, aad: bytes, blocks: list[bytes]) -> int:
    padded = aad + bytes(-len(aad) % 16)
    associated = [padded[n : n + 16] for n in range(0, len(padded), 16)]
    lengths = (len(aad) * 8).to_bytes(8, "big") + (len(blocks) * 128).to_bytes(8, "big")
    total = 0
    for block in (*associated, *blocks, lengths):
        total = _times(total ^ int.from_bytes(block, "big"), _hash_key(key))
    return total ^ int.from_bytes(_block(key, nonce + (1).to_bytes(4, "big")), "big")


def _hash_key(key: bytes) -> int:
    return int.from_bytes(_block(key, bytes(16)), "big")


def _stream(key: bytes, nonce: bytes, number: int) -> bytes:
    return _block(key, nonce + (number + 2).to_bytes(4, "big"))


def _block(key: bytes, block: bytes) -> bytes:
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


def _xor(one: bytes, two: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, two, strict=True))


def _times(x: int, y: int) -> int:
    """Multiply in the field of GCM (NIST SP 800-38D §6.3)."""
    product = 0
    for bit in range(127, -1, -1):
        if (y >> bit) & 1:
            product ^= x
        x = (x >> 1) ^ (0xE1 << 120) if x & 1 else x >> 1
    return product


def _power(x: int, exponent: int) -> int:
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = _times(result, x)
        x, exponent = _times(x, x), exponent >> 1
    return result


# --- Whole groups -----------------------------------------------------------
def test_a_group_is_sealed_and_opened_in_order(vault: Vault) -> None:
    group = [ToSeal(f"author:{n % 3}", EVENT, f"/text/{n}", f"Förslag {n}") for n in range(12)]
    sealed = vault.seal_many(group)
    wanted = [ToOpen(*words[:3], field) for words, field in zip(group, sealed, strict=True)]
    assert vault.open_many(wanted) == [words.value for words in group]
    assert vault.seal_many([]) == []
    assert vault.open_many([]) == []


def test_a_retry_of_the_same_event_gives_the_same_commitment_and_another_nonce(vault: Vault) -> None:
    words = ToSeal("author:9f", EVENT, "/text", WORDS)
    (first,), (again,) = vault.seal_many([words]), vault.seal_many([words])
    assert first.commit == again.commit
    assert first.nonce != again.nonce
    assert first.ciphertext != again.ciphertext


def test_one_erased_author_does_not_hide_the_others(vault: Vault, store: KeyStore) -> None:
    group = [ToSeal("author:a", EVENT, "/a", "kvar"), ToSeal("author:b", EVENT, "/b", "borta")]
    sealed = vault.seal_many(group)
    store.destroy(["author:b"])
    kept, erased = vault.open_many([ToOpen(*words[:3], field) for words, field in zip(group, sealed, strict=True)])
    assert kept == "kvar"
    assert isinstance(erased, KeyDestroyed)
    assert erased.key_ids == ("author:b",)


def test_nothing_is_sealed_under_a_destroyed_key_and_the_error_names_it(vault: Vault, store: KeyStore) -> None:
    store.destroy(["author:b", "author:c"])
    group = [ToSeal(f"author:{name}", EVENT, "/text", WORDS) for name in "abc"]
    with pytest.raises(KeyDestroyed) as refused:
        vault.seal_many(group)
    assert refused.value.key_ids == ("author:b", "author:c")
    assert store.find(["author:a"]) == {}


def test_what_no_destroyed_key_explains_is_withheld(vault: Vault, store: KeyStore) -> None:
    (sealed,) = vault.seal_many([ToSeal("author:a", EVENT, "/a", WORDS)])
    missing, unknown, moved = vault.open_many(
        [
            ToOpen("author:a", EVENT, "/a", None),
            ToOpen("author:never", EVENT, "/a", sealed),
            ToOpen("author:a", OTHER_EVENT, "/a", sealed),
        ]
    )
    assert isinstance(missing, Withheld)
    assert "ciphertext is missing" in str(missing)
    assert isinstance(unknown, Withheld)
    assert isinstance(moved, Withheld)
    assert store.find(["author:never"]) == {}, "reading must never make a key"


def test_a_disclosure_is_all_an_outsider_needs(vault: Vault) -> None:
    (sealed,) = vault.seal_many([ToSeal("matter:kfks-2015-174", EVENT, "/text", WORDS)])
    (opened,) = vault.disclose_many([ToOpen("matter:kfks-2015-174", EVENT, "/text", sealed)])
    assert not isinstance(opened, Exception)
    expected = hashlib.sha256(
        b"".join(len(part).to_bytes(8, "big") + part for part in (b"field/v1", opened.seed, opened.plaintext))
    )
    assert sealed.commit == _base64url(expected.digest())


def _base64url(digest: bytes) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    bits = "".join(f"{byte:08b}" for byte in digest) + "00"
    return "".join(alphabet[int(bits[n : n + 6], 2)] for n in range(0, len(bits), 6))


def test_a_request_hash_is_keyed_and_lasts(tmp_path: Path) -> None:
    def hashes(path: Path) -> tuple[bytes, bytes, bytes]:
        with KeyStore(path, LocalKek("2026-11", KEY)) as keys:
            vault = Vault(LEDGER, keys)
            return vault.request_hash(b"a"), vault.request_hash(b"a"), vault.request_hash(b"b")

    first, second, other = hashes(tmp_path / "keys.sqlite")
    assert first == second != other
    assert len(first) == 16
    assert hashes(tmp_path / "keys.sqlite")[0] == first
    assert hashes(tmp_path / "elsewhere.sqlite")[0] != first
