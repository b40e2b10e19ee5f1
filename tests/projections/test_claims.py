"""Claims with their evidence or without, references, and criticism with whether anybody answered it."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from ledger.claims import (
    ClaimEvidenced,
    ClaimEvidenceKind,
    ClaimKind,
    ClaimRecorded,
    Evidence,
    ReferenceAsserted,
    ReferenceResolved,
    ReferenceTarget,
    ReferredThing,
    SaidIn,
)
from ledger.inputs.events import AuthorKind, InputKind, InputReceived
from ledger.inputs.links import CriticismLinked, CriticismTarget
from ledger.messages import Event, Source
from ledger.responses import ResponseGiven
from participation.transparency.v1.claims_pb2 import GetClaimResponse, ListClaimsResponse, ListReferencesResponse
from participation.transparency.v1.criticism_pb2 import ListCriticismResponse
from projections.catalogue import PROJECTIONS
from projections.views import claims, criticism, inputs
from projections.views.answer import Page, read_page_token
from projections.views.presence import READ_MODELS
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN, decided, disposed, received

SOURCE = Source(basis="document", document="0" * 64, anchor="lines 55-61")


def claimed(claim: str, **more: Any) -> ClaimRecorded:
    return ClaimRecorded(claim=claim, kind=more.pop("kind", ClaimKind.EFFECT), text=SEALED, **more)


def evidence(kind: ClaimEvidenceKind, id: str) -> Evidence:
    return Evidence(kind=kind, id=id)


# --- Claims -----------------------------------------------------------------------------------
def test_s3_19_x10_an_effect_claimed_without_a_measure_says_so_and_whose_claim_it_is() -> None:
    own = claimed("c1", by_body="au", document="letter", beneficiary="enheten", source=SOURCE)
    view = claims.claim(rows_of(*TOWN, own), "c1")
    assert view is not None
    ParseDict(view, GetClaimResponse())
    shown = view["claim"]
    assert (shown["without_evidence"], shown["by_body"], shown["perceived_by"]) == (True, "au", None)
    assert shown["recorded"]["source"]["anchor"] == "lines 55-61"
    assert SEALED.commit not in str(shown)


def test_evidence_added_later_stands_beside_the_first_and_says_whether_the_ledger_has_it() -> None:
    added = ClaimEvidenced(
        claim="c1", evidence=(evidence(ClaimEvidenceKind.INPUT, "i1"), evidence(ClaimEvidenceKind.EXTERNAL, "SCB"))
    )
    rows = rows_of(*TOWN, received("i1"), claimed("c1", evidence=(evidence(ClaimEvidenceKind.SURVEY, "nii"),)), added)
    view = claims.claim(rows, "c1")
    assert view is not None
    assert [(each["id"], each["in_ledger"]) for each in view["claim"]["evidence"]] == [
        ("nii", False),
        ("i1", True),
        ("SCB", False),
    ]
    proposal = inputs.proposal(rows, "i1", on="2016-06-01")
    assert proposal is not None
    assert proposal["claims"] == ["c1"]
    assert claims.claim(rows, "c2") is None


@pytest.mark.parametrize(
    "asked, expected",
    [
        ({}, ["c1", "c2", "c3"]),
        ({"without_evidence": True}, ["c1", "c3"]),
        ({"about": "letter"}, ["c1"]),
        ({"about": "letter", "about_kind": "matter"}, []),
        ({"about": "m1", "about_kind": "matter"}, ["c2"]),
        ({"kind": "intention"}, ["c3"]),
    ],
)
def test_claims_are_listed_by_what_they_are_about_and_what_they_lack(
    asked: dict[str, Any], expected: list[str]
) -> None:
    rows = rows_of(
        claimed("c1", document="letter"),
        claimed("c2", matter="m1", evidence=(evidence(ClaimEvidenceKind.SURVEY, "nii"),)),
        claimed("c3", kind=ClaimKind.INTENTION),
    )
    found: list[str] = []
    page = Page(size=1)
    while True:
        view = claims.claims(rows, page, **asked)
        ParseDict(view, ListClaimsResponse())
        found += [each["claim"] for each in view["claims"]]
        if not view["next_page_token"]:
            break
        page = Page(1, read_page_token(view["next_page_token"])[1])
    assert found == expected


def test_s1_17_x7_a_vote_that_is_not_in_the_ledger_stands_unverified_until_it_is_found() -> None:
    asserted = ReferenceAsserted(
        reference="r1",
        kind=ReferredThing.VOTE,
        what=SEALED,
        said_in_kind=SaidIn.DISSENT,
        said_in="n1",
        said_date="2012?",
        source=SOURCE,
    )
    resolved = ReferenceResolved(reference="r1", target_kind=ReferenceTarget.DECISION, target="d1", by_role="registrar")
    rows = rows_of(*TOWN, asserted, decided("d1"), resolved)
    before = claims.references(rows.at(5))
    ParseDict(before, ListReferencesResponse())
    (reference,) = before["references"]
    assert (reference["status"], reference["said_date"], reference["resolved"]) == (
        "asserted_unverified",
        "2012?",
        None,
    )
    assert claims.references(rows.at(5), status="resolved")["references"] == []
    (reference,) = claims.references(rows, status="resolved")["references"]
    assert (reference["status"], reference["resolved"]["target"]) == ("resolved", "d1")
    ParseDict(claims.references(rows), ListReferencesResponse())


# --- Criticism --------------------------------------------------------------------------------
def criticised(input: str, **more: Any) -> InputReceived:
    return received(input, AuthorKind.OFFICIAL, party="V", **more).model_copy(update={"kind": InputKind.CRITICISM})


def linked(input: str, kind: CriticismTarget, target: str) -> CriticismLinked:
    return CriticismLinked(input=input, target_kind=kind, target=target)


FOUR: tuple[Event, ...] = (
    *(criticised(each, source=SOURCE) for each in ("a", "b", "c", "d")),
    linked("a", CriticismTarget.SURVEY, "scb-2015"),
    linked("b", CriticismTarget.QUESTION, "q1"),
    linked("c", CriticismTarget.PROCESS, "p1"),
    linked("d", CriticismTarget.DECISION, "d1"),
)


def test_question_24_a_councillors_criticism_is_shown_with_its_target_and_that_nobody_answered() -> None:
    view = criticism.criticism(rows_of(*TOWN, *FOUR), not_answered=True)
    ParseDict(view, ListCriticismResponse())
    found = [(each["input"], each["party"], each["targets"][0]["target_kind"]) for each in view["criticism"]]
    assert found == [("a", "V", "survey"), ("b", "V", "question"), ("c", "V", "process"), ("d", "V", "decision")]
    assert [each["targets"][0]["in_ledger"] for each in view["criticism"]] == [False, False, True, False]
    assert all(each["received"]["source"]["anchor"] == "lines 55-61" for each in view["criticism"])


def test_s0_32_an_objection_to_a_question_is_answered_by_a_response_or_a_disposition() -> None:
    answered = ResponseGiven(response="r", input="b", kind="answer", text=SEALED, by_office="Enheten")
    receipt = ResponseGiven(response="r0", input="a", kind="receipt", text=SEALED, by_office="Enheten")
    rows = rows_of(*TOWN, *FOUR, receipt, answered, decided("d1"), disposed("d1", "c"))
    view = criticism.criticism(rows)
    ParseDict(view, ListCriticismResponse())
    assert {each["input"]: each["answered"] for each in view["criticism"]} == {
        "a": False,
        "b": True,
        "c": True,
        "d": False,
    }
    assert [each["input"] for each in criticism.criticism(rows, not_answered=True)["criticism"]] == ["a", "d"]
    assert view["criticism"][3]["targets"][0]["in_ledger"] is True
    assert [each["code"] for each in view["criticism"][3]["dispositions"]] == ["pending"]


def test_criticism_is_found_by_what_it_is_aimed_at_whatever_the_kind_of_the_input() -> None:
    rows = rows_of(*TOWN, *FOUR, received("e"), received("f"), linked("e", CriticismTarget.SURVEY, "scb-2015"))
    found = criticism.criticism(rows, target_kind="survey", target="scb-2015")["criticism"]
    assert [each["input"] for each in found] == ["a", "e"]
    assert [each["input"] for each in criticism.criticism(rows)["criticism"]] == ["a", "b", "c", "d", "e"]


def test_everything_that_can_be_looked_for_has_a_read_model() -> None:
    assert set(READ_MODELS.values()) <= {projection.name for projection in PROJECTIONS} | {"surveys", "indicators"}
