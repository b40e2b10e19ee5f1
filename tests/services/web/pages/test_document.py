"""Documents: the card with its fingerprint, what is attached, and what is withheld and why."""

from __future__ import annotations

from services.web.page import Shown
from services.web.pages import document, documents
from tests.projections.test_documents import FIRST, LETTER, SECOND, WHOLE, registered
from tests.projections.town import TOWN
from tests.services.web.pages.seen import HOSTILE, drawn, shown

FILED = (*TOWN, LETTER, FIRST, SECOND)


def seen(*events: object, name: str = "letter") -> Shown:
    data = shown(document.PAGE, events, {"document": name})  # type: ignore[arg-type]
    assert data is not None
    return data


def test_attachments_stand_under_their_document_in_order() -> None:
    data = seen(*FILED)
    assert [row[0] for row in document.table(data).rows] == ["letter", "report", "konsten"]
    read = drawn(document.PAGE, data)
    assert read.text.index("Attachment 1: Report") < read.text.index("Attachment 2: Konsten")
    assert "a copy cannot be checked" in read.lead


def test_a_fingerprint_is_shown() -> None:
    data = seen(*TOWN, registered("plan", sha256="b" * 64), name="plan")
    read = drawn(document.PAGE, data)
    assert read.lead == "The ledger holds the fingerprint of this document."
    assert "b" * 64 in read.text


def test_what_is_secret_is_not_shown_anywhere() -> None:
    data = seen(*FILED, WHOLE)
    read = drawn(document.PAGE, data)
    assert "Letter" not in read.text
    assert "Not shown: title. Reason: secret." in read.text
    listed = shown(documents.PAGE, (*FILED, WHOLE))
    assert listed is not None
    assert "Letter" not in drawn(documents.PAGE, listed).text
    assert "Letter" not in drawn(document.PAGE, seen(*FILED, WHOLE, name="report")).text


def test_hostile_words_are_words() -> None:
    events = (*TOWN, registered("plan", title=HOSTILE))
    listed = shown(documents.PAGE, events, nummer=HOSTILE)
    assert listed is not None
    assert listed["documents"] == []
    drawn(documents.PAGE, listed)
    assert HOSTILE in drawn(document.PAGE, seen(*events, name="plan")).text
