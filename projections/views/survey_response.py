"""How many of a survey's sample answered, as far as anybody knows: rates, causes, and what is merely stated."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from projections.projection import Rows
from projections.statistics import rates
from projections.views.answer import Answer
from projections.views.rules import rule_on

WARNING = "response_warning_percent"
RATE = "svarsandel"
"""The response rate that is shown and warned by: answers by the sample without those it should not have held."""

EVERY_CASE = rates.Outcomes._fields
ANSWERED, COMPLETE = ("complete", "partial"), ("complete",)
ALL, ELIGIBLE, ESTIMATED = "all", "eligible", "estimated"
COUNTED = {
    "rr1": (rates.rr1, COMPLETE, ALL),
    "rr2": (rates.rr2, ANSWERED, ALL),
    "rr3": (rates.rr3, COMPLETE, ESTIMATED),
    "rr4": (rates.rr4, ANSWERED, ESTIMATED),
    "rr5": (rates.rr5, COMPLETE, ELIGIBLE),
    "rr6": (rates.rr6, ANSWERED, ELIGIBLE),
    RATE: (rates.svarsandel, ANSWERED, ALL),
}
"""Each rate, whom it counts as having answered, and its base: all but NE, the known eligible, or an estimate in between."""


def decimal(value: Fraction, places: int = 2) -> str:
    """Return a number as a decimal text, rounded half up, exactly."""
    scale = 10**places
    units = (2 * abs(value) * scale + 1) // 2
    sign = "-" if value < 0 and units else ""
    return f"{sign}{units // scale}.{units % scale:0{places}}" if places else f"{sign}{units}"


def percent(part: int, whole: int) -> str | None:
    """Return a share in percent with two decimals; None of nothing."""
    return decimal(Fraction(part, whole) * 100) if whole else None


def response(rows: Rows, card: dict[str, Any] | None, survey: dict[str, Any], on: str) -> Answer:
    """Return what is known of who answered: by the card, else by the latest statement of dispositions."""
    stated = card if card is not None else survey["dispositions"]
    known = dict.fromkeys(EVERY_CASE) if stated is None else stated["dispositions"]
    unknown = [name for name in EVERY_CASE if known[name] is None]
    cases = None if unknown else rates.Outcomes(**known)
    said = None if card is None else card["stated_response"]
    return {
        "basis": "counted" if cases is not None else "stated" if said is not None else "missing",
        "unknown": unknown,
        "rates": [] if cases is None else [_rate(name, cases) for name in COUNTED],
        "eligible_share": None if cases is None else _eligible_share(cases),
        "non_response": None if cases is None else _non_response(cases),
        "stated": said,
        "earlier": None if card is None else card["earlier_response"],
        "warning": _warning(rows, cases, said, survey["commissioner"], on),
    }


def _rate(name: str, cases: rates.Outcomes) -> Answer:
    rate, counted, base = COUNTED[name]
    value = rate(cases)
    bases = {ALL: cases.eligible + cases.unknown, ELIGIBLE: cases.eligible, ESTIMATED: None}
    return {
        "name": name,
        "numerator": sum(getattr(cases, each) for each in counted),
        "denominator": bases[base],
        "percent": None if value is None else decimal(value * 100),
    }


def _eligible_share(cases: rates.Outcomes) -> Answer:
    """Return e, by which rr3 and rr4 count the cases of unknown eligibility: eligible of those that are cleared up."""
    value = rates.e(cases)
    return {
        "numerator": cases.eligible,
        "denominator": cases.eligible + cases.ineligible,
        "percent": None if value is None else decimal(value * 100),
    }


def _non_response(cases: rates.Outcomes) -> Answer:
    """Return bortfall with its causes, in cases and in percent of n0 without övertäckning."""
    causes = rates.objektsbortfall(cases)._asdict()
    base = cases.sample - cases.ineligible
    total = sum(causes.values())
    return {
        "base": base,
        "total": total,
        "percent": percent(total, base),
        "causes": [{"cause": name, "count": n, "percent": percent(n, base)} for name, n in causes.items()],
    }


def _warning(
    rows: Rows, cases: rates.Outcomes | None, said: dict[str, Any] | None, commissioner: str, on: str
) -> Answer:
    """Return whether the response is under the percentage the body warns below; unknown where either is."""
    rule = rule_on(rows, WARNING, on, commissioner)
    limit = None if rule is None else rule["value"]
    is_low = None
    if limit is not None:
        is_low = rates.is_low(rates.svarsandel(cases), limit) if cases is not None else _stated_low(said, limit)
    return {
        "limit_percent": limit,
        "citation": None if rule is None else rule["citation"],
        "is_low": {None: "unknown", True: "yes", False: "no"}[is_low],
    }


def _stated_low(said: dict[str, Any] | None, limit: int) -> bool | None:
    """Tell from a stated rate, which may be no more than about, whether it lies under a limit."""
    if said is not None and said["maximum"] is not None and Fraction(said["maximum"]) <= limit:
        # "Just under 40" is under 40; 40 itself is under any limit above it.
        return Fraction(said["maximum"]) < limit or said["approximate"]
    if said is not None and said["minimum"] is not None and Fraction(said["minimum"]) >= limit:
        return False
    return None


def eligible(card: dict[str, Any] | None) -> int | None:
    """Return n0 without those who did not belong, the base of bounds; None where either is missing."""
    if card is None or card["sample_size"] is None or card["dispositions"]["ineligible"] is None:
        return None
    return int(card["sample_size"]) - int(card["dispositions"]["ineligible"])
