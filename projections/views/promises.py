"""Promises of a process: what changed from one to the next, and what can be influenced on a day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.edtf import earliest, latest
from projections.references import day_of_moment
from projections.views.answer import Answer

LEVELS = ("inform", "consult", "involve", "collaborate", "empower")
"""From the least to the most influence; a level of another ladder is compared with none."""

SHRUNK = frozenset({"level_lowered", "can_change_dropped", "answer_postponed"})
"""Changes that take something back from those who take part."""


# --- One promise beside the one before it -------------------------------------------------------
def judged(state: dict[str, Any]) -> list[Answer]:
    """Return, for each promise of a process, what it changed and whether it took something back too late.

    Too late is after views began to come in: by the first phase of collecting or the first input.
    """
    began = began_collecting(state)
    found: list[Answer] = []
    for number, promise in enumerate(state["promises"], 1):
        changes = _changes(state["promises"][number - 2], promise) if number > 1 else []
        late = began is not None and _order(promise["recorded"]) > _order(began)
        flagged = [each for each in changes if late and each in SHRUNK]
        found.append({"number": number, "changes": changes, "after_collecting": late, "flags": flagged})
    return found


def began_collecting(state: dict[str, Any]) -> dict[str, Any] | None:
    """Return the moment from which people took part; None while nobody could."""
    moments = [phase["recorded"] for phase in state["phases"] if phase["phase"] == "collecting"]
    moments += [state["first_input"]] if state["first_input"] is not None else []
    return min(moments, key=_order, default=None)


def _order(moment: dict[str, Any]) -> tuple[str, int]:
    return (day_of_moment(moment), moment["position"])


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    changes = _levels(before, after)
    if set(before["can_change"]) - set(after["can_change"]):
        changes.append("can_change_dropped")
    if set(after["can_change"]) - set(before["can_change"]):
        changes.append("can_change_added")
    if before["decided_by"] != after["decided_by"]:
        changes.append("decider_changed")
    return changes + _answers(before["answer_due"], after["answer_due"])


def _levels(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    if before["ladder"] != after["ladder"]:
        return ["ladder_changed"]
    first, second = LEVELS.index(before["level"]), LEVELS.index(after["level"])
    return [] if first == second else ["level_lowered" if second < first else "level_raised"]


def _answers(before: str | None, after: str | None) -> list[str]:
    if before == after:
        return []
    return ["answer_postponed" if before is not None and (after is None or after > before) else "answer_sooner"]


# --- What can be influenced on a day ------------------------------------------------------------
def influence(state: dict[str, Any], on: str, channels: Iterable[str]) -> Answer:
    """Return whether a process takes in views on an ISO day, until when, at which level, and why not if not."""
    promise = state["promises"][-1] if state["promises"] else None
    phase = state["phases"][-1] if state["phases"] else None
    until, source = _until(state, phase)
    reason = _closed_because(state, promise, phase, on, until)
    terms = {} if promise is None else {name: promise[name] for name in _TERMS}
    return {
        "open": reason is None,
        "closed_because": reason,
        "on": on,
        "until": until,
        "until_source": source,
        "phase": None if phase is None else phase["phase"],
        "channels": list(channels),
        **terms,
    }


_TERMS = ("ladder", "level", "can_change", "cannot_change", "decided_by", "answer_due")


def _until(state: dict[str, Any], phase: dict[str, Any] | None) -> tuple[str | None, str | None]:
    if phase is not None and phase["until"] is not None:
        return phase["until"], "phase"
    last = None if state["period"] is None else latest(state["period"])
    return (None, None) if last is None else (last.isoformat(), "period")


def _closed_because(
    state: dict[str, Any], promise: dict[str, Any] | None, phase: dict[str, Any] | None, on: str, until: str | None
) -> str | None:
    """Return why nothing can be influenced on a day, the strongest reason first; None where something can."""
    first = None if state["period"] is None else earliest(state["period"])
    reasons = {
        "closed": state["status"] == "closed",
        "paused": is_paused(state),
        "no_promise": promise is None,
        "information_only": promise is not None and promise["level"] == "inform",
        "not_collecting": phase is not None and phase["phase"] != "collecting",
        "not_begun": first is not None and first.isoformat() > on,
        "ended": until is not None and until < on,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def is_paused(state: dict[str, Any]) -> bool:
    """Tell whether a process stands still."""
    return bool(state["pauses"]) and state["pauses"][-1]["resumed"] is None
