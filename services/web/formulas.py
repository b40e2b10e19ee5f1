"""What a spreadsheet would run: a cell that begins like a formula (OWASP, CSV Injection)."""

from __future__ import annotations

import re

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a formula may begin; the last four are the wide signs of East Asia, which some programs take for the others."""

_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?", re.ASCII)


def inert(text: str) -> str:
    """Return a text as a cell may hold it: an apostrophe comes before what begins like a formula and is no number."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
