"""Words of a text that matter: a named passage, the runs that two texts have in common, how a text begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

RUN_WORDS_MIN, RUN_CHARACTERS_MIN = 2, 12
"""Fewer common words, or shorter ones, say nothing."""

WORDS_MAX = 600
"""Of each text that are compared; more would take too long and help nobody."""

HEADLINE_CHARACTERS = 110

_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r".{8,}?[.!?](?=\s|$)")


def marked(text: str, passages: Iterable[str]) -> Markup:
    """Return a text with every passage found in it marked; capitals do not matter, and overlapping ones become one."""
    spans = [
        found.span()
        for passage in passages
        if passage.strip()
        for found in re.finditer(re.escape(passage), text, re.IGNORECASE)
    ]
    written, at = Markup(""), 0
    for start, end in _joined(spans):
        written += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
        at = end
    return written + escape(text[at:])


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        elif end > start:
            joined.append((start, end))
    return joined


def alike(text: str, other: str) -> list[str]:
    """Return the runs of words of a text that stand in the other text too, as the text writes them."""
    words = [found.span() for found in _WORD.finditer(text)][:WORDS_MAX]
    plain = [text[start:end].casefold() for start, end in words]
    against = [found.group().casefold() for found in _WORD.finditer(other)][:WORDS_MAX]
    lengths, best = [0] * (len(against) + 1), [0] * len(plain)
    for place, word in enumerate(plain):
        before, lengths = lengths, [0] * (len(against) + 1)
        for number, candidate in enumerate(against):
            if candidate == word:
                lengths[number + 1] = before[number] + 1
        best[place] = max(lengths)
    return [
        text[words[place - length + 1][0] : words[place][1]]
        for place, length in enumerate(best)
        if _tells(text, words, place, length, best)
    ]


def _tells(text: str, words: Sequence[tuple[int, int]], place: int, length: int, best: Sequence[int]) -> bool:
    """Tell whether a run ends at a word and is long enough to say something."""
    goes_on = place + 1 < len(best) and best[place + 1] > length
    if goes_on or length < RUN_WORDS_MIN:
        return False
    return words[place][1] - words[place - length + 1][0] >= RUN_CHARACTERS_MIN


def headline(text: str, characters: int = HEADLINE_CHARACTERS) -> str:
    """Return how a text begins: its first line or sentence, cut at a word where that is long."""
    line = text.strip().partition("\n")[0].strip()
    sentence = _SENTENCE.match(line)
    first = sentence.group() if sentence else line
    if len(first) <= characters:
        return first
    return (
        first[:characters].rpartition(" ")[0].rstrip(",.;:–- ") + "…"
        if " " in first[:characters]
        else first[:characters] + "…"
    )
