"""Documents and staff proposals: registered, placed, numbered, quoted, handed on, marked, taken off; and every no."""

from __future__ import annotations

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.bodies import BodyKind, BodyRegistered
from ledger.decisions.events import ClauseVerb
from ledger.documents import SLICE, rejections
from ledger.documents.commands import (
    AcknowledgeForward,
    AddDocumentNumber,
    ForwardDocument,
    LiftSecrecy,
    MarkSecret,
    PlaceDocument,
    QuotePassage,
    RegisterDocument,
    Republish,
    StatedConsequence,
    StatedEvidence,
    StatedProposedClause,
    StatedSection,
    StatedSignatory,
    SubmitStaffProposal,
    Unpublish,
)
from ledger.documents.events import (
    ConsequenceKind,
    DocumentDirection,
    DocumentForwarded,
    DocumentKind,
    DocumentNumbered,
    DocumentPlaced,
    DocumentRegistered,
    DocumentStatus,
    EvidenceKind,
    ForwardAcknowledged,
    ForwardPurpose,
    MarkedPart,
    PassageQuoted,
    ProposedVerb,
    Republished,
    SecrecyLifted,
    SecrecyMarked,
    SectionKind,
    StaffProposalSubmitted,
    Unpublished,
)
from ledger.documents.rejections import (
    AlreadyUnpublished,
    AmountWithoutCurrency,
    BodyUnknown,
    ChildrenMissing,
    ConsequenceContradictsItself,
    ConsequenceEmpty,
    ConsequenceStatedTwice,
    DocumentAlreadyPlaced,
    DocumentAlreadyRegistered,
    DocumentDateToCome,
    DocumentHasNumber,
    DocumentIsWorkingDraft,
    DocumentUnknown,
    EconomyMissing,
    ForwardAlreadyAcknowledged,
    ForwardedToOthers,
    ForwardExists,
    ForwardUnknown,
    MarkAlreadyLifted,
    MarkExists,
    MarkUnknown,
    MatterUnknown,
    NotUnpublished,
    ProcessUnknown,
    ProposalChangesMatter,
    ProposalOutOfTurn,
    QuoteExists,
)
from ledger.fields import ExternalNumber, StatedNumber
from ledger.matters import MatterKind, MatterOpened
from ledger.messages import Command, Event, Rejection
from ledger.processes import ProcessKind, ProcessOpened
from ledger.sealing import Words, words_of
from tests.slices import given, rejections_of

BOARD = BodyRegistered(body="ks", kind=BodyKind.BOARD, name="Kommunstyrelsen")
UNIT = BodyRegistered(body="fe", kind=BodyKind.UNIT, name="Förnyelseenheten")
MATTER = MatterOpened(matter="m", title="Inflytande", language="sv", kind=MatterKind.DECISION, body="ks")
OTHER = MATTER.model_copy(update={"matter": "m2"})
TOWN = (BOARD, UNIT, MATTER)

REGISTER = RegisterDocument(
    document="letter", title="Tjänsteskrivelse", kind=DocumentKind.STAFF_LETTER, status=DocumentStatus.ESTABLISHED
)
LETTER = DocumentRegistered(
    document="letter",
    title="Tjänsteskrivelse",
    language="sv",
    kind=DocumentKind.STAFF_LETTER,
    status=DocumentStatus.ESTABLISHED,
    direction=DocumentDirection.INTERNAL,
)
NUMBER = ExternalNumber(scheme="dnr", value="KFKS 2015/174-001")
NUMBERED = DocumentNumbered(document="letter", number=NUMBER)
PLACED = DocumentPlaced(document="letter", matter="m")
ADD_NUMBER = AddDocumentNumber(document="letter", number=StatedNumber(scheme="dnr", value="KFKS 2015/174-001"))
QUOTE = QuotePassage(quote="q", document="letter", from_anchor="rad 24", text="Dialog är viktigt.")
QUOTED = PassageQuoted(quote="q", document="letter", from_anchor="rad 24", text="Dialog är viktigt.")
FORWARD = ForwardDocument(forward="f", document="letter", to_bodies=("ks",), purpose=ForwardPurpose.INFORMATION)
FORWARDED = DocumentForwarded(forward="f", document="letter", to_bodies=("ks",), purpose=ForwardPurpose.INFORMATION)
GOT = ForwardAcknowledged(forward="f", document="letter", body="ks")
ACKNOWLEDGE = AcknowledgeForward(document="letter", forward="f", body="ks")
MARK = MarkSecret(mark="s", document="letter", provision="OSL 25:1", by_role="registrator")
MARKED = SecrecyMarked(mark="s", document="letter", part=MarkedPart.WHOLE, provision="OSL 25:1", by_role="registrator")
LIFT = LiftSecrecy(document="letter", mark="s", by_role="registrator")
LIFTED = SecrecyLifted(mark="s", document="letter", by_role="registrator")
TAKE_OFF = Unpublish(document="letter", reason_code="personal_data", by_role="registrator")
OFF = Unpublished(target="document:letter", reason_code="personal_data", by_role="registrator")
ON = Republished(target="document:letter", by_role="registrator")

FREE = StatedConsequence(kind=ConsequenceKind.ECONOMY, text="Deltagandet är avgiftsfritt.", amount=0, currency="SEK")
CHILDREN = StatedConsequence(kind=ConsequenceKind.CHILDREN, none_reason="Står inte i källan.")
PROPOSE = SubmitStaffProposal(
    proposal="p",
    document="letter",
    matter="m",
    to_body="ks",
    by_unit="fe",
    clauses=(StatedProposedClause(number=1, verb=ProposedVerb.NOTE, text="Kommunstyrelsen noterar rapporten."),),
    consequences=(FREE, CHILDREN),
    relied_on=(StatedEvidence(kind=EvidenceKind.SURVEY, id="nii"),),
)
(SUBMITTED,) = given(SLICE, *TOWN, LETTER).when(PROPOSE)
assert isinstance(SUBMITTED, StaffProposalSubmitted)
PROPOSED: StaffProposalSubmitted = SUBMITTED


def register(**changed: object) -> RegisterDocument:
    return RegisterDocument.model_validate(dict(REGISTER) | changed)


def propose(*consequences: StatedConsequence, **changed: object) -> SubmitStaffProposal:
    update = {"consequences": consequences} if consequences else {}
    return PROPOSE.model_copy(update=update | changed)


# --- Documents --------------------------------------------------------------------------------
def test_s2_01_a_letter_without_number_date_and_matter_is_registered_and_gets_them_later() -> None:
    (event,) = given(SLICE).when(REGISTER.model_copy(update={"occurred": "../2018-04-10"}))
    assert event == LETTER.model_copy(update={"occurred": "../2018-04-10"})
    history = given(SLICE, *TOWN, event)
    assert history.when(PlaceDocument(document="letter", matter="m")) == (PLACED,)
    assert history.when(ADD_NUMBER) == (NUMBERED,)
    assert PLACED.tags() == ("document:letter", "matter:m")


def test_s0_16_s2_29_s3_37_an_attachment_names_its_letter_and_its_number_and_carries_the_hash_of_its_file() -> None:
    command = register(
        document="bilaga-1", parent="letter", attachment_number=1, matter="m", sha256="a" * 64, media_type="text/plain"
    )
    (event,) = given(SLICE, *TOWN, LETTER).when(command)
    assert isinstance(event, DocumentRegistered)
    assert (event.parent, event.attachment_number, event.sha256) == ("letter", 1, "a" * 64)
    assert event.tags() == ("document:bilaga-1", "matter:m", "document:letter")


def test_s0_22_a_status_report_is_about_one_process() -> None:
    opened = ProcessOpened(process="konsten", title="Konsten att skapa stad", kind=ProcessKind.DIALOGUE, owner="fe")
    (event,) = given(SLICE, opened).when(register(kind="status_report", process="konsten"))
    assert event.tags() == ("document:letter", "process:konsten")


def test_s2_30_s3_38_x15_who_signed_keeps_role_and_spelling_as_written_and_the_name_is_sealed() -> None:
    one = StatedSignatory(
        subject="s1", name="Anna Exempel", role="enhetschef", unit="fe", title_line="Enhetschef Förnyelsenheten"
    )
    two = StatedSignatory(subject="s2", name="Bo Exempel", title_line="Förnyelsenheten")
    (event,) = given(SLICE, UNIT).when(register(signed_by=(one, two)))
    assert isinstance(event, DocumentRegistered)
    assert [(each.role, each.unit, each.title_line) for each in event.signed_by] == [
        ("enhetschef", "fe", "Enhetschef Förnyelsenheten"),
        (None, None, "Förnyelsenheten"),
    ]
    assert words_of(event) == [
        Words("/signed_by/0/name", "P", "officer:letter|P", "Anna Exempel"),
        Words("/signed_by/1/name", "P", "officer:letter|P", "Bo Exempel"),
    ]


def test_s2_28_a_letter_keeps_assessment_apart_from_facts_and_proposal() -> None:
    kinds = (SectionKind.PROPOSAL, SectionKind.FACTS, SectionKind.ASSESSMENT)
    sections = tuple(StatedSection(heading=kind, anchor=f"lines {n}") for n, kind in enumerate(kinds))
    (event,) = given(SLICE).when(register(sections=sections))
    assert isinstance(event, DocumentRegistered)
    assert [each.heading for each in event.sections] == list(kinds)


def test_s3_01_x6_the_same_number_may_stand_on_two_documents() -> None:
    minutes = LETTER.model_copy(update={"document": "minutes", "numbers": (NUMBER,)})
    assert given(SLICE, minutes, LETTER).when(ADD_NUMBER) == (NUMBERED,)


def test_s0_14_a_passage_is_quoted_word_for_word_with_its_place_under_the_documents_key() -> None:
    (event,) = given(SLICE, LETTER).when(QUOTE)
    assert event == QUOTED
    assert words_of(event) == [Words("/text", "P", "document:letter|P", "Dialog är viktigt.")]


# --- Handing on -------------------------------------------------------------------------------
def test_s0_08_a_report_is_handed_on_for_information_and_acknowledged() -> None:
    (event,) = given(SLICE, BOARD, LETTER).when(FORWARD)
    assert event == FORWARDED
    assert event.tags() == ("document:letter", "forward:f", "body:ks")
    assert given(SLICE, LETTER, FORWARDED).when(ACKNOWLEDGE) == (GOT,)


def test_s0_08_where_a_source_names_no_bodies_its_words_stand_and_any_body_may_acknowledge() -> None:
    open_ended = FORWARD.model_copy(update={"to_bodies": (), "addressees": "nämnderna"})
    (event,) = given(SLICE, LETTER).when(open_ended)
    assert given(SLICE, LETTER, event).when(ACKNOWLEDGE) == (GOT,)


# --- Secrecy and publication --------------------------------------------------------------------
def test_a_secrecy_mark_cites_its_provision_and_can_be_taken_away_and_set_anew() -> None:
    assert given(SLICE, LETTER).when(MARK) == (MARKED,)
    assert given(SLICE, LETTER, MARKED).when(LIFT) == (LIFTED,)
    (again,) = given(SLICE, LETTER, MARKED, LIFTED).when(MARK.model_copy(update={"mark": "s2"}))
    assert given(SLICE, LETTER, MARKED, LIFTED, again).when(LIFT.model_copy(update={"mark": "s2"}))


def test_a_document_is_taken_off_and_shown_again_as_often_as_needed() -> None:
    assert given(SLICE, LETTER).when(TAKE_OFF) == (OFF,)
    back = Republish(document="letter", by_role="registrator")
    assert given(SLICE, LETTER, OFF).when(back) == (ON,)
    assert given(SLICE, LETTER, OFF, ON).when(TAKE_OFF) == (OFF,)


def test_the_words_of_one_event_are_taken_off_by_its_position() -> None:
    (event,) = given(SLICE).when(
        Unpublish(position=12, reason_code="personal_data", reason="Namn.", by_role="registrator")
    )
    assert event.subject() == "position:12"
    assert [each.key for each in words_of(event)] == ["unpublishing:position:12|P"]


# --- Staff proposals ----------------------------------------------------------------------------
def test_s2_02_s3_03_a_proposal_is_submitted_and_its_next_version_replaces_it() -> None:
    assert PROPOSED.tags() == (
        *("proposal:p", "document:letter", "matter:m", "body:ks", "body:fe"),
        "survey:nii",
    )
    (second,) = given(SLICE, *TOWN, LETTER, PROPOSED).when(propose(proposal_version=2))
    assert isinstance(second, StaffProposalSubmitted)
    assert second.proposal_version == 2


def test_s2_12_an_amount_of_nothing_is_an_amount() -> None:
    assert (PROPOSED.consequences[0].amount, PROPOSED.consequences[0].currency) == (0, "SEK")


def test_s2_26_s3_36_consequences_are_words_an_amount_or_the_reason_for_none() -> None:
    economy = StatedConsequence(kind=ConsequenceKind.ECONOMY, text="Mer effektiv.")
    children = StatedConsequence(kind=ConsequenceKind.CHILDREN, text="Vuxna som barn.")
    others = [StatedConsequence(kind=ConsequenceKind.OTHER, text=text) for text in ("Klimat.", "Jämställdhet.")]
    (event,) = given(SLICE, *TOWN, LETTER).when(propose(economy, children, *others))
    assert isinstance(event, StaffProposalSubmitted)
    assert [each.amount for each in event.consequences] == [None] * 4


def test_proposed_clauses_use_the_words_of_decided_ones() -> None:
    assert {str(verb) for verb in ProposedVerb} == {str(verb) for verb in ClauseVerb}


TEXTS = st.none() | st.just("Ord.")
AMOUNTS = st.none() | st.integers(-5, 5)


@drawn(
    kind=st.sampled_from([ConsequenceKind.ECONOMY, ConsequenceKind.CHILDREN]),
    text=TEXTS,
    amount=AMOUNTS,
    reason=TEXTS,
)
def test_a_consequence_is_taken_exactly_when_it_says_one_thing(
    kind: ConsequenceKind, text: str | None, amount: int | None, reason: str | None
) -> None:
    currency = None if amount is None else "SEK"
    drawn_one = StatedConsequence(kind=kind, text=text, amount=amount, currency=currency, none_reason=reason)
    other = FREE if kind is ConsequenceKind.CHILDREN else CHILDREN
    speaks = text is not None or amount is not None
    history, command = given(SLICE, *TOWN, LETTER), propose(drawn_one, other)
    if speaks == (reason is not None):
        with pytest.raises(ConsequenceContradictsItself if speaks else ConsequenceEmpty):
            history.when(command)
    else:
        (event,) = history.when(command)
        assert isinstance(event, StaffProposalSubmitted)
        assert dict(event.consequences[0]) == dict(drawn_one)


# --- Every no -----------------------------------------------------------------------------------
PRICELESS = FREE.model_copy(update={"currency": None})
BLANK = StatedConsequence(kind=ConsequenceKind.CHILDREN)
BOTH = FREE.model_copy(update={"none_reason": "Inga."})
WRONG_MATTER = propose(proposal_version=2, matter="m2")
REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((LETTER,), REGISTER, DocumentAlreadyRegistered),
    ((), register(status="working"), DocumentIsWorkingDraft),
    ((), register(document_date="2016-05-18"), DocumentDateToCome),
    ((), register(matter="m"), MatterUnknown),
    ((), register(parent="letter-0"), DocumentUnknown),
    ((), register(parent="letter"), DocumentUnknown),
    ((), register(process="p"), ProcessUnknown),
    ((), register(sender_body="ks"), BodyUnknown),
    ((BOARD,), register(recipient_bodies=["ks", "fe"]), BodyUnknown),
    ((), register(signed_by=[{"subject": "s", "unit": "fe"}]), BodyUnknown),
    ((MATTER,), PlaceDocument(document="letter", matter="m"), DocumentUnknown),
    ((LETTER, MATTER, PLACED), PlaceDocument(document="letter", matter="m"), DocumentAlreadyPlaced),
    ((LETTER, NUMBERED), ADD_NUMBER, DocumentHasNumber),
    ((), ADD_NUMBER, DocumentUnknown),
    ((), QUOTE, DocumentUnknown),
    ((LETTER, QUOTED), QUOTE, QuoteExists),
    ((BOARD,), FORWARD, DocumentUnknown),
    ((LETTER,), FORWARD, BodyUnknown),
    ((BOARD, LETTER, FORWARDED), FORWARD, ForwardExists),
    ((LETTER,), ACKNOWLEDGE, ForwardUnknown),
    ((LETTER, FORWARDED.model_copy(update={"document": "other"})), ACKNOWLEDGE, ForwardUnknown),
    ((LETTER, FORWARDED), ACKNOWLEDGE.model_copy(update={"body": "fe"}), ForwardedToOthers),
    ((LETTER, FORWARDED, GOT), ACKNOWLEDGE, ForwardAlreadyAcknowledged),
    ((LETTER, MARKED), MARK, MarkExists),
    ((LETTER, MARKED, LIFTED), MARK, MarkExists),
    ((LETTER,), LIFT, MarkUnknown),
    ((LETTER, MARKED, LIFTED), LIFT, MarkAlreadyLifted),
    ((LETTER, OFF), TAKE_OFF, AlreadyUnpublished),
    ((), TAKE_OFF, DocumentUnknown),
    ((LETTER, OFF, ON), Republish(document="letter", by_role="registrator"), NotUnpublished),
    ((*TOWN, LETTER), propose(proposal_version=2), ProposalOutOfTurn),
    ((*TOWN, LETTER, PROPOSED), PROPOSE, ProposalOutOfTurn),
    ((*TOWN, OTHER, LETTER, PROPOSED), WRONG_MATTER, ProposalChangesMatter),
    ((*TOWN,), PROPOSE, DocumentUnknown),
    ((BOARD, UNIT, LETTER), PROPOSE, MatterUnknown),
    ((MATTER, UNIT, LETTER), PROPOSE, BodyUnknown),
    ((*TOWN, LETTER), propose(CHILDREN), EconomyMissing),
    ((*TOWN, LETTER), propose(FREE), ChildrenMissing),
    ((*TOWN, LETTER), propose(FREE, CHILDREN, FREE), ConsequenceStatedTwice),
    ((*TOWN, LETTER), propose(PRICELESS, CHILDREN), AmountWithoutCurrency),
    ((*TOWN, LETTER), propose(FREE, BLANK), ConsequenceEmpty),
    ((*TOWN, LETTER), propose(BOTH, CHILDREN), ConsequenceContradictsItself),
]


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(rejections)


@pytest.mark.parametrize("history, command, rejection", REJECTED)
def test_the_register_of_documents_says_no(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


def test_a_working_draft_is_refused_with_the_law() -> None:
    with pytest.raises(DocumentIsWorkingDraft, match=r"TF 2:12") as caught:
        given(SLICE).when(register(status="working"))
    assert "TF 2:12" in caught.value.message_sv


@pytest.mark.parametrize(
    "fields",
    [
        {"attachment_number": 1},
        {"signed_by": [{"subject": "a"}, {"subject": "a"}]},
        {"media_type": "PDF"},
        {"sha256": "A" * 64},
    ],
)
def test_a_document_with_a_bad_field_is_no_command(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        register(**fields)


@pytest.mark.parametrize("fields", [{}, {"to_bodies": ["ks", "ks"]}])
def test_a_forwarding_to_nobody_or_to_one_body_twice_is_no_command(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ForwardDocument.model_validate({"forward": "f", "document": "d", "purpose": "opinion"} | fields)


@pytest.mark.parametrize("fields", [{}, {"document": "d", "position": 1}])
def test_what_is_taken_off_is_one_thing(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="either a document or a position"):
        Unpublish.model_validate({"reason_code": "x", "by_role": "y"} | fields)
