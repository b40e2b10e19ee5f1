"""Governance: every adoption of every rule, and when it was repealed.

    rules   rule|body|valid_from   what the rule says, its citation, its validity; the body is empty for a rule of all

A later adoption ends an earlier one without touching it: that is told when a rule is looked up on a day.
"""

from __future__ import annotations

from typing import Any

from ledger.governance import RuleAdopted, RuleRepealed
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.references import external_id, moment


def _keys(event: Any) -> tuple[str, ...]:
    return (f"{event.rule}|{event.body or ''}|{event.valid_from}",)


def _rule(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        # Where an adoption was repealed from its first day, another may stand in its place.
        case RuleAdopted() as adopted, _:
            return _adopted(adopted, recorded)
        case RuleRepealed(on=on), dict():
            return state | {"repealed": moment(recorded) | {"on": on}}
    return state


def _adopted(adopted: RuleAdopted, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "rule": adopted.rule,
        "body": adopted.body,
        "value": adopted.value,
        "codes": list(adopted.codes),
        "unit": adopted.unit,
        "citation": adopted.citation,
        "valid_from": adopted.valid_from,
        "valid_to": adopted.valid_to,
        "external_id": external_id(recorded),
        "recorded": moment(recorded),
        "repealed": None,
    }


RULES = Projection(
    name="rules",
    version=1,
    types=(RuleAdopted, RuleRepealed),
    keys=_keys,
    apply=_rule,
)
