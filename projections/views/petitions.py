"""How an input is signed, and when an initiative is to be decided: both judged on a day, by the rules of that day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ledger.inputs.events import SupportGiven, SupportWithdrawn
from ledger.inputs.petitions import SignaturesCounted, SignaturesHeld, SignaturesInvalidated
from projections.decisions import DECISIONS
from projections.inputs import LIVE, SUPPORTS
from projections.petitions import SIGNATURES
from projections.projection import Rows
from projections.references import day_of_moment, swedish_day
from projections.views.answer import Answer, figure, picked, state_of, states
from projections.views.deadlines import days_between, shifted
from projections.views.rules import rule_on

DAYS_BY_HOUR = 31
"""How many days a curve may span to be shown by the hour as well."""

PERCENT_RULE, WINDOW_RULE = "popular_initiative_percent", "popular_initiative_days"
OPEN_RULE = "petition_open_days"
FOREVER = "9999-12-31"
DECISION_RULE = "initiative_decision_days"
DECIDING = frozenset({"decided", "delegated", "urgent"})


# --- Signing ----------------------------------------------------------------------------------
def signing(rows: Rows, state: dict[str, Any], on: str) -> Answer | None:
    """Return how an input is signed: terms, thresholds, signatures, the curve and its falls; None where it is not."""
    opened = state["signing"]
    if opened is None:
        return None
    last, last_by = _last(rows, state)
    span = ("" if opened["opens"] is None else _day(opened["opens"]), last or FOREVER)
    is_here = opened["held"] == SignaturesHeld.LEDGER
    days, hours, falls = _here(rows, state, span) if is_here else _elsewhere(rows, state)
    signatures = days[-1]["count"] if days else 0
    window = _window(rows, state, on)
    valid = _valid(days, window, on) if is_here else None
    thresholds = [_threshold(rows, state, rule, signatures if valid is None else valid, days) for rule in _rules(state)]
    return {
        **picked(opened, "held", "electorate", "opens", "closes", "closed", "recorded"),
        "last_day": last,
        "last_day_by": last_by,
        "window": window,
        "signatures": _figure(state, opened["held"], signatures),
        "valid": valid,
        "thresholds": thresholds,
        "status": _status(state, thresholds, span, on),
        "days": days,
        "hours": hours if len(days) <= DAYS_BY_HOUR else [],
        "falls": falls,
    }


def _figure(state: dict[str, Any], held: str, signatures: int) -> Answer:
    tag = f"input:{state['input']}"
    if held == SignaturesHeld.LEDGER:
        return figure(signatures, (SupportGiven, SupportWithdrawn), tag)
    return figure(signatures, (SignaturesCounted, SignaturesInvalidated), tag)


def _here(rows: Rows, state: dict[str, Any], span: tuple[str, str]) -> tuple[list[Answer], list[Answer], list[Answer]]:
    """Return the sum, day by day, of those who stand behind the input now, each on the day they signed."""
    given = rows.figures(SUPPORTS.name, f"{state['input']}|day|")
    first, last = span
    days, total = [], 0
    for name, number in sorted(given.items()):
        signed = name.rsplit("|", 1)[1]
        if first <= signed <= last:
            total += number
            days.append({"day": signed, "count": total})
    return days, [], []


def _elsewhere(rows: Rows, state: dict[str, Any]) -> tuple[list[Answer], list[Answer], list[Answer]]:
    """Return the last count of every day and hour (UTC), and every fall."""
    days, hours, falls = {}, {}, []
    for row in states(rows, SIGNATURES.name, f"{state['input']}|"):
        falls += row.state["falls"]
        for each in row.state["hours"]:
            hours[each["hour"]] = each
            days[each["at"][:10]] = {"day": each["at"][:10], "count": each["count"]}
    return list(days.values()), list(hours.values()), falls


def _last(rows: Rows, state: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return the last Swedish day on which an input can be signed, and by what: its close, its terms, a rule; None without."""
    opened = state["signing"]
    began = day_of_moment(opened["recorded"]) if opened["opens"] is None else _day(opened["opens"])
    rule = rule_on(rows, OPEN_RULE, began) if state["instrument"] == "e_petition" else None
    known = [
        (None if opened["closed"] is None else day_of_moment(opened["closed"]), "closed"),
        (None if opened["closes"] is None else _day(opened["closes"]), "terms"),
    ]
    if opened["closes"] is None and rule is not None and rule["value"] is not None:
        known.append((shifted(began, rule["value"]), "rule"))
    return min(((day, by) for day, by in known if day is not None), default=(None, None))


def _day(instant: str) -> str:
    return swedish_day(datetime.fromisoformat(instant)).isoformat()


def _window(rows: Rows, state: dict[str, Any], on: str) -> Answer | None:
    """Return for how many days a signature is valid, by the signing's own terms or by a rule, and from which day on.

    It is counted back from the day the input was put before a body, else from the day judged on.
    """
    days, citation = state["signing"]["window_days"], None
    if days is None and state["instrument"] == "popular_initiative":
        rule = rule_on(rows, WINDOW_RULE, on)
        days, citation = (None, None) if rule is None else (rule["value"], rule["citation"])
    if days is None:
        return None
    until = _submitted(state) or on
    return {"days": days, "citation": citation, "from_day": shifted(until, 1 - days), "until_day": until}


def _submitted(state: dict[str, Any]) -> str | None:
    """Return the first day the input was put before a body."""
    days = [each["on"] or day_of_moment(each["recorded"]) for each in state["submitted"]]
    return min(days, default=None)


def _valid(days: list[Answer], window: Answer | None, on: str) -> int:
    """Return how many signatures of the ledger are valid: given within the window, and by the day judged on."""
    until = on if window is None else window["until_day"]
    until_then = max((each["count"] for each in days if each["day"] <= until), default=0)
    if window is None:
        return until_then
    too_old = max((each["count"] for each in days if each["day"] < window["from_day"]), default=0)
    return max(0, until_then - too_old)


# --- Thresholds -------------------------------------------------------------------------------
def _rules(state: dict[str, Any]) -> Iterable[str]:
    """Return every rule that asks for a number of signatures or was reached, each once."""
    stated = [each["rule"] for each in state["signing"]["thresholds"]]
    by_law = [PERCENT_RULE] if state["instrument"] == "popular_initiative" else []
    return dict.fromkeys([*stated, *by_law, *(each["rule"] for each in state["thresholds"])])


def _threshold(rows: Rows, state: dict[str, Any], rule: str, signatures: int, days: list[Answer]) -> Answer:
    asked = _asked(rows, state, rule)
    recorded = next((each for each in state["thresholds"] if each["rule"] == rule), None)
    if recorded is not None:
        reached = {"basis": "recorded", **picked(recorded, "signatures", "recorded"), "day": None}
        return {"rule": rule, **asked, "reached": reached | {"day": day_of_moment(recorded["recorded"])}}
    number = asked["signatures"]
    if number is None or signatures < number:
        return {"rule": rule, **asked, "reached": None}
    first = next((each["day"] for each in days if each["count"] >= number), None)
    derived = {"basis": "derived", "signatures": signatures, "recorded": None, "day": first}
    return {"rule": rule, **asked, "reached": derived}


def _asked(rows: Rows, state: dict[str, Any], rule: str) -> Answer:
    """Return the number of signatures a rule asks for, and who says so: the signing's terms, a rule, or nobody."""
    opened = state["signing"]
    own = next((each["signatures"] for each in opened["thresholds"] if each["rule"] == rule), None)
    if own is not None:
        return {"signatures": own, "stated_by": "signing", "citation": None}
    began = opened["opens"]
    adopted = rule_on(rows, rule, day_of_moment(opened["recorded"]) if began is None else _day(began))
    if adopted is None or adopted["value"] is None:
        return {"signatures": None, "stated_by": None, "citation": None}
    number = adopted["value"]
    if adopted["unit"] == "percent":
        # Rounded up: a share that is not reached by a whole person is not reached.
        number = None if opened["electorate"] is None else -(-opened["electorate"] * number // 100)
    return {"signatures": number, "stated_by": None if number is None else "rule", "citation": adopted["citation"]}


def _status(state: dict[str, Any], thresholds: list[Answer], span: tuple[str, str], on: str) -> str:
    """Return where the signing stands at the end of a day; what was not reached can lapse only where a number is known."""
    first, last = span
    # What a signing states leads somewhere; a rule that was reached besides, such as the number for a check, does not.
    stated = {each["rule"] for each in state["signing"]["thresholds"]} | {PERCENT_RULE}
    counting = [each for each in thresholds if each["rule"] in stated or stated == {PERCENT_RULE}]
    if state["submitted"]:
        return "submitted"
    if state["status"] not in LIVE:
        return "closed"
    if any(each["reached"] is not None for each in counting):
        return "qualified"
    if first > on:
        return "not_open"
    if last > on:
        return "open"
    return "lapsed" if any(each["signatures"] is not None for each in counting) else "closed"


# --- Citizens' initiatives ----------------------------------------------------------------------
def initiative(rows: Rows, state: dict[str, Any], on: str) -> Answer | None:
    """Return by when a citizens' initiative is to be decided, judged on a day; None for any other input."""
    if state["instrument"] != "resident_initiative":
        return None
    received = day_of_moment(state["received"])
    rule = rule_on(rows, DECISION_RULE, received)
    due = None if rule is None or rule["value"] is None else shifted(received, rule["value"])
    decided, delegated = _decided(rows, state)
    late = None if due is None else max(0, days_between(due, decided or on))
    return {
        "received": received,
        "citation": None if rule is None else rule["citation"],
        "due": due,
        "decided": decided,
        "days_late": late,
        "by_delegation": delegated,
        "eligible": bool(state["eligibility"]),
    }


def _decided(rows: Rows, state: dict[str, Any]) -> tuple[str | None, bool]:
    """Return the first day on which a decision that is more than a proposal answered it, and whether any was delegated."""
    known = [found for each in state["decisions"] if (found := state_of(rows, DECISIONS.name, each)) is not None]
    deciding = [each for each in known if each["force"] in DECIDING]
    days = [each["meeting_date"] or day_of_moment(each["recorded"]) for each in deciding]
    return min(days, default=None), any(each["force"] == "delegated" for each in deciding)


# --- What reality did against the rules -----------------------------------------------------------
def flags(state: dict[str, Any], signed: Answer | None, deadline: Answer | None) -> list[str]:
    """Return codes of what was recorded although a rule speaks against it, for an auditor to look at."""
    submitted = min((each["recorded"]["position"] for each in state["submitted"]), default=None)
    found = {
        "submitted_below_threshold": submitted is not None and signed is not None and _below(signed),
        "submitted_without_eligibility": submitted is not None
        and state["instrument"] in {"resident_initiative", "popular_initiative"}
        and not state["eligibility"],
        "withdrawn_after_submission": submitted is not None
        and any(
            each["status"] in {"withdrawn", "merged"} and each["recorded"]["position"] > submitted
            for each in state["life"]
        ),
        "revised_while_signed": signed is not None
        and any(each["recorded"]["position"] > signed["recorded"]["position"] for each in state["versions"]),
        "decided_late": deadline is not None and deadline["decided"] is not None and bool(deadline["days_late"]),
        "decided_by_delegation": deadline is not None and deadline["by_delegation"],
    }
    return [code for code, holds in found.items() if holds]


def _below(signed: Answer) -> bool:
    known = [each for each in signed["thresholds"] if each["signatures"] is not None]
    return bool(known) and all(each["reached"] is None for each in known)
