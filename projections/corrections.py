"""Corrections: their read model.

corrections    tag|position|correction    one field said to have been recorded wrongly
"""

from __future__ import annotations

from ledger.corrections import Corrected
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.references import moment, words


def _keys(event: Corrected) -> tuple[str, ...]:
    return (f"{event.tag}|{event.position:016d}|{event.correction}",)


def _correction(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case Corrected() as corrected, None:
            return {
                "correction": corrected.correction,
                "tag": corrected.tag,
                "position": corrected.position,
                "topic": corrected.topic_corrected,
                "pointer": corrected.pointer,
                "was": corrected.was,
                "becomes": corrected.becomes,
                "text": words(recorded, "/text", corrected.text),
                "reason": words(recorded, "/reason", corrected.reason),
                "by_role": corrected.by_role,
                "recorded": moment(recorded),
            }
    return state


CORRECTIONS = Projection(name="corrections", version=1, types=(Corrected,), keys=_keys, apply=_correction)
