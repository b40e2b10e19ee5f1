"""What types of events say, in a sentence anybody reads, and what their fields are called.

The English sentence is the first of the event class's own description; `locale/sv/kinds.po` has the Swedish one. Field
names of the record are English words joined by underscores; readers of Swedish get the words below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from ledger.messages import EVENT_TYPES
from ledger.swedish import in_words
from services.bootstrap import SLICES
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


def filters(language: str) -> Mapping[str, Callable[..., str]]:
    """Return the filters of templates in a language: `name|field` and `value|coded(name)`."""
    return {
        "field": lambda name: label(name, language),
        "coded": lambda value, name: coded(str(value), name, language),
    }
