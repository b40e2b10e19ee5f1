"""What figures and words a decision rests on, and what was said against them: surveys with their cards, dissents."""

from __future__ import annotations

from typing import Any

from projections.projection import Rows
from projections.references import day_of_moment
from projections.surveys import SURVEYS
from projections.views import criticism, surveys
from projections.views.answer import Page, picked, states
from projections.views.survey_response import RATE
from services.web.page import Shown

SHARES_MAX = 6
NEAREST_MAX = 3
CRITICISM_MAX = 200
CARD = ("sample_size", "missing", "stated_response", "earlier_response", "recorded", "fieldwork", "weights")


def card(rows: Rows, survey: str, on: str) -> Shown:
    """Return what is known of a survey: who was asked, who answered, shares with interval and bounds, what is missing.

    Where the ledger does not have the survey, `in_ledger` is False and everything else None or empty.
    """
    found = surveys.survey(rows, survey, on=on)
    if found is None:
        blank = dict.fromkeys(("title", "card", "rate", "stated", "warning", "definition"))
        return {"survey": survey, "in_ledger": False, **blank, "shares": [], "missing": [], "flags": []}
    newest = found["cards"][-1] if found["cards"] else None
    rate = next((each for each in found["response"]["rates"] if each["name"] == RATE and each["denominator"]), None)
    return {
        "survey": survey,
        "in_ledger": True,
        "title": found["survey"]["title"],
        "card": None if newest is None else picked(newest, *CARD),
        "rate": rate,
        "stated": found["response"]["stated"],
        "warning": found["response"]["warning"],
        "definition": found["definition"],
        "shares": [] if newest is None else _shares(found),
        "missing": [] if newest is None else newest["missing"],
        "flags": found["flags"],
    }


def _shares(found: Shown) -> list[Shown]:
    """Return the shares of everybody in the latest release that stands, each with its bounds where there are any."""
    standing = [each for each in found["releases"] if each["retracted"] is None]
    texts = {(each["question"], each["question_version"]): each for each in found["questions"]}
    shares: list[Shown] = []
    for table in standing[-1]["tables"] if standing else []:
        if table["kind"] != "share":
            continue
        question = texts.get((table["question"], table["question_version"]))
        shares += [_share(cell, question, standing[-1]) for cell in table["cells"] if _is_of_everybody(cell)]
    return shares[:SHARES_MAX]


def _is_of_everybody(cell: dict[str, Any]) -> bool:
    return cell["group"] is None and cell["value"] is not None and not cell["suppressed"]


def _share(cell: dict[str, Any], question: dict[str, Any] | None, release: dict[str, Any]) -> Shown:
    bounds = cell["bounds"] or {"low": None, "high": None}
    return {
        "answer": cell["answer"],
        "wordings": [] if question is None else question["wordings"],
        **picked(cell, "value", "low", "high", "n"),
        "least": bounds["low"],
        "most": bounds["high"],
        "recorded": release["recorded"],
    }


def of_that_year(rows: Rows, boards: set[str], year: str) -> list[str]:
    """Return the surveys that one of some bodies commissioned and that have a card, planned in a year, by id.

    They stand beside a dissent about surveys that the ledger does not have: nothing else in it tells how many answered.
    """
    return [
        row.key
        for row in states(rows, SURVEYS.name)
        if row.state["commissioner"] in boards
        and row.state["cards"]
        and day_of_moment(row.state["planned"])[:4] == year
    ][:NEAREST_MAX]


# --- What was said against it -------------------------------------------------------------------
def against(rows: Rows, decision: str) -> list[Shown]:
    """Return what criticises a decision: the words, who said them in which capacity, what they speak about, any answer."""
    found = criticism.criticism(rows, Page(CRITICISM_MAX), "decision", decision)["criticism"]
    names = ("input", "author_kind", "party", "role", "text", "status", "received", "answered", "events")
    return [picked(each, *names) | {"targets": _others(each, decision)} for each in found]


def _others(each: Shown, decision: str) -> list[Shown]:
    return [
        picked(target, "target_kind", "target", "in_ledger")
        for target in each["targets"]
        if (target["target_kind"], target["target"]) != ("decision", decision)
    ]


def surveys_spoken_of(criticised: list[Shown]) -> list[str]:
    """Return the surveys that criticism speaks about, each once."""
    return list(
        dict.fromkeys(
            target["target"] for each in criticised for target in each["targets"] if target["target_kind"] == "survey"
        )
    )
