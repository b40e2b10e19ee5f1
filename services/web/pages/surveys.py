"""All surveys: who asked whom, and how many answered; never a figure without its card."""

from __future__ import annotations

from projections.surveys import SURVEYS
from projections.views import surveys
from projections.views.corrections import with_marks
from services.web.listing import AFTER, following, part, whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table
from services.web.pages.survey import people

_view = with_marks("survey", "surveys", surveys.surveys)


def show(seen: Seen) -> Shown:
    """Return a part of the list, each survey with who was asked and who answered."""
    found = _view(seen.rows, part(seen, of=SURVEYS))
    lines = [each | _answered(seen, each["survey"]) for each in found["surveys"]]
    return {
        "surveys": lines,
        "names": names(seen.rows, (("body", each["commissioner"]) for each in lines)),
        "next": following(found),
        "definitions": whole(surveys.DEFINITION),
    }


def _answered(seen: Seen, survey: str) -> Shown:
    shown = surveys.survey(seen.rows, survey, on=seen.on)
    assert shown is not None, "the list knows it"
    stated = shown["response"]["stated"]
    return {"people": people(shown), "stated_response": stated, "flags": shown["flags"]}


def table(shown: Shown) -> Table:
    """Return a line for each survey."""
    members = ("survey", "title", "commissioner", "conductor", "population", "design", "status")
    return Table(
        (*members, "asked", "reached", "answered"),
        [
            (*(each[name] for name in members), *(each["people"][name] for name in ("asked", "reached", "answered")))
            for each in shown["surveys"]
        ],
    )


PAGE = Page("surveys", "/enkater", show, table, query=(AFTER,), section="surveys")
