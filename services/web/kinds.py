"""What types of events say, in a sentence anybody reads, and what their fields are called.

The English sentence is the first of the event class's own description; `locale/sv/kinds.po` has the Swedish one. Field
names of the record are English words joined by underscores; readers of Swedish get the words below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from markupsafe import Markup

from ledger.messages import EVENT_TYPES
from ledger.swedish import in_words
from services.bootstrap import SLICES
from services.web.codes import CODES, code
from services.web.fields_swedish import SWEDISH

KINDS = {event.topic: event for each in SLICES for event in each.events}
"""Every type of event by its topic."""

_SENTENCE_END = re.compile(r"(?<=[.])\s")
_ASIDE = re.compile(r" \((?!GDPR|OSL)[^()]*\)")


@cache
def sentence(topic: str) -> str:
    """Return the first sentence of what a type of event says, without marks; the topic itself for an unknown one."""
    kind = EVENT_TYPES.get(topic)
    if kind is None:
        return topic
    first = _SENTENCE_END.split((kind.__doc__ or topic).replace("art. ", "art.\N{NO-BREAK SPACE}"), maxsplit=1)[0]
    first = _ASIDE.sub("", " ".join(first.split())).replace("`", "").split(";", maxsplit=1)[0]
    return first if first.endswith(".") else f"{first}."


def listed() -> list[tuple[str, str]]:
    """Return every type of event with its sentence, for a reader to choose from."""
    return [(topic, sentence(topic)) for topic in sorted(KINDS)]


def label(field: str, language: str) -> str:
    """Return what a field is called in a language, its English words where there is no Swedish."""
    words = field.replace("_", " ")
    return SWEDISH.get(field, words) if language == "sv" else words


def coded(value: str, field: str, language: str) -> str:
    """Return a value that may be a code of a field in the reader's words."""
    return in_words(field, value) if language == "sv" else value


_CODED = {
    "author_kind": "author_kind",
    "basis": "erasure_basis",
    "by_role": "by_role",
    "channel": "channel",
    "channels": "channel",
    "claimed_by": "claimant",
    "design": "design",
    "direction": "direction",
    "force": "force",
    "group": "group",
    "groups": "group",
    "level": "level",
    "mode": "mode",
    "modes": "mode",
    "phase": "phase",
    "raw_data": "raw_data",
    "refusal_ground": "refusal_ground",
    "said_in_kind": "thing",
    "stage": "stage",
    "stance": "stance",
    "target_kind": "thing",
    "verdict": "verdict",
    "with_groups": "group",
}
"""Fields that hold codes, and where the words of these are."""

_LIKE_CODE = re.compile(r"[a-z0-9/][a-z0-9]*(?:[-_:/|.][a-z0-9]+)*|[A-Z]{3}", re.ASCII)
"""How ids, codes, tags, days and places in an entry are spelled: never with a space or a capital."""

_LINES_OF = re.compile(r"lines? ([0-9][0-9, -]*)")


def said(value: str, field: str, language: str) -> Markup:
    """Return a value of an entry as a reader meets it: a code in words, else what is spelled like one as code."""
    kind = _CODED.get(field)
    if kind is not None and value in CODES[kind]:
        return Markup("{}").format(code(value, language, kind))
    words = coded(value, field, language)
    return Markup("<bdi>{}</bdi>").format(words) if words != value else plainly(value)


def anchor(place: str, language: str) -> str:
    """Return a place in a document as it is stated; lines are called so in the reader's language."""
    found = _LINES_OF.fullmatch(place)
    if found is None or language != "sv":
        return place
    return f"{'raderna' if re.search('[,-]', found[1]) else 'rad'} {found[1]}"


def plainly(value: str) -> Markup:
    """Return a value as it is written, set apart as code where it is spelled like an id or a code."""
    if _LIKE_CODE.fullmatch(value):
        return Markup("<code>{}</code>").format(value)
    return Markup("<bdi>{}</bdi>").format(value)


def filters(language: str) -> Mapping[str, Callable[..., str]]:
    """Return the filters of templates in a language: `name|field`, `value|coded(name)`, `value|said(name)`, `value|plainly`."""
    return {
        "field": lambda name: label(name, language),
        "sentence": sentence,
        "anchor": lambda place: anchor(str(place), language),
        "plainly": lambda value: plainly(str(value)),
        "said": lambda value, name: said(str(value), name, language),
        "coded": lambda value, name: coded(str(value), name, language),
    }
