"""Two surveys, or the two wordings of one, on one question or index: whether anything changed, or nobody can tell."""

from __future__ import annotations

from typing import Any

from projections.surveys import SURVEY_QUESTIONS, SURVEYS
from projections.views import survey_compare
from projections.views.answer import state_of, states
from services.web.listing import whole
from services.web.page import Page, Seen, Shown, Table

EARLIER, QUESTION, INDEX, ANSWER = "med", "fraga", "index", "svar"


def show(seen: Seen) -> Shown | None:
    """Return the comparison that was asked for; without one, what can be asked."""
    survey = seen.path["survey"]
    state = state_of(seen.rows, SURVEYS.name, survey)
    if state is None:
        return None
    asked = {name: seen.query.get(name, "") for name in (EARLIER, QUESTION, INDEX, ANSWER)}
    wrong = survey_compare.misasked(seen.rows, survey, asked[EARLIER], asked[QUESTION], asked[INDEX])
    found = None if wrong else survey_compare.compare(seen.rows, survey, *asked.values())
    return {
        "survey": {name: state[name] for name in ("survey", "title")},
        "asked": asked,
        "is_asked": bool(asked[QUESTION] or asked[INDEX]),
        "others": [_other(row.state) for row in states(seen.rows, SURVEYS.name) if row.state["survey"] != survey],
        "questions": _questions(seen, survey),
        "compared": found,
        "definitions": whole(survey_compare.DEFINITION),
    }


def _other(state: dict[str, Any]) -> Shown:
    return {name: state[name] for name in ("survey", "title")}


def _questions(seen: Seen, survey: str) -> list[Shown]:
    """Return the questions with their latest wording and the codes of their answers."""
    latest = {row.state["question"]: row.state for row in states(seen.rows, SURVEY_QUESTIONS.name, f"{survey}|")}
    return [
        {
            "question": each["question"],
            "text": dict(each["wordings"][0]["text"]),
            "answers": [option for option in each["scale"]["options"] if not option["missing"]],
        }
        for each in sorted(latest.values(), key=lambda each: each["order"])
    ]


def table(shown: Shown) -> Table:
    """Return the two figures and their difference."""
    found = shown["compared"] or {}
    header = ("figure", "survey", "release", "value", "low", "high", "n", "verdict", "why_not")
    lines = []
    for name in ("later_figure", "earlier_figure"):
        each = found.get(name)
        if each is not None:
            lines.append((name, *(each[m] for m in ("survey", "release", "value", "low", "high", "n")), None, None))
    told = found.get("difference") or {}
    if found:
        ends = (told.get(name) for name in ("value", "low", "high"))
        lines.append(("difference", None, None, *ends, None, found["verdict"], found["why_not"]))
    return Table(header, lines)


PAGE = Page(
    "survey_compare",
    "/enkater/{survey}/jamfor",
    show,
    table,
    query=(EARLIER, QUESTION, INDEX, ANSWER),
    section="surveys",
)
