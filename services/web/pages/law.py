"""What the law wants said: how accessible the pages are, and what is done with personal data."""

from __future__ import annotations

from projections.views import participants
from services.web.page import Page, Seen, Shown


def accessibility(seen: Seen) -> Shown:
    """Return what the accessibility statement rests on; whom to write to, as the operator has set it."""
    return {
        "contact": seen.contact,
        "law": "DOS-lagen (2018:1937)",
        "standard": "EN 301 549 V3.2.1",
        "level": "WCAG 2.1 AA",
    }


def personal(seen: Seen) -> Shown:
    """Return how many requests for erasure there were and what came of them; whom to write to."""
    found = participants.erasures(seen.rows)
    names = ("requests", "requests_carried_out", "keys_destroyed", "by_outcome")
    return {"contact": seen.contact} | {name: found[name] for name in names}


ACCESSIBILITY = Page("accessibility", "/tillganglighet", accessibility)
PERSONAL = Page("personal", "/personuppgifter", personal)
