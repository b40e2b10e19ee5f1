"""Surveys as they are shown: the card with everything that is missing, who answered, wordings, and every release."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ledger.surveys.events import AnswerReceived, AnswerWithdrawn, ResultOrigin, SurveyDesign, TableKind
from projections.inputs import INPUTS
from projections.projection import Rows
from projections.statistics.intervals import manski
from projections.surveys import SURVEY_ANSWERS, SURVEY_LINKS, SURVEY_QUESTIONS, SURVEY_RELEASES, SURVEYS
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    figure,
    one_page,
    picked,
    state_of,
    states,
)
from projections.views.survey_response import decimal, eligible, percent, response

DEFINITION = Definition(
    "surveys",
    1,
    "A survey with its card, its wordings and its releases. What a card does not know is listed as missing. Rates are "
    "those of the American Association for Public Opinion Research (RR1 to RR6) and svarsandel, answered / (n0 - "
    "overcoverage), from the case dispositions of the latest card; where cases are not known, what a source states is "
    "shown instead. A release is shown as it was published, with the card it names, and a figure never without. The "
    "bounds of a share, [p r, p r + 1 - r], hold whatever those who did not answer would have said; they stand where "
    "everybody drawn is the base. Whoever answers an open survey chose to: such figures have neither interval nor "
    "bounds. A response under the percentage the body warns below is marked.",
    (SURVEYS, SURVEY_QUESTIONS, SURVEY_ANSWERS, SURVEY_RELEASES, SURVEY_LINKS, INPUTS),
)

DRAWN = {SurveyDesign.SRS, SurveyDesign.STRATIFIED}
"""Designs where chance drew the sample, so that an interval says something."""


def survey(rows: Rows, survey: str, *, on: str) -> Answer | None:
    """Return a survey with its cards, response, questions, releases, criticism and the decisions that rely on it."""
    state = state_of(rows, SURVEYS.name, survey)
    if state is None:
        return None
    card = state["cards"][-1] if state["cards"] else None
    questions = [_question(row.state) for row in states(rows, SURVEY_QUESTIONS.name, f"{survey}|")]
    released = [row.state for row in states(rows, SURVEY_RELEASES.name, f"{survey}|")]
    shown = response(rows, card, state, on)
    return answer(
        rows,
        DEFINITION,
        on=on,
        survey={name: value for name, value in state.items() if name not in {"cards", "releases", "retracted"}},
        self_selected=state["design"] == SurveyDesign.OPEN,
        cards=[_card(each) for each in state["cards"]],
        answers=_answers(rows, survey),
        response=shown,
        questions=questions,
        releases=[_release(each, state) for each in sorted(released, key=_position)],
        flags=_flags(rows, state, card, shown) + _figure_flags(rows, survey, questions, released),
        criticism=_criticism(rows, survey, questions),
        relied_on_by=_reliance(rows, state),
    )


def _position(release: dict[str, Any]) -> int:
    return int(release["recorded"]["position"])


# --- The card ---------------------------------------------------------------------------------
def _card(card: dict[str, Any]) -> Answer:
    items = card["item_nonresponse"] or []
    shown = [each | {"percent": percent(each["missing"], each["eligible"])} for each in items]
    return card | {"item_nonresponse": shown, "series_breaks": card["series_breaks"] or []}


def _answers(rows: Rows, survey: str) -> Answer:
    """Return how many answers came and stand. Their content is private and only in releases."""
    counts = rows.figures(SURVEY_ANSWERS.name, f"{survey}|")
    tag = f"survey:{survey}"
    modes = [
        {"mode": name.rpartition("|")[2], "count": count}
        for name, count in sorted(counts.items())
        if name.startswith(f"{survey}|mode|")
    ]
    return {
        "complete": figure(counts.get(f"{survey}|complete", 0), (AnswerReceived,), tag),
        "partial": figure(counts.get(f"{survey}|partial", 0), (AnswerReceived,), tag),
        "withdrawn": figure(counts.get(f"{survey}|withdrawn", 0), (AnswerWithdrawn,), tag),
        "by_mode": modes,
    }


def _flags(rows: Rows, state: dict[str, Any], card: dict[str, Any] | None, shown: Answer) -> list[str]:
    """Return what does not fit, by code; nothing of it was refused when it was recorded."""
    stated = state["dispositions"]
    cases = {} if stated is None else {name: n for name, n in stated["dispositions"].items() if n is not None}
    received = rows.figures(SURVEY_ANSWERS.name, f"{state['survey']}|").get(f"{state['survey']}|complete", 0)
    size = None if state["sample"] is None else state["sample"]["size"]
    frame = None if state["frame"] is None else state["frame"]["size"]
    found = {
        "no_card": card is None,
        "self_selected": state["design"] == SurveyDesign.OPEN,
        "response_low": shown["warning"]["is_low"] == "yes",
        "response_missing": shown["basis"] == "missing",
        "cases_differ_from_sample": len(cases) == len(shown["unknown"]) + len(cases) > 0
        and state["sample"] is not None
        and sum(cases.values()) != state["sample"]["size"],
        "sample_above_frame": size is not None and frame is not None and size > frame,
        "invitations_above_sample": size is not None
        and any((wave["count"] or 0) > size for wave in state["invitations"]),
        "answers_differ_from_cases": bool(received or state["invitations"])
        and "complete" in cases
        and cases["complete"] != received,
        "all_results_retracted": state["status"] == "retracted",
    }
    return [name for name, holds in found.items() if holds]


def _figure_flags(rows: Rows, survey: str, questions: list[Answer], released: list[dict[str, Any]]) -> list[str]:
    """Return what does not fit in figures that stand, by code: more answers than came, or a value no answers give."""
    counts = rows.figures(SURVEY_ANSWERS.name, f"{survey}|")
    received = sum(counts.get(f"{survey}|{name}", 0) for name in ("complete", "partial", "withdrawn"))
    tables = [table for release in released if release["retracted"] is None for table in release["tables"]]
    above = any(
        max(cell["count"] or 0, cell["n"] or 0, cell["denominator"] or 0) > received
        for table in tables
        for cell in table["cells"]
    )
    outside = any(
        cell["value"] is not None and not least <= Fraction(cell["value"]) <= most
        for table in tables
        for least, most in _limits(table, questions)
        for cell in table["cells"]
    )
    found = {"figures_above_answers": bool(received) and above, "figures_outside_scale": outside}
    return [name for name, holds in found.items() if holds]


SCALES = {TableKind.SHARE: (0, 1), TableKind.INDEX: (0, 100)}


def _limits(table: dict[str, Any], questions: list[Answer]) -> list[tuple[int, int]]:
    """Return what a table's values lie between; nothing where nobody knows."""
    if table["kind"] != TableKind.MEAN:
        return [SCALES[kind] for kind in SCALES if kind == table["kind"]]
    scales = [
        each["scale"]
        for each in questions
        if each["question"] == table["question"] and table["question_version"] in {None, each["question_version"]}
    ]
    limits = [(each["minimum"], each["maximum"]) for each in scales if each["maximum"] is not None]
    return [(min(least for least, _ in limits), max(most for _, most in limits))] if limits else []


# --- Questions --------------------------------------------------------------------------------
def _question(question: dict[str, Any]) -> Answer:
    return question | {"comparability": comparability(question)}


def comparability(question: dict[str, Any]) -> str:
    """Return whether a wording may be compared with the one it follows: first, comparable, not_comparable, not_stated."""
    if question["changed_from"] is None:
        return "first"
    return {True: "comparable", False: "not_comparable", None: "not_stated"}[question["comparable"]]


# --- Releases ---------------------------------------------------------------------------------
def _release(release: dict[str, Any], state: dict[str, Any]) -> Answer:
    """Return a release with its quality in parts, and bounds beside every share of the whole sample."""
    card = next((each for each in state["cards"] if each["card"] == release["card"]), None)
    base = None if state["design"] == SurveyDesign.OPEN else eligible(card)
    tables = [
        table
        | {
            "weighted": _weighted(table, release, state, card),
            "cells": [_cell(each, table, base) for each in table["cells"]],
        }
        for table in release["tables"]
    ]
    return release | {"quality": quality(card), "tables": tables}


def _weighted(
    table: dict[str, Any], release: dict[str, Any], state: dict[str, Any], card: dict[str, Any] | None
) -> bool | None:
    """Tell whether a table's values are weighted, as its counts never are; None where only its source may know."""
    if release["origin"] != ResultOrigin.OWN:
        return None
    weights = state["weights"]
    # Weights may have been computed anew since; the card of the release knows of those before.
    known = weights is not None and weights["recorded"]["position"] < release["recorded"]["position"]
    return table["kind"] != TableKind.COUNT and (known or (card is not None and card["deff"] is not None))


def _cell(cell: dict[str, Any], table: dict[str, Any], base: int | None) -> Answer:
    bounds = None
    of_everybody = cell["group"] is None and cell["denominator"]
    if table["kind"] == TableKind.SHARE and of_everybody and base is not None and cell["denominator"] <= base:
        found = manski(Fraction(cell["numerator"], cell["denominator"]), Fraction(cell["denominator"], base))
        bounds = {"low": decimal(found[0], 4), "high": decimal(found[1], 4)}
    return cell | {"bounds": bounds}


def quality(card: dict[str, Any] | None) -> Answer | None:
    """Return the parts of the sentence that goes with every figure; None where no card is known, and no figure then."""
    if card is None:
        return None
    cases, base = card["dispositions"], eligible(card)
    known = cases["complete"] is not None and cases["partial"] is not None
    answered = cases["complete"] + cases["partial"] if known else None
    return {
        "card": card["card"],
        "self_selected": card["design"] == SurveyDesign.OPEN,
        "answered": answered,
        "eligible": base,
        "percent": None if answered is None or base is None else percent(answered, base),
        "stated_response": card["stated_response"],
        "interval_percent": 95 if card["design"] in DRAWN else None,
        "modes": card["modes"],
        "weights": card["weights"],
        "deff": card["deff"],
        "missing": card["missing"],
    }


# --- Who speaks about it, who relies on it ----------------------------------------------------
def _criticism(rows: Rows, survey: str, questions: list[Answer]) -> list[Answer]:
    places = [f"survey|{survey}", *dict.fromkeys(f"question|{each['question']}" for each in questions)]
    found = [row.state for place in places for row in states(rows, SURVEY_LINKS.name, f"{place}|criticism|")]
    return [each | {"status": _status(rows, each["input"])} for each in found]


def _status(rows: Rows, input: str) -> str:
    state = state_of(rows, INPUTS.name, input)
    return "not_in_ledger" if state is None else str(state["status"])


def _reliance(rows: Rows, state: dict[str, Any]) -> list[Answer]:
    """Return the decisions that rely on the survey, each with the card that was there to be judged by, 0 for none."""
    found = [row.state for row in states(rows, SURVEY_LINKS.name, f"survey|{state['survey']}|decision|")]
    return [each | {"card_then": _card_before(state, each["recorded"]["position"])} for each in found]


def _card_before(state: dict[str, Any], position: int) -> int:
    return max((each["card"] for each in state["cards"] if each["recorded"]["position"] < position), default=0)


# --- Lists ------------------------------------------------------------------------------------
def surveys(rows: Rows, page: Page = FIRST_PAGE) -> Answer:
    """Return a page of surveys, in the order of their ids; figures stand with their card only."""
    names = ("survey", "title", "commissioner", "conductor", "population", "design", "status", "planned")
    found = states(rows, SURVEYS.name, after=page.after)
    items, token = one_page(
        rows, found, page, lambda row: picked(row.state, *names) | {"cards": len(row.state["cards"])}
    )
    return answer(rows, DEFINITION, surveys=items, next_page_token=token)
