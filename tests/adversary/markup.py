"""Ways to make a browser run what somebody wrote: `vectors.txt`, one a line, composed after OWASP's evasion sheet and its like.

Each calls `_r(N)` with its own number (§ in the file, № for the number alone), asks a foreign host or opens a dialog, so
that whatever runs is told apart. `{U+202E}` stands for a character one cannot see. They are short, since many fields are.
What no browser of today runs any more stands there, too: the page must not care.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HOST = "evil.example"
"""The foreign host that some of them ask."""

GAP = " "
"""Between two of them in one value."""

_HIDDEN = re.compile(r"\{U\+([0-9A-F]{4})\}")
_OPENERS = (
    "<script",
    "<plaintext",
    "<textarea",
    "<title",
    "<style",
    "<xmp",
    "<listing",
    "<!--",
    "<noscript",
    "<template",
)


class Vector(NamedTuple):
    """One way, by its number; `text` is what somebody would write."""

    number: int
    text: str

    @property
    def swallows(self) -> bool:
        """Tell whether, taken for markup, it would hide what stands behind it."""
        text = self.text.lower()
        is_open = any(text.rfind(each) > max(text.rfind("</"), text.rfind("-->")) for each in _OPENERS)
        return is_open or bool(text.count('"') % 2 or text.count("'") % 2)


def _vector(number: int, line: str) -> Vector:
    text = line.replace("§", f"_r({number})").replace("№", str(number))
    return Vector(number, _HIDDEN.sub(lambda found: chr(int(found[1], 16)), text))


VECTORS: tuple[Vector, ...] = tuple(
    _vector(number, line)
    for number, line in enumerate(Path(__file__).with_name("vectors.txt").read_text("utf-8").split("\n"), 1)
    if line
)


def packed(vectors: Sequence[Vector], characters: int, *, apart: bool = True) -> Iterator[list[Vector]]:
    """Yield groups that fit into a value of so many characters; of those that swallow one stands in each, at its end.

    Where nothing of it is written into a page, they need not stand `apart`.
    """
    waiting = [each for each in vectors if not (apart and each.swallows)]
    last = [each for each in vectors if apart and each.swallows]
    while waiting or last:
        end = [last.pop(0)] if last else []
        group: list[Vector] = []
        for each in list(waiting):
            if len(written([*group, each, *end])) <= characters:
                group.append(each)
                waiting.remove(each)
        yield [*group, *end]


def written(vectors: Iterable[Vector]) -> str:
    """Return several as one value."""
    return GAP.join(each.text for each in vectors)
