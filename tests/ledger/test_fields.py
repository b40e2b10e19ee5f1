"""What a caller may write into each kind of field, and what each refusal says."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ledger.fields import (
    BIDI_CONTROLS,
    INVISIBLE,
    LABEL_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    TEXT_CHARACTERS_MAX,
    Code,
    Date,
    Edtf,
    Id,
    Label,
    Language,
    Numbers,
    PersonName,
    Sha256Hex,
    Text,
    VoterTag,
    check_line,
    check_text,
)

ANY_TEXT = st.text(st.characters(codec=None))


def accepted(field: Any, value: Any) -> Any:
    return TypeAdapter(field).validate_python(value)


def refusal(field: Any, value: Any) -> str:
    """Return the words of the refusal; fails if the value is accepted."""
    with pytest.raises(ValidationError) as caught:
        accepted(field, value)
    (error,) = caught.value.errors()
    return error["msg"]


# --- Ids and codes ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Id, "a"),
        (Id, "0c6f7e1a-93b2-8d04-a5f1-2e8b7c9d0a13"),
        (Id, "a" * 64),
        (VoterTag, "A_-z09"),
        (VoterTag, "x" * 64),
        (Code, "web_form2"),
        (Language, "sv"),
        (Language, "zh-Hant-TW"),
        (Sha256Hex, "0123456789abcdef" * 4),
        (Date, "2016-02-29"),
    ],
)
def test_a_well_formed_value_stays_as_it_is(field: Any, value: str) -> None:
    assert accepted(field, value) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[(Id, value) for value in ("", "-a", "A", "a_b", "a|b", "a:b", "å", "a" * 65, "a\n", "a b", "a\0", "٣")],
        *[(VoterTag, value) for value in ("", "a|b", "x" * 65, "å", "a\n", "a b", "٣")],
        *[(Code, value) for value in ("", "Web", "1a", "_a", "a-b", "a" * 65, "a\n")],
        *[(Language, value) for value in ("", "s", "SV", "sv_SE", "sv-", "sv\n", "svensk")],
        *[(Sha256Hex, value) for value in ("", "A" * 64, "a" * 63, "a" * 65, "g" * 64, "a" * 64 + "\n")],
        *[(Date, value) for value in ("2015-02-29", "2015-13-01", "15-01-01", "2015-1-1", "20150101", "2015-01-01\n")],
        (Date, "0000-01-01"),
        (Date, "٢٠١٥-٠١-٠١"),
    ],
)
def test_a_malformed_value_is_refused(field: Any, value: str) -> None:
    refusal(field, value)


@given(ANY_TEXT)
def test_no_id_can_break_out_of_a_tag(value: str) -> None:
    try:
        accepted(Id, value)
    except ValidationError:
        return
    assert not set(value) & set(":|\x1f \n")


# --- Text -------------------------------------------------------------------------------------
def test_text_is_kept_in_nfc_with_its_lines() -> None:
    assert accepted(Text, "A\u030angest\r\n\tpå Skolvägen ") == "\u00c5ngest\n\tpå Skolvägen "


@pytest.mark.parametrize("value", ["a\0b", "a\rb", "a\x1bb", "a\x7fb", "a\x85b", "a\ud800b"])
@pytest.mark.parametrize("field", [Text, Label, PersonName])
def test_control_characters_are_named(field: Any, value: str) -> None:
    # A lone surrogate is stopped before the field sees it, or by it.
    said = refusal(field, value)
    assert f"U+{ord(value[1]):04X}" in said or "unicode" in said


@pytest.mark.parametrize("value", ["", " ", "\n\t ", "\u3000"])
def test_empty_text_is_refused_with_a_remedy(value: str) -> None:
    assert "leave the field out" in refusal(Text, value)


@pytest.mark.parametrize("character", sorted(BIDI_CONTROLS), ids=lambda each: f"U+{ord(each):04X}")
@pytest.mark.parametrize("field", [Label, PersonName])
def test_names_and_labels_cannot_turn_the_writing_round(field: Any, character: str) -> None:
    assert f"U+{ord(character):04X}" in refusal(field, f"An{character}na")
    assert accepted(Text, f"An{character}na") == f"An{character}na"


@given(st.characters(categories=("Cf", "Zl", "Zp")) | st.sampled_from(sorted(INVISIBLE)), st.integers(0, 3))
def test_names_and_labels_hold_nothing_that_cannot_be_seen(character: str, place: int) -> None:
    written = "Ann"[:place] + character + "Ann"[place:]
    for field in (Label, PersonName):
        assert f"U+{ord(character):04X}" in refusal(field, written)
    assert check_text(written) == unicodedata.normalize("NFC", written)


@given(st.characters(exclude_categories=("Cf", "Zl", "Zp", "Cc", "Cs", "Cn"), exclude_characters=sorted(INVISIBLE)))
def test_names_and_labels_hold_whatever_can_be_seen(character: str) -> None:
    written = f"A{character}a"
    assert accepted(Label, written) == unicodedata.normalize("NFC", written)


def test_an_invisible_character_is_named() -> None:
    assert "U+200B (zero width space); remove it" in refusal(Label, "Nämn\u200bden")
    assert "U+00AD (soft hyphen)" in refusal(PersonName, "An\u00adna")


def test_a_label_is_one_line_without_unassigned_characters() -> None:
    assert "U+000A" in refusal(Label, "one\ntwo")
    assert "U+0378" in refusal(Label, "a\u0378")
    assert accepted(Label, "  Skolvägen  ") == "Skolvägen"


@pytest.mark.parametrize(
    ("field", "most"),
    [(Text, TEXT_CHARACTERS_MAX), (Label, LABEL_CHARACTERS_MAX), (PersonName, NAME_CHARACTERS_MAX)],
)
def test_length_is_counted_in_characters(field: Any, most: int) -> None:
    assert accepted(field, "😀" * most) == "😀" * most
    assert str(most) in refusal(field, "å" * (most + 1))


@given(ANY_TEXT)
def test_accepted_text_is_stable_and_has_a_utf8_form(value: str) -> None:
    for check in (check_text, check_line):
        try:
            kept = check(value)
        except ValueError:
            continue
        assert check(kept) == kept
        assert unicodedata.is_normalized("NFC", kept)
        assert kept.encode().decode() == kept
        assert kept.strip()


# --- When it occurred -------------------------------------------------------------------------
def test_a_date_is_kept_as_written_and_what_is_none_is_refused() -> None:
    assert accepted(Edtf, "../2018-04-10") == "../2018-04-10"
    assert "write 2015-05-12" in refusal(Edtf, "maj 2015")
    assert "80" in refusal(Edtf, "2" * 81)


# --- External numbers ---------------------------------------------------------------------------
def test_a_number_is_stated_once_and_kept_as_written() -> None:
    number = {"scheme": "dnr", "value": "KFKS 2015/174-001"}
    (kept,) = accepted(Numbers, [number])
    assert kept.kept().model_dump() == number
    assert "twice" in refusal(Numbers, [number, {**number}])
    assert "20" in refusal(Numbers, [{"scheme": "dnr", "value": str(n)} for n in range(21)])
