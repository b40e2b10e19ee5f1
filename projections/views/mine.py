"""Mine: what one person said, and what came of it. Asked by the ids that person alone holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from projections.commitments import COMMITMENTS
from projections.decisions import DECISIONS, DISPOSITIONS
from projections.inputs import INPUTS
from projections.petitions import AUTHORS
from projections.projection import Rows
from projections.responses import RESPONSES
from projections.views.answer import Answer, Definition, answer, picked, state_of, states
from projections.views.inputs import proposal

DEFINITION = Definition(
    "mine",
    1,
    "All inputs of the author ids and all inputs named, each once, in the order in which they were received, with what "
    "GetInput shows of each. Commitments are those a disposition of the input names or that were made to it. Due is "
    "what the body still owes on the day judged on: an answer not given, a disposition that stands out, a deferred or "
    "forwarded input whose day has not come, a commitment not delivered, an initiative not decided.",
    (AUTHORS, INPUTS, RESPONSES, DISPOSITIONS, DECISIONS, COMMITMENTS),
)

IDS_MAX = 100
PENDING = "pending"
SHOWN = ("input", "signing", "initiative", "stands_for", "support", "responses", "dispositions")


def mine(rows: Rows, authors: Iterable[str] = (), inputs: Iterable[str] = (), *, on: str) -> Answer:
    """Return what the holder of some author ids and input ids said, and what came of it, judged on a day.

    Ids the ledger does not know are passed over: the answer never tells whether somebody else's exist.
    """
    own = [_of_input(rows, each, on) for each in _own(rows, authors, inputs)]
    return answer(rows, DEFINITION, on=on, inputs=sorted(own, key=lambda each: each["input"]["received"]["position"]))


def mine_by(rows: Rows, author_or_input: str, *, on: str) -> Answer:
    """Return the same for one id, be it an author's or an input's."""
    return mine(rows, (author_or_input,), (author_or_input,), on=on)


def _own(rows: Rows, authors: Iterable[str], inputs: Iterable[str]) -> list[str]:
    written = [row.key.partition("|")[2] for author in authors for row in states(rows, AUTHORS.name, f"{author}|")]
    known = [each for each in inputs if state_of(rows, INPUTS.name, each) is not None]
    return list(dict.fromkeys([*written, *known]))


def _of_input(rows: Rows, input: str, on: str) -> Answer:
    whole = proposal(rows, input, on=on)
    assert whole is not None
    commitments = [
        _commitment(row.key, row.state, on) for row in states(rows, COMMITMENTS.name) if _for(row.state, input)
    ]
    shown = picked(whole, *SHOWN)
    return shown | {"commitments": commitments, "due": list(_due(shown, commitments, on))}


def _for(commitment: dict[str, Any], input: str) -> bool:
    return commitment["input"] == input or any(each["input"] == input for each in commitment["dispositions"])


def _commitment(commitment: str, state: dict[str, Any], on: str) -> Answer:
    delivered = any(not each["withdrawn"] for each in state["deliveries"])
    over = state["dropped"] is not None or delivered
    return {
        "commitment": commitment,
        **picked(state, "owner", "text", "due", "made"),
        "delivered": delivered,
        "dropped": state["dropped"] is not None,
        "overdue": not over and state["due"] is not None and state["due"] < on,
    }


# --- What is due --------------------------------------------------------------------------------
def _due(shown: Answer, commitments: list[Answer], on: str) -> Iterable[Answer]:
    """Yield what the body owes, with the day where there is one, and whether it has passed."""
    responses, initiative = shown["responses"], shown["initiative"]
    if responses is not None and responses["due"] is not None and responses["answer"] is None:
        yield _owed("response", None, responses["due"]["by"], on)
    for each in shown["dispositions"]:
        if each["code"] == PENDING:
            yield _owed("disposition", each["decision"], None, on)
        elif each["revisions"] and each["revisions"][-1]["due"] is not None:
            yield _owed(each["code"], each["decision"], each["revisions"][-1]["due"], on)
    for each in commitments:
        if not each["delivered"] and not each["dropped"]:
            yield _owed("commitment", each["commitment"], each["due"], on)
    if initiative is not None and initiative["decided"] is None:
        yield _owed("decision", None, initiative["due"], on)


def _owed(what: str, by: str | None, due: str | None, on: str) -> Answer:
    return {"what": what, "of": by, "due": due, "overdue": due is not None and due < on}
