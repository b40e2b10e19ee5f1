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
    things = [("body", each["commissioner"]) for each in lines]
    things += [("decision", decision) for each in lines for decision in each["relied_on_by"]]
    return {
        "surveys": lines,
        "low": sum(each["is_low"] for each in lines),
        "names": names(seen.rows, things),
        "next": following(found),
        "definitions": whole(surveys.DEFINITION),
    }


def _answered(seen: Seen, survey: str) -> Shown:
    shown = surveys.survey(seen.rows, survey, on=seen.on)
    assert shown is not None, "the list knows it"
    stated = shown["response"]["stated"]
    return {
        "people": people(shown),
        "stated_response": stated,
        "flags": shown["flags"],
        "is_low": shown["response"]["warning"] is not None and shown["response"]["warning"]["is_low"] == "yes",
        "warning": shown["response"]["warning"],
        "relied_on_by": list(dict.fromkeys(each["decision"] for each in shown["relied_on_by"])),
    }


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
