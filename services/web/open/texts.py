"""Texts for formats that do not take every character: what XML 1.0 and iCalendar refuse is replaced, nothing is lost else."""

from __future__ import annotations

import re

from services.web.directions import settled

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_REFUSED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINES = re.compile("\r\n?|[\u0085\u2028\u2029]")


def plain(text: str) -> str:
    """Return a text as XML 1.0 may hold it (§2.2, Char), its line ends as LF (§2.11)."""
    return _REFUSED.sub(REPLACEMENT, _LINES.sub("\n", text))


def one_line(text: str, characters: int) -> str:
    """Return a text on one line, its directions settled, cut with an ellipsis where it has more than `characters`."""
    line = " ".join(plain(text).split())
    return settled(line if len(line) <= characters else f"{line[: characters - 1].rstrip()}…")
