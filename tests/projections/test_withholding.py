"""What withholds words now, and the very event that says so."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.documents.events import (
    DocumentDirection,
    DocumentKind,
    DocumentRegistered,
    DocumentStatus,
    MarkedPart,
    Republished,
    SecrecyLifted,
    SecrecyMarked,
    Unpublished,
)
from ledger.inputs.events import (
    AuthorKind,
    InputKind,
    InputModerated,
    InputReceived,
    InputRestored,
    InputRevised,
    InputWithdrawn,
    Verdict,
)
from ledger.messages import Event, Sealed
from projections.documents import DOCUMENTS, TAKEN_DOWN
from projections.inputs import INPUTS
from projections.rows.memory import MemoryRows
from projections.views.withholding import Withheld, why_withheld, withheld_by
from tests.projections.history import recorded

WORDS = Sealed.model_validate({"commit": "A" * 43, "class": "P"})
RECEIVED = InputReceived(
    input="i",
    kind=InputKind.PROPOSAL,
    channel="web",
    author="a",
    author_kind=AuthorKind.RESIDENT,
    text=WORDS,
    language="sv",
)
MODERATED = InputModerated(input="i", author="a", verdict=Verdict.REJECTED, by_role="m")
STEPS: list[Event] = [
    MODERATED,
    MODERATED.model_copy(update={"verdict": Verdict.ACCEPTED}),
    InputWithdrawn(input="i", author="a"),
    InputRestored(input="i", author="a", reason_code="r", by_role="m"),
    InputRevised(input="i", author="a", input_version=2, text=WORDS),
    Unpublished(target="position:1", reason_code="r", by_role="m"),
    Republished(target="position:1", by_role="m"),
]
LETTER = DocumentRegistered(
    document="d",
    title="Brev",
    language="sv",
    kind=DocumentKind.STAFF_LETTER,
    status=DocumentStatus.ESTABLISHED,
    direction=DocumentDirection.INTERNAL,
)
ENTRY: dict[str, Any] = {"type": "input-received.v1", "data": {"input": "i", "author": "a"}}


@given(steps=st.lists(st.sampled_from(STEPS), max_size=12))
def test_the_event_named_is_one_that_closes_these_words(steps: list[Event]) -> None:
    events = [RECEIVED, *steps]
    rows = MemoryRows(
        [INPUTS, DOCUMENTS, TAKEN_DOWN], (recorded(position, event) for position, event in enumerate(events, 1))
    )
    found = withheld_by(rows, 1, ENTRY, "/text", "author:a|P")
    assert why_withheld(rows, 1, ENTRY, "/text", "author:a|P") == (None if found is None else found.why)
    if found is None:
        assert not any(isinstance(each, InputWithdrawn) for each in events)
        return
    by = events[found.by - 1]
    later = events[found.by :]
    if found.why == "unpublished":
        assert isinstance(by, Unpublished) and not any(isinstance(each, Unpublished | Republished) for each in later)
    elif any(isinstance(each, InputWithdrawn) for each in events):
        assert isinstance(by, InputWithdrawn) and not any(isinstance(each, InputWithdrawn) for each in later)
    else:
        assert isinstance(by, InputModerated) and by.verdict is Verdict.REJECTED
        assert not any(isinstance(each, InputModerated | InputRestored) for each in later)


def test_of_several_marks_the_oldest_that_stands_is_named() -> None:
    mark = SecrecyMarked(mark="a", document="d", part=MarkedPart.QUOTES, provision="OSL 25:1", by_role="m")
    events: list[Event] = [LETTER, mark, mark.model_copy(update={"mark": "b", "part": MarkedPart.WHOLE})]
    entry = {"type": "passage-quoted.v1", "data": {"document": "d"}}

    def found(*more: Event) -> Withheld | None:
        rows = MemoryRows(
            [INPUTS, DOCUMENTS, TAKEN_DOWN], (recorded(at, event) for at, event in enumerate([*events, *more], 1))
        )
        return withheld_by(rows, 9, entry, "/text", "document:d|P")

    assert found() == Withheld("secret", 2)
    lifted = SecrecyLifted(mark="a", document="d", by_role="m")
    assert found(lifted) == Withheld("secret", 3)
    assert found(lifted, lifted.model_copy(update={"mark": "b"})) is None
    taken = Unpublished(target="document:d", reason_code="r", by_role="m")
    assert found(taken) == Withheld("unpublished", 4)
    assert found(taken, Republished(target="document:d", by_role="m")) == Withheld("secret", 2)
