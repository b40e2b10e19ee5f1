"""What is wrong with a field, in English and Swedish, in the same words on the command line and over gRPC.

A sentence follows the name of its field ("kind: is missing; state one of: board, unit") and names the remedy. The Swedish
ones of our own checks stand in the modules of this package, by what they are about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ledger import custody
from ledger.corrections import Pointer, Tag, Topic
from ledger.documents.commands import Currency, MediaType
from ledger.fields import Code, Id, Language, Sha256Hex, VoterTag
from ledger.participants.events import KeyId
from ledger.surveys.stated import Decimal
from services.sentences import decisions, figures, meetings, requests, surveys

CHOICES_CHARACTERS_MAX = 150


class Sentence(NamedTuple):
    """The same sentence in both languages."""

    en: str
    sv: str


class Wrong(NamedTuple):
    """One fault: its place in the request (empty for the whole), a short constant for its kind, and the sentence."""

    place: tuple[int | str, ...]
    kind: str
    said: Sentence


# --- By the kind of fault ---------------------------------------------------------------------
_ANY_FORM = Sentence("does not have the right form; see the schema", "har inte rätt form; se schemat")
_WHOLE = Sentence("must be a whole number; write it as 12", "måste vara ett heltal; skriv det som 12")
_BOOLEAN = Sentence("must be true or false", "måste vara true eller false")
_TEXT = Sentence(
    'must be a text; write it in quotation marks: "…"', 'måste vara en text; skriv den inom citattecken: "…"'
)
_LIST = Sentence("must be a list; write it as […]", "måste vara en lista; skriv den som […]")
_OBJECT = Sentence("must be an object; write it as {{…}}", "måste vara ett objekt; skriv det som {{…}}")
_CHOICE = Sentence("must be one of: {expected}", "måste vara ett av: {expected}")
_UUID = Sentence(
    "is not a UUID; write it as 6f6c2d3e-8d0e-4b4e-9a9c-0123456789ab",
    "är inget UUID; skriv det som 6f6c2d3e-8d0e-4b4e-9a9c-0123456789ab",
)

SENTENCES: dict[str, Sentence] = {
    "missing": Sentence("is missing; state it", "saknas; ange det"),
    "missing_choice": Sentence("is missing; state one of: {expected}", "saknas; ange ett av: {expected}"),
    "empty": Sentence("is empty but required; write something", "är tomt men måste anges; skriv något"),
    "extra_forbidden": Sentence(
        "is not a field here; check its spelling or leave it out",
        "är inget fält här; kontrollera stavningen eller ta bort det",
    ),
    "string_too_short": Sentence(
        "must have at least {min_length} characters; write more", "måste ha minst {min_length} tecken; skriv mer"
    ),
    "string_too_long": Sentence(
        "may have at most {max_length} characters; shorten it", "får ha högst {max_length} tecken; korta ned det"
    ),
    "too_short": Sentence(
        "must hold at least {min_length} items; add what is missing",
        "måste ha minst {min_length} poster; lägg till det som saknas",
    ),
    "too_long": Sentence(
        "may hold at most {max_length} items; take some out", "får ha högst {max_length} poster; ta bort några"
    ),
    "greater_than_equal": Sentence("must be {ge} or more", "måste vara minst {ge}"),
    "less_than_equal": Sentence("must be {le} or less", "får vara högst {le}"),
    "range": Sentence("must be a number from {ge} to {le}", "måste vara ett tal från {ge} till {le}"),
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "string_type": _TEXT,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "uuid": _UUID,
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
}
"""By pydantic's name for the kind of error, filled from its context; `missing_choice`, `empty` and `range` are ours."""


def _pattern(field: Any) -> str:
    return str(field.__metadata__[0].pattern)


PATTERNS: dict[str, Sentence] = {
    **{pattern: Sentence(*said) for pattern, said in figures.PATTERNS.items()},
    _pattern(Id): Sentence(
        "is not an id; write 1 to 64 of a–z, 0–9 and hyphen, beginning with a letter or digit",
        "är inget id; skriv 1 till 64 av a–z, 0–9 och bindestreck, först en bokstav eller siffra",
    ),
    _pattern(VoterTag): Sentence(
        "is not a voter tag; write 1 to 64 of A–Z, a–z, 0–9, hyphen and underscore",
        "är ingen väljarkod; skriv 1 till 64 av A–Z, a–z, 0–9, bindestreck och understreck",
    ),
    _pattern(Code): Sentence(
        "is not a code; write 1 to 64 of a–z, 0–9 and underscore, beginning with a letter: web_form",
        "är ingen kod; skriv 1 till 64 av a–z, 0–9 och understreck, först en bokstav: web_form",
    ),
    _pattern(Tag): Sentence(
        "is not a subject; write its kind and its id, such as decision:ks-12",
        "är inget ämne; skriv dess slag och dess id, som decision:ks-12",
    ),
    _pattern(KeyId): Sentence(
        "is not the id of a key; write author:a-1|P for the public words of a-1, author:a-1|S for the private ones",
        "är inget id för en nyckel; skriv author:a-1|P för de öppna orden från a-1, author:a-1|S för de privata",
    ),
    _pattern(custody.KeyId): Sentence(
        "is not the id of a signing key; write its eight hexadecimal digits, the middle part of its vkey",
        "är inget id för en signeringsnyckel; skriv dess åtta hexadecimala siffror, mittdelen av dess vkey",
    ),
    _pattern(custody.VerifierKeyText): Sentence(
        "is not a verifier key; copy the whole line of the file log.vkey: origin+id+base64",
        "är ingen kontrollnyckel; kopiera hela raden i filen log.vkey: ursprung+id+base64",
    ),
    _pattern(custody.Endorsement): Sentence(
        "is not the signed note that vouches for a key; take the one that `liggare rotate-key` makes",
        "är inte det signerade intyget om en nyckel; ta det som `liggare rotate-key` gör",
    ),
    _pattern(custody.Retirement): Sentence(
        "is not the signed note that retires a key; take the one that `liggare rotate-key --finish` makes",
        "är inte det signerade beskedet att en nyckel upphör; ta det som `liggare rotate-key --finish` gör",
    ),
    _pattern(Topic): Sentence(
        "is not a type of event; write lower-case words joined by hyphens, such as decision-recorded",
        "är ingen händelsetyp; skriv gemena ord med bindestreck, som decision-recorded",
    ),
    _pattern(Pointer): Sentence(
        "is not the place of a field; write it as a JSON Pointer, such as /clauses/0/number",
        "är ingen plats för ett fält; skriv den som en JSON Pointer, som /clauses/0/number",
    ),
    _pattern(Decimal): Sentence(
        "is not a decimal number; write it as 49.8316", "är inget decimaltal; skriv det som 49.8316"
    ),
    _pattern(Sha256Hex): Sentence(
        "is not a SHA-256; write its 64 hexadecimal digits, 0–9 and a–f in lower case",
        "är ingen SHA-256; skriv dess 64 hexadecimala siffror, 0–9 och a–f med små bokstäver",
    ),
    _pattern(Language): Sentence(
        "is not a language tag; write one such as sv, en or zh-Hant",
        "är ingen språkkod; skriv en sådan som sv, en eller zh-Hant",
    ),
    _pattern(MediaType): Sentence(
        "is not a media type; write one such as application/pdf",
        "är ingen mediatyp; skriv en sådan som application/pdf",
    ),
    _pattern(Currency): Sentence(
        "is not a currency; write its three capital letters, such as SEK",
        "är ingen valuta; skriv dess tre stora bokstäver, till exempel SEK",
    ),
}

# --- By the words of our own checks -----------------------------------------------------------
FORMS: dict[str, str] = {
    "holds the control character {0}; remove it": "innehåller styrtecknet {0}; ta bort det",
    "holds the text direction control {0}; remove it": "innehåller tecknet {0}, som ändrar skrivriktning; ta bort det",
    "holds the unassigned character {0}; remove it": "innehåller {0}, som inte är tilldelat något tecken; ta bort det",
    "holds the invisible character {0}; remove it": "innehåller det osynliga tecknet {0}; ta bort det",
    "is empty; write something or leave the field out": "är tomt; skriv något eller utelämna fältet",
    "is not a date; write it as 2015-12-14": "är inget datum; skriv det som 2015-12-14",
    "is not an EDTF date; write 2015-05-12, 2015, 2015/2016 or ../2018-04-10": (
        "är inget EDTF-datum; skriv 2015-05-12, 2015, 2015/2016 eller ../2018-04-10"
    ),
    "is not an EDTF date: a time needs its zone; write 2024-05-06T14:00+02:00": (
        "är inget EDTF-datum: ett klockslag behöver sin zon; skriv 2024-05-06T14:00+02:00"
    ),
    "{0} is not a day of the calendar": "{0} är ingen dag i kalendern",
    "runs backwards: {0} lies after {1}": "går baklänges: {0} ligger efter {1}",
    "states the number {0} twice; state it once": "anger numret {0} två gånger; ange det en gång",
    "states no number; give minimum, maximum or text": "anger inget tal; ange minimum, maximum eller text",
    "minimum must not be greater than maximum": "minimum får inte vara större än maximum",
    "is not an instant in UTC; write it as 2026-03-01T08:00:00Z": "är ingen tidpunkt i UTC; skriv 2026-03-01T08:00:00Z",
    "{0} is not an instant of the calendar": "{0} är ingen tidpunkt i kalendern",
}
"""The sentences of the checks on forms that many fields share, each with its Swedish one."""

SWEDISH: dict[str, str] = {
    **FORMS,
    **requests.SWEDISH,
    **decisions.SWEDISH,
    **meetings.SWEDISH,
    **figures.SWEDISH,
    **surveys.SWEDISH,
}
"""The sentences of our own checks, each with its Swedish one."""

_EMPTY = "is empty; write something or leave the field out"
_TEMPLATES = [
    (re.compile(re.sub(r"\\\{\d\\\}", "(.+)", re.escape(en)), re.DOTALL), sv)
    for en, sv in {
        **SWEDISH,
        _UUID.en: _UUID.sv,
    }.items()
]


def in_swedish(en: str) -> str:
    """Return the Swedish sentence for one of ours; one that is unknown says that the form is wrong."""
    for template, sv in _TEMPLATES:
        if match := template.fullmatch(en):
            return sv.format(*match.groups())
    return _ANY_FORM.sv


# --- From errors to sentences -----------------------------------------------------------------
def said_of(kind: str, context: Mapping[str, Any], otherwise: str) -> Sentence:
    """Return the sentence for a kind of fault; `otherwise` is the English one when the kind has none."""
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(str(context.get("pattern")), _ANY_FORM)
    found = SENTENCES.get(kind)
    if found is None:
        return Sentence(otherwise, in_swedish(otherwise))
    return Sentence(found.en.format(**context), found.sv.format(**context))


def faults(error: ValidationError, model: type[BaseModel] | None = None) -> list[Wrong]:
    """Return what pydantic found. `model` is what was read: its required fields are not told to be left out."""
    errors = error.errors(include_url=False, include_input=False)
    return [_wrong(each, model) for each in errors if not _follows(each, errors)]


def _follows(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """Say whether a list is short only because an item of it is wrong: it counts its sound items alone."""
    place = error["loc"]
    return error["type"] == "too_short" and any(other["loc"][:-1][: len(place)] == place for other in errors)


def _wrong(error: ErrorDetails, model: type[BaseModel] | None) -> Wrong:
    place, kind, words = error["loc"], error["type"], error["msg"].removeprefix("Value error, ")
    context = dict(error.get("ctx", {}))
    if "expected" in context:
        context["expected"] = listed(re.findall(r"'([^']*)'", str(context["expected"])))
    field = None if model is None else _field(model, place)
    if kind == "missing" and field is not None and (choices := _choices(field.annotation)):
        return Wrong(place, kind, said_of("missing_choice", {"expected": listed(choices)}, words))
    in_list = bool(place) and isinstance(place[-1], int)
    if words == _EMPTY and (in_list or (field is not None and field.is_required())):
        return Wrong(place, kind, SENTENCES["empty"])
    return Wrong(place, kind, said_of(kind, context, words))


def listed(choices: Iterable[str]) -> str:
    """Return choices as a list in words, cut short where it would be very long."""
    text = ", ".join(choices)
    if len(text) <= CHOICES_CHARACTERS_MAX:
        return text
    return text[:CHOICES_CHARACTERS_MAX].rpartition(", ")[0] + ", …"


def _field(model: type[BaseModel], place: Sequence[int | str]) -> FieldInfo | None:
    """Return the field at a place of a model; None where there is none."""
    found: FieldInfo | None = None
    inside: type[BaseModel] | None = model
    for part in place:
        if isinstance(part, int):
            continue
        found = None if inside is None else inside.model_fields.get(part)
        if found is None:
            return None
        inside = next((each for each in _types_in(found.annotation) if issubclass(each, BaseModel)), None)
    return found


def _choices(annotation: Any) -> list[str]:
    kind = next((each for each in _types_in(annotation) if issubclass(each, Enum)), None)
    if kind is not None:
        return [str(member.value) for member in kind]
    return [str(each) for each in get_args(annotation)] if get_origin(annotation) is Literal else []


def _types_in(annotation: Any) -> list[type]:
    if isinstance(annotation, type) and not get_args(annotation):
        return [annotation]
    return [kind for part in get_args(annotation) for kind in _types_in(part)]
