"""Gaps in what was decided: proposals nobody decided, delegated decisions nobody heard of, blank consequences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from projections.decisions import DECISIONS
from projections.documents import PROPOSALS
from projections.projection import Rows
from projections.views.answer import states
from projections.views.basis import CARD, MANDATORY, relied_on
from projections.views.delegations import FORCES, judged
from projections.views.gaps.gap import Gap, Rule, position
from projections.views.standing import addressee_outcome, appeal_clock, is_final_early

REPORT_FLAGS = frozenset({"unreported", "report_overdue"})


def _decisions(rows: Rows, force: str) -> Iterator[dict[str, Any]]:
    return (row.state for row in states(rows, DECISIONS.name) if row.state["force"] == force)


def _undecided(rows: Rows, on: str) -> Iterator[Gap]:
    for decision in _decisions(rows, "preparatory"):
        outcome = addressee_outcome(rows, decision)
        if outcome is not None and not outcome["decisions"]:
            yield Gap(_decision(decision), {"addressed_to": outcome["body"]}, (position(decision),))


def _proposals_undecided(rows: Rows, on: str) -> Iterator[Gap]:
    answered = {row.state["proposal"] for row in states(rows, DECISIONS.name)}
    for row in states(rows, PROPOSALS.name):
        if row.key not in answered:
            version = row.state["versions"][-1]
            yield Gap(f"proposal:{row.key}", {"to_body": version["to_body"]}, (position(version),))


def _unreported(rows: Rows, on: str) -> Iterator[Gap]:
    for decision in (each for force in FORCES for each in _decisions(rows, force)):
        if not REPORT_FLAGS.isdisjoint(judged(rows, decision, on)["flags"]):
            facts = {"to_body": decision["on_behalf_of"]} if decision["on_behalf_of"] else {}
            yield Gap(_decision(decision), facts, (position(decision),))


def _not_delegable(rows: Rows, on: str) -> Iterator[Gap]:
    for decision in _decisions(rows, "delegated"):
        standing = judged(rows, decision, on)
        if standing["barred_flags"]:
            facts = {"about": ", ".join(standing["barred_flags"]), "rule": standing["barred_by"]}
            yield Gap(_decision(decision), facts, (position(decision),))


def _final_early(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, DECISIONS.name):
        clock = appeal_clock(rows, row.state, on) if row.state["final"] is not None else None
        if clock is not None and is_final_early(row.state, clock, on):
            final = row.state["final"]
            yield Gap(
                _decision(row.state), {"final_on": final["on"], "appeal_until": clock["until"]}, (position(final),)
            )


def _relied_without_card(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, DECISIONS.name):
        for reliance in relied_on(rows, row.state, on):
            if reliance["kind"] == "survey" and reliance["quality"] != CARD:
                yield Gap(_decision(row.state), {"survey": reliance["id"]}, (position(row.state),))


def _blank_consequences(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, PROPOSALS.name):
        version = row.state["versions"][-1]
        stated = {each["kind"]: each for each in version["consequences"]}
        for kind in MANDATORY:
            said = stated.get(kind)
            if said is None:
                yield Gap(f"proposal:{row.key}", {"consequence": kind, "stated": "nothing"}, (position(version),))
            elif said["none_reason"] is not None:
                facts = {"consequence": kind, "stated": "none", "reason": said["none_reason"]}
                yield Gap(f"proposal:{row.key}", facts, (position(version),))
            elif kind == "economy" and said["amount"] is None:
                facts = {"consequence": kind, "stated": "no amount given"}
                yield Gap(f"proposal:{row.key}", facts, (position(version),))


def _decision(decision: dict[str, Any]) -> str:
    return f"decision:{decision['decision']}"


RULES = (
    Rule(
        "outcome_not_in_ledger",
        "A preparatory decision was addressed to a body, and no decision of that body in the matter is in the ledger.",
        _undecided,
    ),
    Rule("proposal_undecided", "No decision in the ledger answers a staff proposal.", _proposals_undecided),
    Rule(
        "delegated_unreported",
        "A delegated or urgent decision that is to be reported to the body was not reported by that day.",
        _unreported,
    ),
    Rule(
        "delegated_not_delegable",
        "A delegated decision is about what the law of its day does not let be delegated (KL 6:38), by what it says "
        "itself or by the clause it rests on.",
        _not_delegable,
    ),
    Rule(
        "final_before_clock",
        "A decision was declared final on a day on which it could still be appealed (KL 13:5).",
        _final_early,
    ),
    Rule(
        "survey_without_card",
        "A decision relies on a survey whose card was not published when it was made.",
        _relied_without_card,
    ),
    Rule(
        "consequence_left_open",
        "A staff proposal says nothing of a mandatory consequence, gives a reason for none, or names no amount.",
        _blank_consequences,
    ),
)
