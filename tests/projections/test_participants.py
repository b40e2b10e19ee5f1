from __future__ import annotations

from typing import Any

from google.protobuf.json_format import ParseDict

from ledger.participants import (
    AccessAnswered,
    AccessOutcome,
    AccessRequested,
    ConsentGiven,
    ConsentWithdrawn,
    ErasureBasis,
    ErasureBegun,
    ErasureDecided,
    ErasureOutcome,
    ErasureRequested,
    KeyDestroyed,
    LegalHoldLifted,
    LegalHoldPlaced,
    RestrictionLifted,
    RestrictionSet,
)
from ledger.responses import ResponseCorrected, ResponseGiven
from participation.transparency.v1.participants_pb2 import GetErasureResponse
from projections.views.answer import Page
from projections.views.participants import erasure, erasures, participant
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN, decided, disposed, received

GAVE = ConsentGiven(participant="p1", purpose="publication")
WITHDREW = ConsentWithdrawn(participant="p1", purpose="publication")


def asked(request: str, by: str = "p1", **more: Any) -> ErasureRequested:
    return ErasureRequested(request=request, participant=by, scope=("public_words",), **more)


def granted(request: str, by: str = "p1", basis: ErasureBasis = ErasureBasis.CONSENT_WITHDRAWN) -> ErasureDecided:
    return ErasureDecided(
        request=request,
        participant=by,
        outcome=ErasureOutcome.GRANTED,
        by_role="data_protection_officer",
        basis=basis,
        keys=(f"author:{by}|P", f"author:{by}|S"),
    )


REFUSED = ErasureDecided(
    request="e2",
    participant="p2",
    outcome=ErasureOutcome.REFUSED,
    by_role="data_protection_officer",
    refusal_ground="public_record",
    reasons=SEALED,
)
BEGUN = ErasureBegun(request="e1", participant="p1", by_role="operator", matters=("m1",))
DONE = KeyDestroyed(
    request="e1", participant="p1", keys=("author:p1|P", "author:p1|S"), by_role="operator", matters=("m1",)
)
HISTORY = (GAVE, asked("e1"), asked("e2", "p2"), WITHDREW, granted("e1"), REFUSED, BEGUN, DONE, asked("e3", "p3"))


def test_69_erasures_are_shown_with_their_basis_their_keys_and_refusals_with_reasons() -> None:
    shown = erasures(rows_of(*HISTORY))
    assert shown["requests"]["value"] == 3
    assert shown["by_outcome"] == [
        {"outcome": "granted", "basis": "consent_withdrawn", "count": 1},
        {"outcome": "refused", "basis": "none", "count": 1},
        {"outcome": "undecided", "basis": "none", "count": 1},
    ]
    assert (shown["requests_carried_out"]["value"], shown["keys_destroyed"]["value"]) == (1, 2)
    first, second, third = shown["erasures"]
    assert first["status"] == "destroyed"
    assert (first["decided"]["basis"], first["decided"]["position"]) == ("consent_withdrawn", 5)
    assert (first["destroyed"]["keys"], first["destroyed"]["position"]) == (["author:p1|P", "author:p1|S"], 8)
    assert second["decided"]["refusal_ground"] == "public_record"
    assert second["decided"]["reasons"] == {"position": 6, "pointer": "/reasons"}
    assert (third["status"], third["decided"]) == ("undecided", None)
    # Who asked is not in the public list.
    assert "participant" not in first


def test_erasures_are_as_they_were_at_a_position() -> None:
    rows = rows_of(*HISTORY).at(6)
    shown = erasures(rows)
    assert [each["status"] for each in shown["erasures"]] == ["granted", "refused"]
    assert shown["keys_destroyed"]["value"] == 0
    begun = erasure(rows_of(*HISTORY).at(7), "e1")
    assert begun is not None
    assert begun["erasure"]["status"] == "begun"
    assert begun["erasure"]["begun"]["matters"] == ["m1"]


def test_erasures_are_listed_by_status_and_page() -> None:
    rows = rows_of(*HISTORY)
    assert [each["request"] for each in erasures(rows, status="refused")["erasures"]] == ["e2"]
    assert erasures(rows, Page(2))["next_page_token"]


def test_an_erasure_on_a_withdrawn_consent_that_nobody_withdrew_is_flagged() -> None:
    unsupported = erasure(rows_of(GAVE, asked("e1"), granted("e1")), "e1")
    supported = erasure(rows_of(GAVE, asked("e1"), WITHDREW, granted("e1")), "e1")
    by_law = erasure(rows_of(asked("e1"), granted("e1", basis=ErasureBasis.STATUTE)), "e1")
    flags = [each and each["erasure"]["basis_unsupported"] for each in (unsupported, supported, by_law)]
    assert flags == [True, False, False]


def test_holds_on_a_participant_stand_beside_the_request() -> None:
    held = LegalHoldPlaced(hold="h1", participant="p1", citation="Mål 1-16", by_role="archivist")
    elsewhere = LegalHoldPlaced(hold="h2", matter="m1", citation="Mål 2-16", by_role="archivist")
    lifted = LegalHoldLifted(hold="h1", participant="p1", by_role="archivist")
    shown = erasure(rows_of(asked("e1"), held, elsewhere), "e1")
    assert shown is not None
    assert [(each["hold"], each["lifted"]) for each in shown["holds"]] == [("h1", None)]
    later = erasure(rows_of(asked("e1"), held, elsewhere, lifted), "e1")
    assert later is not None
    assert later["holds"][0]["lifted"]["by_role"] == "archivist"


def test_a_participant_sees_what_was_asked_and_what_came_of_it() -> None:
    rows = rows_of(
        GAVE,
        AccessRequested(request="a1", participant="p1"),
        RestrictionSet(participant="p1", ground="accuracy_contested", by_role="registrar"),
        asked("e1", authors=("p1b",), text=SEALED),
        AccessAnswered(
            request="a1", participant="p1", outcome=AccessOutcome.PARTLY, by_role="registrar", reasons=SEALED
        ),
        WITHDREW,
    )
    shown = participant(rows, "p1")
    assert shown is not None
    known = shown["participant"]
    assert [(each["purpose"], each["withdrawn"]["position"]) for each in known["consents"]] == [("publication", 6)]
    assert known["accesses"][0]["answered"]["reasons"] == {"position": 5, "pointer": "/reasons"}
    assert known["erasures"][0]["authors"] == ["p1b"]
    assert known["erasures"][0]["text"] == {"position": 4, "pointer": "/text"}
    assert known["is_restricted"]
    restricted = RestrictionSet(participant="p1", ground="accuracy_contested", by_role="registrar")
    freed = participant(rows_of(restricted, RestrictionLifted(participant="p1", by_role="registrar")), "p1")
    assert freed is not None
    assert not freed["participant"]["is_restricted"]
    assert participant(rows, "p9") is None
    assert erasure(rows, "e9") is None


def test_what_the_office_wrote_about_the_words_is_named_by_its_position() -> None:
    history = (
        *TOWN,
        received("i1"),
        received("i2"),
        ResponseGiven(response="r1", input="i1", kind="answer", text=SEALED, by_office="Trafik"),
        ResponseCorrected(response="r1", input="i1", text=SEALED, reason=SEALED, revision=2),
        ResponseGiven(response="r2", input="i2", kind="answer", text=SEALED, by_office="Trafik"),
        decided("d1"),
        disposed("d1", "i1"),
        asked("e1", "p1", authors=("author-of-i1",)),
    )
    shown = erasure(rows_of(*history), "e1")
    assert shown is not None
    ParseDict(shown, GetErasureResponse())
    first = len(TOWN) + 3
    assert [(each["input"], each["kind"], each["id"], each["position"]) for each in shown["may_quote"]] == [
        ("i1", "response", "r1", first),
        ("i1", "response", "r1", first + 1),
        ("i1", "disposition", "d1", first + 4),
    ]
