"""Documents, staff proposals and dossiers as they are shown: trees, numbers, what is withheld, what was said."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.decisions.pieces import BasisDocument
from ledger.documents.events import (
    Consequence,
    ConsequenceKind,
    DocumentForwarded,
    DocumentNumbered,
    DocumentPlaced,
    DocumentRegistered,
    Evidence,
    EvidenceKind,
    ForwardAcknowledged,
    ForwardPurpose,
    MarkedPart,
    PassageQuoted,
    ProposedClause,
    ProposedVerb,
    Republished,
    SecrecyLifted,
    SecrecyMarked,
    Signatory,
    StaffProposalSubmitted,
    Unpublished,
)
from ledger.fields import ExternalNumber
from ledger.inputs.events import AuthorKind, InputWithdrawn
from ledger.matters import MatterClosed, MatterKind, MatterLinked, MatterOpened, MatterRelation
from ledger.messages import Event, Source
from projections.references import number_form, number_stem
from projections.views import decisions, documents, matters
from projections.views.answer import Page, read_page_token
from tests.projections.history import rows_of
from tests.projections.town import MATTER, SEALED, TOWN, decided, received

ACT = ExternalNumber(scheme="dnr", value="KFKS 2015/174-001")


def registered(document: str, matter: str | None = "m1", **more: Any) -> DocumentRegistered:
    """Return a document of the matter m1."""
    terms = {"title": document.title(), "language": "sv", "kind": "report", "status": "established"}
    return DocumentRegistered(document=document, matter=matter, **terms | {"direction": "internal"} | more)


LETTER = registered("letter", kind="staff_letter", document_date="2015-04-27", signed_by=(Signatory(subject="s"),))
FIRST = registered("report", None, parent="letter", attachment_number=1)
SECOND = registered("konsten", None, parent="letter", attachment_number=2)
WHOLE = SecrecyMarked(mark="s", document="letter", part=MarkedPart.WHOLE, provision="OSL 25:1", by_role="registrator")


def dossier(*events: Event, matter: str = "m1", on: str | None = None) -> dict[str, Any]:
    view = matters.matter(rows_of(*events), matter, on)
    assert view is not None
    return view


def shown(*events: Event, document: str = "letter") -> dict[str, Any]:
    view = documents.document(rows_of(*TOWN, *events), document)
    assert view is not None
    found: dict[str, Any] = view["document"]
    return found


# --- The tree -----------------------------------------------------------------------------------
def test_s0_16_s0_22_s2_29_s3_37_the_dossier_holds_its_documents_as_a_tree_by_number_of_attachment() -> None:
    view = dossier(*TOWN, LETTER, SECOND, FIRST)
    assert [node["document"] for node in view["documents"]] == ["letter"]
    assert [node["document"] for node in view["documents"][0]["attachments"]] == ["report", "konsten"]
    assert [step["type"] for step in view["matter"]["timeline"]][-3:] == ["document-registered"] * 3


def test_an_attachment_that_is_placed_in_the_matter_itself_is_not_shown_twice() -> None:
    view = dossier(*TOWN, LETTER, FIRST, DocumentPlaced(document="report", matter="m1"))
    assert [node["document"] for node in documents.flat(view["documents"])] == ["letter", "report"]


def test_s1_09_a_documents_date_is_its_own_and_its_source_says_which_lines() -> None:
    source = Source(basis="document", document="0" * 64, anchor="lines 33")
    view = dossier(*TOWN, LETTER.model_copy(update={"source": source}), decided("d", meeting_date="2015-05-12"))
    letter = view["documents"][0]
    assert letter["document_date"] == "2015-04-27"
    assert letter["recorded"]["source"]["anchor"] == "lines 33"


def test_s2_01_x8_what_a_document_lacks_is_said_until_it_is_there() -> None:
    assert shown(LETTER, FIRST, document="report")["missing"] == ["document_date", "sha256"]
    draft = registered("draft", None)
    assert shown(draft, document="draft")["missing"] == ["matters", "document_date", "numbers", "sha256"]
    placed, numbered = DocumentPlaced(document="draft", matter="m1"), DocumentNumbered(document="draft", number=ACT)
    later = shown(draft, placed, numbered, document="draft")
    assert (later["missing"], later["matters"]) == (["document_date", "sha256"], ["m1"])


# --- Numbers --------------------------------------------------------------------------------------
MINUTES = registered("minutes", kind="minutes", numbers=(ACT,), document_date="2015-05-12")
REPORT_2016 = registered("letter-2016", numbers=(ACT,), document_date="2016-05-16")


def test_s0_04_s3_01_x6_every_document_that_bears_a_number_is_found_and_shown() -> None:
    rows = rows_of(
        *TOWN,
        MINUTES,
        REPORT_2016,
        registered("other", numbers=(ExternalNumber(scheme="dnr", value="KFKS 2015/174-002"),)),
    )
    for number, ids in {
        "KFKS 2015/174-001": ["letter-2016", "minutes"],
        "dnr kfks  2015/174-001": ["letter-2016", "minutes"],
        "KFKS 2015/174": ["letter-2016", "minutes", "other"],
        "KFKS 2015/17": [],
    }.items():
        assert [each["document"] for each in documents.documents(rows, number=number)["documents"]] == ids
    view = documents.document(rows, "minutes")
    assert view is not None
    assert view["same_number"] == [{"number": ACT.model_dump(), "documents": ["letter-2016"]}]
    assert documents.documents(rows, matter="m2", number="KFKS 2015/174")["documents"] == []


def test_s1_01_a_matter_is_found_by_its_number_with_and_without_dnr_and_act() -> None:
    other = MATTER.model_copy(
        update={"matter": "m2", "numbers": (ExternalNumber(scheme="dnr", value="Dnr KFKS 2012/577"),)}
    )
    rows = rows_of(*TOWN, other)
    for number, ids in {
        "KFKS 2012/577": ["m2"],
        "Dnr KFKS 2012/577": ["m2"],
        "kfks 2012/577-003": ["m2"],
        "KFKS 2015/174": ["m1"],
        "KFKS 2015/174-001": ["m1"],
        "KFKS 2012/57": [],
    }.items():
        assert [each["matter"] for each in matters.matters(rows, number=number)["matters"]] == ids


@given(
    st.text("AKFSkö |/-0123456789", min_size=1).filter(lambda value: value.strip(" |")),
    st.sampled_from(["", "Dnr ", "dnr. ", "DNR: "]),
)
def test_a_number_compares_the_same_however_it_is_written(value: str, prefix: str) -> None:
    form = number_form(value)
    assert number_form(f" {prefix}{value.upper()} ") == form
    assert "|" not in form
    assert form.startswith(number_stem(value))


def test_s0_22_what_is_about_a_process_is_listed() -> None:
    rows = rows_of(*TOWN, LETTER, registered("status", process="p1"), registered("other", process="p2", numbers=(ACT,)))
    assert [each["document"] for each in documents.documents(rows, process="p1")["documents"]] == ["status"]
    both = documents.documents(rows, number="KFKS 2015/174", process="p1")
    assert both["documents"] == []


def test_documents_are_listed_page_by_page_by_matter_with_attachments() -> None:
    rows = rows_of(*TOWN, LETTER, FIRST, registered("z", None))
    first = documents.documents(rows, Page(1), matter="m1")
    _, after = read_page_token(first["next_page_token"])
    second = documents.documents(rows, Page(1, after), matter="m1")
    found = [each["document"] for page in (first, second) for each in page["documents"]]
    assert (found, second["next_page_token"]) == (["letter", "report"], "")
    assert [each["document"] for each in documents.documents(rows)["documents"]] == ["letter", "report", "z"]


# --- Handing on, secrecy, publication -------------------------------------------------------------
def test_s0_08_a_forwarding_says_who_acknowledged_it_and_of_whom_nothing_is_recorded() -> None:
    sent = DocumentForwarded(forward="f", document="letter", to_bodies=("ks", "au"), purpose=ForwardPurpose.INFORMATION)
    got = ForwardAcknowledged(forward="f", document="letter", body="ks")
    before, after = shown(LETTER, sent)["forwards"][0], shown(LETTER, sent, got)["forwards"][0]
    assert (before["none_recorded"], before["not_acknowledged"]) == (True, ["ks", "au"])
    assert (after["none_recorded"], after["not_acknowledged"]) == (False, ["au"])
    assert after["acknowledged"][0]["body"] == "ks"


def test_a_secret_documents_title_is_withheld_and_its_mark_and_numbers_are_shown() -> None:
    marked = shown(LETTER.model_copy(update={"numbers": (ACT,)}), WHOLE)
    assert (marked["title"], marked["signed_by"]) == (None, [])
    assert {each["part"] for each in marked["withheld"]} == {"title", "parties", "signatories", "quotes"}
    assert marked["marks"][0]["provision"] == "OSL 25:1"
    assert (marked["numbers"][0]["value"], marked["document_date"]) == ("KFKS 2015/174-001", "2015-04-27")
    listed = documents.documents(rows_of(*TOWN, LETTER, WHOLE))["documents"][0]
    assert listed["title"] is None
    lifted = shown(LETTER, WHOLE, SecrecyLifted(mark="s", document="letter", by_role="registrator"))
    assert (lifted["title"], lifted["withheld"]) == ("Letter", [])


def test_a_secret_documents_title_is_not_told_by_a_decision_that_rests_on_it() -> None:
    resting = decided("d", basis_documents=(BasisDocument(document="letter"),))
    for events, title in (((LETTER, resting), "Letter"), ((LETTER, WHOLE, resting), None)):
        view = decisions.decision(rows_of(*TOWN, *events), "d", on="2016-06-01")
        assert view is not None
        assert view["basis"]["documents"][0]["title"] == title


def test_a_mark_on_one_part_withholds_that_part_alone() -> None:
    quoted = PassageQuoted(quote="q", document="letter", from_anchor="rad 1", text=SEALED)
    marked = shown(LETTER, quoted, WHOLE.model_copy(update={"part": MarkedPart.QUOTES}))
    assert (marked["title"], marked["quotes"][0]["text"], marked["quotes"][0]["from_anchor"]) == (
        "Letter",
        None,
        "rad 1",
    )
    assert shown(LETTER, quoted)["quotes"][0]["text"] == {"position": 6, "pointer": "/text"}


def test_an_unpublished_document_is_shown_as_withheld_with_the_reason_and_comes_back() -> None:
    off = Unpublished(target="document:letter", reason_code="personal_data", reason=SEALED, by_role="registrator")
    rows = rows_of(*TOWN, LETTER, off, Republished(target="document:letter", by_role="registrator"))
    then, now = documents.document(rows.at(6), "letter"), documents.document(rows, "letter")
    assert then is not None
    assert now is not None
    assert {each["why"] for each in then["document"]["withheld"]} == {"unpublished"}
    assert then["document"]["unpublished"]["reason"] == {"position": 6, "pointer": "/reason"}
    assert (now["document"]["title"], now["document"]["unpublished"]) == ("Letter", None)


def test_s2_30_s3_38_a_signatory_without_a_role_has_none() -> None:
    assert shown(LETTER)["signed_by"] == [
        {"subject": "s", "name": None, "role": None, "unit": None, "title_line": None}
    ]


# --- Staff proposals ------------------------------------------------------------------------------
def proposed(version: int = 1, **economy: Any) -> StaffProposalSubmitted:
    return StaffProposalSubmitted(
        proposal="p",
        document="letter",
        matter="m1",
        to_body="ks",
        by_unit="au",
        proposal_version=version,
        clauses=(ProposedClause(number=1, verb=ProposedVerb.NOTE, text=SEALED),),
        consequences=(
            Consequence(kind=ConsequenceKind.ECONOMY, **economy or {"text": SEALED}),
            Consequence(kind=ConsequenceKind.CHILDREN, none_reason="Står inte i källan."),
        ),
        relied_on=(Evidence(kind=EvidenceKind.INPUT, id="i1"), Evidence(kind=EvidenceKind.SURVEY, id="nii")),
    )


def test_question_21_s2_12_s2_26_s3_35_s3_36_consequences_say_what_was_given_and_what_was_not() -> None:
    free = dossier(*TOWN, LETTER, proposed(text=SEALED, amount=0, currency="SEK"))["proposals"][0]["consequences"]
    assert (free[0]["amount"], free[0]["amount_given"], free[0]["stated"]) == (0, True, ["text", "amount"])
    assert dossier(*TOWN, LETTER, proposed())["proposals"][0]["not_stated"] == ["children"]
    vague, children = dossier(*TOWN, LETTER, proposed())["proposals"][0]["consequences"]
    assert (vague["amount"], vague["amount_given"]) == (None, False)
    assert (children["stated"], children["none_reason"]) == ([], "Står inte i källan.")


def test_s2_02_s3_03_the_last_version_of_a_proposal_holds_and_it_says_what_it_relies_on() -> None:
    view = dossier(*TOWN, LETTER, received("i1"), proposed(), proposed(2))
    shown_one = view["proposals"][0]
    assert (shown_one["versions"], shown_one["proposal_version"]) == (2, 2)
    assert [each["in_ledger"] for each in shown_one["relied_on"]] == [True, False]
    assert shown_one["clauses"][0]["text"] == {"position": 8, "pointer": "/clauses/0/text"}
    assert view["documents"][0]["proposals"] == ["p"]


# --- The dossier ------------------------------------------------------------------------------------
def test_question_19_what_came_in_is_counted_by_kind_and_by_who_speaks() -> None:
    view = dossier(
        *TOWN,
        received("i1"),
        received("i2"),
        received("i3", AuthorKind.OFFICIAL),
        InputWithdrawn(input="i2", process="p1", matter="m1", author="author-of-i2"),
    )
    found = {(each["kind"], each["author_kind"]): each["count"]["value"] for each in view["inputs_by_kind"]}
    assert found == {("proposal", "official"): 1, ("proposal", "resident"): 2}
    assert view["inputs_by_kind"][0]["count"]["events"]["tags"] == ["matter:m1"]
    assert view["inputs"]["value"] == 3


def test_s1_01_the_age_of_a_matter_is_as_exact_as_its_opening_is_known() -> None:
    old = MatterOpened(
        matter="m2", title="Öppenhet", language="sv", kind=MatterKind.DECISION, body="ks", occurred="2012"
    )
    age = dossier(*TOWN, old, matter="m2", on="2016-12-20")["age"]
    assert (age["days_at_most"], age["days_at_least"], age["is_closed"]) == (1815, 1450, False)
    closed = dossier(*TOWN, old, MatterClosed(matter="m2", occurred="2013-01-01"), matter="m2", on="2016-12-20")["age"]
    assert (closed["until"], closed["days_at_most"], closed["days_at_least"]) == ("2013-01-01", 366, 1)
    assert dossier(*TOWN, old, matter="m2")["age"] is None


def test_s3_20_x2_a_link_says_what_in_the_other_matter_bears_the_date_it_was_given() -> None:
    later = MATTER.model_copy(update={"matter": "m2", "title": "Metoder", "numbers": ()})
    link = MatterLinked(matter="m2", other="m1", relation=MatterRelation.FOLLOWS_UP, said_date="2015-04-27")
    view = dossier(*TOWN, LETTER, decided("d", meeting_date="2015-05-12"), later, link, matter="m2")
    assert view["matter"]["links"][0]["bears_said_date"] == [{"kind": "document", "id": "letter"}]
    assert view["matter"]["links"][0]["title"] == "Medborgardialog"
    earlier = dossier(*TOWN, LETTER, later, link)["matter"]["links"][0]
    assert (earlier["stated_by_other"], earlier["title"]) == (True, "Metoder")
    assert earlier["bears_said_date"] == [{"kind": "document", "id": "letter"}]


def test_a_dossier_is_right_as_of_any_position() -> None:
    rows = rows_of(*TOWN, LETTER, FIRST, WHOLE)
    earlier = matters.matter(rows.at(5), "m1")
    assert earlier is not None
    assert [node["document"] for node in documents.flat(earlier["documents"])] == ["letter"]
    assert earlier["documents"][0]["title"] == "Letter"
