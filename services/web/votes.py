"""When pseudonymous votes may be listed: a rule of pages and of files alike."""

from __future__ import annotations

from typing import Any


def is_published(ballot: dict[str, Any]) -> bool:
    """Tell whether the pseudonymous votes may be listed: once nobody can vote any more."""
    return ballot["closed"] is not None
