"""Addresses of topics: a theme may be called anything, and an address has signs of its own.

    Gator/torg   →  /amne/Gator~2Ftorg
    ..           →  /amne/~2E~2E

The slash parts an address, dots end in a form (`.json`) or lead upwards, and the tilde is what says so.
"""

from __future__ import annotations

import re

_OWN = re.compile(r"[~/.\\]")
_SPELLED = re.compile(r"~([0-9A-Fa-f]{2})")


def topic_path(topic: str) -> str:
    """Return the path of a topic's page, before it is percent-encoded."""
    return "/amne/" + _OWN.sub(lambda found: f"~{ord(found[0]):02X}", topic)


def topic_of(part: str) -> str:
    """Return the topic that the last part of such a path names; signs that were not spelled stand for themselves."""
    return _SPELLED.sub(lambda found: chr(int(found[1], 16)), part)
