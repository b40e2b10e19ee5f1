"""Two surveys on one measure: whether the change is real, noise, or the wording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from projections.indicators import INDICATORS
from projections.projection import Rows
from projections.references import day
from projections.statistics.intervals import Interval
from projections.statistics.waves import Difference, Estimate, Share, between_waves, share_difference, split_ballot
from projections.surveys import SURVEY_QUESTIONS, SURVEY_RELEASES, SURVEYS, question_key
from projections.views.answer import Answer, Definition, answer, state_of, states
from projections.views.surveys import quality

DEFINITION = Definition(
    "survey-comparisons",
    1,
    "Two released figures of one question or index, each with its card. Their difference is told, later minus earlier "
    "with a 95 % interval for independent samples, only when the later wording follows the earlier one and every step "
    "between them was declared comparable, neither the later card nor a measured indicator notes a break of the series "
    "between the two, and both have a standard error (or, for "
    "a share, a number of answers). Else the answer says why not: wording_changed, series_broken, "
    "comparability_not_stated, no_standard_error, self_selected, no_figure. The halves of a split ballot differ in wording on purpose; "
    "their difference is the effect of the wording. An interval that leaves 0 out is beyond chance.",
    (SURVEYS, SURVEY_QUESTIONS, SURVEY_RELEASES, INDICATORS),
)

STEPS_MAX = 100


def compare(
    rows: Rows, survey: str, earlier: str = "", question: str = "", index: str = "", answer_code: str = ""
) -> Answer | None:
    """Return the difference of one measure between two surveys, or of the halves of a split ballot where one is named."""
    later_state = state_of(rows, SURVEYS.name, survey)
    earlier_state = state_of(rows, SURVEYS.name, earlier or survey)
    if later_state is None or earlier_state is None:
        return None
    if earlier in {"", survey}:
        return _halves(rows, later_state, question, answer_code)
    why, reached = _why_not(rows, later_state, earlier_state, question, index)
    one = _figure(rows, later_state, question, index, answer_code)
    before = reached or {"question": question, "question_version": None}
    other = _figure(rows, earlier_state, before["question"], index, answer_code, before["question_version"])
    return _compared(rows, survey, earlier, question, index, answer_code, one, other, why, halves=False)


def misasked(rows: Rows, survey: str, earlier: str, question: str, index: str) -> tuple[str, str] | None:
    """Return the field that makes a comparison one of nothing, and why with the remedy; None where it is well asked."""
    if bool(question) is bool(index):
        return "question", "say what to compare: one of question and index"
    if earlier not in {"", survey} or state_of(rows, SURVEYS.name, survey) is None:
        return None
    if index:
        return "earlier", "an index is compared with that of an earlier survey; name that survey"
    halves = {row.state["split"] for row in states(rows, SURVEY_QUESTIONS.name, f"{survey}|{question}|")}
    if {"a", "b"} <= halves:
        return None
    return "earlier", f"{question} is no question of a split ballot; name the earlier survey"


def _halves(rows: Rows, state: dict[str, Any], question: str, code: str) -> Answer:
    """Return how the second wording of a split ballot differs from the first."""
    survey = state["survey"]
    versions = {
        row.state["split"]: row.state["question_version"]
        for row in states(rows, SURVEY_QUESTIONS.name, f"{survey}|{question}|")
        if row.state["split"] is not None
    }
    one = _figure(rows, state, question, "", code, versions.get("b", 0))
    other = _figure(rows, state, question, "", code, versions.get("a", 0))
    return _compared(rows, survey, survey, question, "", code, one, other, None, halves=True)


def _compared(
    rows: Rows,
    survey: str,
    earlier: str,
    question: str,
    index: str,
    code: str,
    one: Answer | None,
    other: Answer | None,
    why: str | None,
    *,
    halves: bool,
) -> Answer:
    told: Answer | None = None
    if one is None or other is None:
        why = why or "no_figure"
    elif one["quality"]["self_selected"] or other["quality"]["self_selected"]:
        why = why or "self_selected"
    if why is None and one is not None and other is not None:
        told = _difference(one, other, halves=halves)
        why = None if told is not None else "no_standard_error"
    return answer(
        rows,
        DEFINITION,
        survey=survey,
        earlier=earlier,
        question=question,
        index=index,
        answer_code=code,
        split_ballot=halves,
        verdict=_verdict(told),
        why_not=why,
        later_figure=one,
        earlier_figure=other,
        difference=told,
    )


def _verdict(told: Answer | None) -> str:
    if told is None:
        return "not_comparable"
    return "beyond_chance" if told["beyond_chance"] else "within_chance"


# --- The figures ------------------------------------------------------------------------------
def _figure(
    rows: Rows, state: dict[str, Any], question: str, index: str, code: str, version: int | None = None
) -> Answer | None:
    """Return the figure of everybody in the last release that holds one, with its card; None where there is none."""
    found = None
    released = [row.state for row in states(rows, SURVEY_RELEASES.name, f"{state['survey']}|")]
    for release in sorted(released, key=lambda each: int(each["recorded"]["position"])):
        card = next((each for each in state["cards"] if each["card"] == release["card"]), None)
        for table, cell in _cells(release):
            about = (table["question"] or "", table["index"] or "", cell["answer"] or "")
            if about == (question, index, code) and _of_version(table, version) and card is not None:
                found = _told(state, release, table, cell, card)
    return found


def _of_version(table: dict[str, Any], version: int | None) -> bool:
    """Tell whether a table is of a wording; one that names none takes all together."""
    return version is None or table["question_version"] in {None, version}


def _cells(release: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield every figure of everybody that is neither hidden nor taken back."""
    if release["retracted"] is None:
        for table in release["tables"]:
            for cell in table["cells"]:
                if cell["group"] is None and not cell["suppressed"] and cell["value"] is not None:
                    yield table, cell


def _told(
    state: dict[str, Any],
    release: dict[str, Any],
    table: dict[str, Any],
    cell: dict[str, Any],
    card: dict[str, Any],
) -> Answer:
    return {
        "survey": state["survey"],
        "title": state["title"],
        "release": release["release"],
        "table": table["table"],
        "kind": table["kind"],
        "question_version": table["question_version"],
        "quality": quality(card),
        "recorded": release["recorded"],
        **{name: cell[name] for name in ("value", "se", "low", "high", "n", "n_eff")},
    }


def _difference(one: Answer, other: Answer, *, halves: bool) -> Answer | None:
    if one["kind"] == other["kind"] == "share":
        return _of_shares(one, other)
    later, earlier = (Estimate(float(each["value"]), _number(each["se"])) for each in (one, other))
    found = split_ballot(later, earlier) if halves else between_waves(later, earlier, comparable=True)
    if not isinstance(found, Difference):
        return None
    return _shown(found.value, found.interval) | {
        "se": _text(found.standard_error),
        "z": _text(found.z),
        "p": _text(found.p),
    }


def _of_shares(one: Answer, other: Answer) -> Answer | None:
    sizes = [_number(each["n_eff"]) or each["n"] for each in (one, other)]
    if not all(sizes):
        return None
    first, second = (Share(float(each["value"]), float(n)) for each, n in zip((one, other), sizes, strict=True))
    shown = _shown(first.value - second.value, share_difference(first, second))
    return shown | {"se": None, "z": None, "p": None}


def _shown(value: float, interval: Interval) -> Answer:
    beyond = not interval.low <= 0 <= interval.high
    return {"value": _text(value), "low": _text(interval.low), "high": _text(interval.high), "beyond_chance": beyond}


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _text(value: float) -> str:
    return f"{value + 0.0:.4f}"


# --- Whether they may be compared -------------------------------------------------------------
def _why_not(
    rows: Rows, state: dict[str, Any], earlier: dict[str, Any], question: str, index: str
) -> tuple[str | None, dict[str, Any] | None]:
    """Return why two surveys cannot be compared on a measure, None where they can, and the earlier wording reached."""
    items = _items(rows, state["survey"], question, index)
    if _noted(state, items) or _broken(rows, state, earlier, items):
        return "series_broken", None
    if not items:
        return "comparability_not_stated", None
    reached = [_followed(rows, item, earlier["survey"]) for item in items]
    whys = [why for why, _ in reached if why is not None]
    why = "wording_changed" if "wording_changed" in whys else whys[0] if whys else None
    return why, reached[0][1] if question else None


def _noted(state: dict[str, Any], items: list[dict[str, Any]]) -> bool:
    """Tell whether the later card notes a break, of all or of one of the questions."""
    breaks = [each["question"] for card in state["cards"][-1:] for each in card["series_breaks"] or []]
    return any(each is None or each in {item["question"] for item in items} for each in breaks)


def _broken(rows: Rows, state: dict[str, Any], earlier: dict[str, Any], items: list[dict[str, Any]]) -> bool:
    """Tell whether the series of an indicator that is measured was broken between the two surveys."""
    begun, asked = _day(earlier), _day(state)
    named = {*state["indicators"], *(item["indicator"] for item in items if item["indicator"] is not None)}
    found = [state_of(rows, INDICATORS.name, indicator) for indicator in sorted(named)]
    breaks = [day(each["from_period"], "") for indicator in found if indicator for each in indicator["breaks"]]
    return any(begun < each <= asked for each in breaks)


def _day(state: dict[str, Any]) -> str:
    """Return the first day a survey may have been in the field, else was planned."""
    fieldwork = state["cards"][-1]["fieldwork"] if state["cards"] else None
    return day(fieldwork or state["planned"]["occurred"], state["planned"]["time"])


def _items(rows: Rows, survey: str, question: str, index: str) -> list[dict[str, Any]]:
    """Return the latest wording of the question, or of each question the index is made of."""
    latest = {row.state["question"]: row.state for row in states(rows, SURVEY_QUESTIONS.name, f"{survey}|")}
    if question:
        return [latest[question]] if question in latest else []
    return [each for each in latest.values() if index and index == (each["factor"] or each["role"])]


def _followed(rows: Rows, item: dict[str, Any], earlier: str) -> tuple[str | None, dict[str, Any] | None]:
    """Follow a wording back to one of the earlier survey; return what stands between, and that wording."""
    for _ in range(STEPS_MAX):
        before = item["changed_from"]
        if before is None:
            return "comparability_not_stated", None
        if item["comparable"] is not True:
            return ("wording_changed" if item["comparable"] is False else "comparability_not_stated"), None
        if before["survey"] == earlier:
            return None, before
        key = question_key(before["survey"], before["question"], before["question_version"])
        found = state_of(rows, SURVEY_QUESTIONS.name, key)
        if found is None:
            return "comparability_not_stated", None
        item = found
    return "comparability_not_stated", None
