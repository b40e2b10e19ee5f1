"""Signed notes: other people's notes are read, everything else is refused by name."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.log.errors import KeyAmbiguous, Malformed, MalformedKey, MalformedNote, SignatureInvalid, SignatureMissing
from ledger.log.note import (
    NOTE_MAX,
    SIGNATURES_MAX,
    Note,
    Signature,
    SigningKey,
    VerifierKey,
    decode_base64,
    encode_base64,
    parse_note,
    sign_note,
    verify_note,
)

# The example of C2SP signed-note.
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
# The published test key of golang.org/x/mod/sumdb/note: it protects nothing.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

OURS = SigningKey("kommun.example/ledger", bytes(range(32)))
OTHER = SigningKey("witness.example", bytes(range(1, 33)))


def test_the_example_of_the_specification_verifies() -> None:
    key = VerifierKey.parse(FOO)
    note = parse_note(FOO_NOTE)
    assert note.text == "This is an example message.\n"
    assert verify_note(note, [key]) == note.signatures
    assert key.format() == FOO
    assert note.to_bytes() == FOO_NOTE


def test_the_note_of_another_implementation_is_written_byte_for_byte() -> None:
    key = SigningKey.parse(PETER_PRIVATE)
    assert key.format() == PETER_PRIVATE
    assert key.verifier.format() == PETER
    assert sign_note(PETER_TEXT, key).to_bytes() == f"{PETER_TEXT}\n{PETER_LINE}".encode()


def test_a_new_key_signs_and_survives_being_written_down() -> None:
    key = SigningKey.generate("kommun.example/ny")
    assert key != SigningKey.generate("kommun.example/ny")
    note = sign_note("hej\n", SigningKey.parse(key.format()))
    assert verify_note(note, [VerifierKey.parse(key.verifier.format())])[0].name == "kommun.example/ny"


def test_a_private_key_shows_neither_in_its_repr_nor_in_an_error() -> None:
    assert OURS.seed.hex() not in repr(OURS)
    assert repr(OURS.seed) not in repr(OURS)
    secret = PETER_PRIVATE.rsplit("+", 1)[1]
    for text in (PETER_PRIVATE[:-1], PETER_PRIVATE.replace("c74f", "c74e"), PETER_PRIVATE[1:], secret):
        with pytest.raises(MalformedKey) as refused:
            SigningKey.parse(text)
        assert secret[:8] not in str(refused.value)


def test_lines_by_unknown_keys_are_passed_over() -> None:
    note = sign_note("text\n", OTHER, OURS)
    assert [found.name for found in verify_note(note, [OURS.verifier])] == [OURS.name]
    assert len(verify_note(note, [OURS.verifier, OTHER.verifier])) == 2
    # Sharing the name or the id, but not both, does not make a key known.
    [own] = sign_note("text\n", OURS).signatures
    same_name = Signature(OURS.name, b"\0\0\0\0", bytes(64))
    same_id = Signature(OTHER.name, own.key_id, bytes(64))
    assert verify_note(Note("text\n", (same_name, same_id, own)), [OURS.verifier]) == (own,)


def test_a_known_keys_failing_line_refuses_the_whole_note() -> None:
    note = sign_note("text\n", OURS, OTHER)
    forged = Note(note.text, (note.signatures[0], Signature(OTHER.name, OTHER.verifier.key_id, bytes(64))))
    with pytest.raises(SignatureInvalid, match=r"signature by witness\.example\+[0-9a-f]{8}: it does not fit the text"):
        verify_note(forged, [OURS.verifier, OTHER.verifier])
    assert verify_note(forged, [OURS.verifier])
    for wrong in (b"s", bytes(63), bytes(65)):
        with pytest.raises(SignatureInvalid):
            verify_note(Note("text\n", (Signature(OURS.name, OURS.verifier.key_id, wrong),)), [OURS.verifier])


def test_a_note_nobody_known_signed_is_refused() -> None:
    note = sign_note("text\n", OTHER)
    with pytest.raises(SignatureMissing, match=r"not signed by any known key \(kommun\.example/ledger\+"):
        verify_note(note, [OURS.verifier])
    with pytest.raises(SignatureMissing, match="nobody"):
        verify_note(note, [])


def test_two_keys_called_the_same_are_refused() -> None:
    class Impostor:
        name = OURS.name
        key_id = OURS.verifier.key_id

        def fits(self, text: bytes, signature: bytes) -> bool:
            return bool(text or signature)

    note = sign_note("text\n", OURS)
    with pytest.raises(KeyAmbiguous):
        verify_note(note, [OURS.verifier, Impostor()])
    assert verify_note(note, [OURS.verifier, OURS.verifier])


def test_the_last_empty_line_separates() -> None:
    note = sign_note("one\n\ntwo\n\n— not a signature\n", OURS)
    assert parse_note(note.to_bytes()) == note
    assert verify_note(parse_note(note.to_bytes()), [OURS.verifier])


GOOD = sign_note("text\n", OURS).to_bytes()
LINE = GOOD.partition(b"\n\n")[2]
MALFORMED = {
    "empty": b"",
    "no signatures": b"text\n\n",
    "no empty line": b"text\n" + LINE,
    "no last newline": GOOD[:-1],
    "further newline": GOOD + b"\n",
    "carriage returns": GOOD.replace(b"\n", b"\r\n"),
    "tab": b"te\txt\n\n" + LINE,
    "null": b"te\0xt\n\n" + LINE,
    "control in the name": GOOD.replace(b"kommun", b"kom\x01un"),
    "not UTF-8": b"te\xffxt\n\n" + LINE,
    "surrogate": b"\xed\xa0\x80\n\n" + LINE,
    "hyphen for a dash": GOOD.replace("—".encode(), b"-"),
    "no name": "text\n\n—  AAAAAAAA\n".encode(),
    "no base64": "text\n\n— name\n".encode(),
    "empty base64": "text\n\n— name \n".encode(),
    "key id alone": "text\n\n— name AAAAAA==\n".encode(),
    "no-break space in the name": "text\n\n— na\u00a0me AAAAAAAA\n".encode(),
    "line separator in the name": "text\n\n— na\u2028me AAAAAAAA\n".encode(),
    "plus in the name": "text\n\n— na+me AAAAAAAA\n".encode(),
    "two spaces": GOOD.replace(b"ledger ", b"ledger  "),
    "space at the end": GOOD[:-1] + b" \n",
    "third part": GOOD[:-1] + b" more\n",
    "base64 without padding": GOOD.replace(b"=", b""),
    "base64 for addresses": "text\n\n— name AAAA__--\n".encode(),
    "too many lines": b"text\n\n" + LINE * (SIGNATURES_MAX + 1),
    "too long": b"x" * (NOTE_MAX - len(GOOD) + 6) + b"\n\n" + LINE,
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_note_is_refused_with_place_and_reason(raw: bytes) -> None:
    with pytest.raises(MalformedNote) as refused:
        parse_note(raw)
    assert refused.value.place
    assert refused.value.reason
    assert str(refused.value) == f"{refused.value.place}: {refused.value.reason}"


def test_a_note_may_have_as_many_lines_and_bytes_as_the_limits_say() -> None:
    assert len(parse_note(b"text\n\n" + LINE * SIGNATURES_MAX).signatures) == SIGNATURES_MAX
    text = b"x" * (NOTE_MAX - len(LINE) - 2) + b"\n\n" + LINE
    assert len(text) == NOTE_MAX
    assert parse_note(text).signatures


def test_every_second_spelling_of_a_signature_is_refused() -> None:
    # 68 bytes leave two unused bits in the last character before the padding.
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = GOOD.rindex(b"=") - 1
    spelled = alphabet.index(GOOD[at : at + 1])
    for unused in (1, 2, 3):
        other = alphabet[spelled ^ unused : (spelled ^ unused) + 1]
        with pytest.raises(MalformedNote, match="signature line 1: its base64 is not in the one allowed spelling"):
            parse_note(GOOD[:at] + other + GOOD[at + 1 :])


@pytest.mark.parametrize("text", ["", "no newline", "te\txt\n", "te\x00xt\n", "te\ud800xt\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(MalformedNote):
        sign_note(text, OURS)


def test_a_note_without_any_key_is_not_written() -> None:
    with pytest.raises(MalformedNote):
        sign_note("text\n")


KEYS = {
    "empty": "",
    "no parts": "name",
    "two parts": "name+530d903a",
    "id in capitals": FOO.replace("530d903a", "530D903A"),
    "other id": FOO.replace("530d903a", "530d903b"),
    "other name": FOO.replace("foo", "bar"),
    "empty name": FOO.replace("example.com/foo", ""),
    "space in the name": FOO.replace("foo", "f oo"),
    "cut short": FOO[:-4],
    "without padding": FOO + "=",
    "other type": "example.com/foo+530d903a+" + encode_base64(b"\x04" + bytes(32)),
    "surrogate in the name": FOO.replace("foo", "f\udc80oo"),
}


@pytest.mark.parametrize("vkey", KEYS.values(), ids=KEYS.keys())
def test_a_malformed_key_is_refused(vkey: str) -> None:
    with pytest.raises(MalformedKey):
        VerifierKey.parse(vkey)
    with pytest.raises(MalformedKey):
        SigningKey.parse(f"PRIVATE+KEY+{vkey}")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b", "a\ud800"])
def test_a_key_gets_no_name_that_notes_cannot_hold(name: str) -> None:
    with pytest.raises(MalformedKey):
        SigningKey.generate(name)
    with pytest.raises(MalformedKey):
        VerifierKey(name, bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(MalformedKey):
        VerifierKey("name", bytes(length))
    with pytest.raises(MalformedKey):
        SigningKey("name", bytes(length))


note_like = st.lists(
    st.sampled_from(["—", " ", "\n", "\n\n", "name", "AAAAAAAA", "=", "+", "å", "\x7f", LINE.decode(), "text"])
    | st.text(max_size=3),
    max_size=12,
).map("".join)


@settings(deadline=None)
@given(st.binary() | note_like.map(lambda text: text.encode(errors="replace")))
@example(GOOD)
def test_any_bytes_are_a_note_with_one_spelling_or_refused(raw: bytes) -> None:
    try:
        note = parse_note(raw)
    except MalformedNote:
        return
    assert note.to_bytes() == raw


@given(st.text() | st.tuples(st.text(), st.binary()).map(lambda part: f"{part[0]}+00000000+{encode_base64(part[1])}"))
def test_any_text_is_a_key_with_one_spelling_or_refused(text: str) -> None:
    for read in (VerifierKey.parse, SigningKey.parse):
        try:
            key = read(text)
        except Malformed:
            continue
        assert key.format() == text


@given(st.text(alphabet="AQgw+/=- \nå", max_size=9), st.binary(max_size=9))
def test_base64_has_one_spelling(text: str, octets: bytes) -> None:
    assert decode_base64(encode_base64(octets)) == octets
    decoded = decode_base64(text)
    assert decoded is None or encode_base64(decoded) == text
