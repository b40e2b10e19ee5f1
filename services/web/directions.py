"""Text direction controls in people's words: none may turn what stands around the words (UAX #9).

`<bdi>` alone does not hold them: to a browser it is a pair of isolate controls, which a control in the text can close.
So whatever is written out is settled first: every control that opens is closed within the text, and none closes more.
"""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup

_ISOLATES, _EMBEDDINGS = "\u2066\u2067\u2068", "\u202a\u202b\u202d\u202e"
_POP_ISOLATE, _POP_EMBEDDING = "\u2069", "\u202c"
_FIRST_STRONG = "\u2068"
_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")
_PARAGRAPH = re.compile("(\r\n|[\n\r\x1c-\x1e\x85\u2029])")
_RIGHT_TO_LEFT = {"R", "AL", "RLE", "RLO", "RLI"}


def settled(text: str) -> str:
    """Return a text whose direction controls are in pairs, in each of its paragraphs; any other text as it is."""
    if text.isascii() or not _CONTROL.search(text):
        return text
    return "".join(_settled(each) for each in _PARAGRAPH.split(text))


def isolated(text: str) -> str:
    """Return a text to stand in a sentence of another language: settled, and isolated where it could turn the sentence."""
    if text.isascii():
        return text
    turns = _CONTROL.search(text) or any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text)
    return settled(f"{_FIRST_STRONG}{settled(text)}{_POP_ISOLATE}") if turns else text


def written(value: object) -> object:
    """Return a value as a template writes it: texts settled, anything else as it is."""
    if isinstance(value, Markup):
        return Markup(settled(value))  # noqa: S704  it was markup before; only controls are added or taken out
    return settled(value) if isinstance(value, str) else value


def _settled(paragraph: str) -> str:
    kept: list[str] = []
    opened: list[str] = []
    for character in paragraph:
        if character in _ISOLATES or character in _EMBEDDINGS:
            opened.append(_POP_ISOLATE if character in _ISOLATES else _POP_EMBEDDING)
        elif character == _POP_ISOLATE:
            if _POP_ISOLATE not in opened:
                continue
            # The end of an isolate ends the embeddings within it.
            while opened.pop() != _POP_ISOLATE:
                kept.append(_POP_EMBEDDING)
        elif character == _POP_EMBEDDING:
            if opened[-1:] != [_POP_EMBEDDING]:
                continue
            opened.pop()
        kept.append(character)
    return "".join([*kept, *reversed(opened)])
