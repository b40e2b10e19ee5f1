from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ledger.inputs import (
    SLICE,
    AuthorKind,
    InputKind,
    InputMerged,
    InputModerated,
    InputReceived,
    InputRestored,
    InputRevised,
    InputWithdrawn,
    Instrument,
    MergeInput,
    ModerateInput,
    ReceiveInput,
    RestoreInput,
    ReviseInput,
    SignaturesHeld,
    SigningClosed,
    SigningOpened,
    Stance,
    SupportGiven,
    SupportInput,
    SupportWithdrawn,
    Verdict,
    WithdrawInput,
    WithdrawSupport,
    rejections,
)
from ledger.inputs.rejections import (
    AlreadySupported,
    InitiativeByResidentsOnly,
    InitiativeNeedsAuthor,
    InputAlreadyReceived,
    InputIsMerged,
    InputIsRejected,
    InputIsWithdrawn,
    InputMergesIntoItself,
    InputsOfTwoProcesses,
    InputUnknown,
    InstrumentDoesNotFit,
    MatterIsClosed,
    MatterUnknown,
    NothingToRestore,
    NotSupported,
    NotTheAuthor,
    PartyOfOfficialsOnly,
    ProcessIsClosed,
    ProcessUnknown,
    RejectionNeedsReason,
    SigningIsNotOpen,
    StanceToNothing,
    VerdictUnchanged,
    VersionUnknown,
)
from ledger.matters import MatterClosed, MatterKind, MatterOpened, MatterReopened
from ledger.messages import Command, Event, Rejection, Status
from ledger.processes import ProcessClosed, ProcessKind, ProcessOpened
from ledger.sealing import Words, words_of
from tests.slices import given, rejections_of

MATTER = MatterOpened(matter="m", title="Torget", language="sv", kind=MatterKind.DECISION, body="ks")
MATTER_CLOSED = MatterClosed(matter="m")
MATTER_REOPENED = MatterReopened(matter="m", reason="Nytt underlag.")
PROCESS = ProcessOpened(process="p", title="Samråd", kind=ProcessKind.CONSULTATION, owner="ks")
PROCESS_IN_MATTER = PROCESS.model_copy(update={"matter": "m"})
PROCESS_CLOSED = ProcessClosed(process="p")


def received(input: str = "i", process: str | None = "p", matter: str | None = None) -> InputReceived:
    return InputReceived(
        input=input,
        kind=InputKind.PROPOSAL,
        channel="web",
        process=process,
        matter=matter,
        author="a",
        author_kind=AuthorKind.RESIDENT,
        text="Plantera träd på torget.",
        language="sv",
    )


def receive(input: str = "i", process: str | None = "p", matter: str | None = None) -> ReceiveInput:
    return ReceiveInput(
        input=input,
        kind=InputKind.PROPOSAL,
        channel="web",
        process=process,
        matter=matter,
        author="a",
        author_kind=AuthorKind.RESIDENT,
        text="Plantera träd på torget.",
    )


def moderated(verdict: Verdict, input: str = "i") -> InputModerated:
    reason_code = "insult" if verdict is Verdict.REJECTED else None
    return InputModerated(
        input=input, author="a", process="p", verdict=verdict, reason_code=reason_code, by_role="moderator"
    )


RECEIVED = received()
REVISED = InputRevised(input="i", author="a", input_version=2, text="Plantera lindar på torget.")
WITHDRAWN = InputWithdrawn(input="i", author="a", process="p")
MERGED = InputMerged(input="i", into="j", process="p", reason_code="same_proposal")
ACCEPTED = moderated(Verdict.ACCEPTED)
REJECTED_INPUT = moderated(Verdict.REJECTED)
RESTORED = InputRestored(input="i", author="a", process="p", reason_code="mistake", by_role="moderator")
SUPPORTED = SupportGiven(input="i", supporter="S1", input_version=1)
UNSUPPORTED = SupportWithdrawn(input="i", supporter="S1")

REVISE = ReviseInput(input="i", author="a", text="Plantera lindar på torget.")
WITHDRAW = WithdrawInput(input="i", author="a")
MERGE = MergeInput(input="i", into="j", reason_code="same_proposal")
ACCEPT = ModerateInput(input="i", verdict=Verdict.ACCEPTED, by_role="moderator")
REJECT = ModerateInput(input="i", verdict=Verdict.REJECTED, reason_code="insult", by_role="moderator")
RESTORE = RestoreInput(input="i", reason_code="mistake", by_role="moderator")
SUPPORT = SupportInput(input="i", supporter="S1")
UNSUPPORT = WithdrawSupport(input="i", supporter="S1")

INITIATIVE = {"kind": InputKind.INITIATIVE, "instrument": Instrument.RESIDENT_INITIATIVE}
OFFICIAL = {"author_kind": AuthorKind.OFFICIAL, "party": "V", "role": "ledamot"}
# The server's time in these tests is 12:00 on 16 May 2016.
SIGNING_OVER = SigningOpened(input="i", held=SignaturesHeld.LEDGER, closes="2016-05-16T12:00:00Z")
SIGNING_AHEAD = SigningOpened(input="i", held=SignaturesHeld.LEDGER, opens="2016-05-16T12:00:01Z")
SIGNING_NOW = SigningOpened(
    input="i", held=SignaturesHeld.LEDGER, opens="2016-05-16T12:00:00Z", closes="2016-05-16T12:00:01Z"
)
ON_PAPER = {"occurred": "2016-05-01"}
SORTED = {"district": "Gràcia", "theme": "Bon viure", "subtheme": "Salut"}
COMMENT = {"about": "j", "stance": Stance.AGAINST}


def changed(command: ReceiveInput, **fields: Any) -> ReceiveInput:
    return command.model_copy(update=fields)


ACCEPTABLE: list[tuple[tuple[Event, ...], Command, Event]] = [
    ((PROCESS,), receive(), RECEIVED),
    ((MATTER,), receive(process=None, matter="m"), received(process=None, matter="m")),
    ((MATTER, PROCESS), receive(matter="m"), received(matter="m")),
    ((MATTER, MATTER_CLOSED, MATTER_REOPENED), receive(process=None, matter="m"), received(process=None, matter="m")),
    ((PROCESS, RECEIVED), REVISE, REVISED),
    ((PROCESS, RECEIVED, REVISED), REVISE, REVISED.model_copy(update={"input_version": 3})),
    ((PROCESS, RECEIVED, ACCEPTED), REVISE, REVISED),
    ((RECEIVED,), WITHDRAW, WITHDRAWN),
    ((RECEIVED,), WITHDRAW.model_copy(update={"reason": "Jag har flyttat."}), WITHDRAWN.model_copy(update={"reason": "Jag har flyttat."})),
    ((RECEIVED, ACCEPTED), WITHDRAW, WITHDRAWN),
    ((PROCESS, RECEIVED, PROCESS_CLOSED), WITHDRAW, WITHDRAWN),
    ((RECEIVED, received("j")), MERGE, MERGED),
    ((PROCESS, RECEIVED, received("j"), PROCESS_CLOSED), MERGE, MERGED),
    ((RECEIVED, ACCEPTED, received("j")), MERGE, MERGED),
    ((received(process=None), received("j", process=None)), MERGE, MERGED.model_copy(update={"process": None})),
    ((received("i", matter="m"), received("j")), MERGE, MERGED.model_copy(update={"matter": "m"})),
    ((PROCESS, RECEIVED), SUPPORT, SUPPORTED),
    ((PROCESS, RECEIVED, REVISED), SUPPORT, SUPPORTED.model_copy(update={"input_version": 2})),
    ((PROCESS, RECEIVED, REVISED), SUPPORT.model_copy(update={"input_version": 1}), SUPPORTED),
    ((PROCESS, RECEIVED, SUPPORTED, UNSUPPORTED), SUPPORT, SUPPORTED),
    ((PROCESS, RECEIVED, SUPPORTED), SupportInput(input="i", supporter="S2"), SUPPORTED.model_copy(update={"supporter": "S2"})),
    ((PROCESS, RECEIVED, received("j"), SUPPORTED), SupportInput(input="j", supporter="S1"), SUPPORTED.model_copy(update={"input": "j"})),
    ((RECEIVED, SUPPORTED), UNSUPPORT, UNSUPPORTED),
    ((PROCESS, RECEIVED, SUPPORTED, PROCESS_CLOSED), UNSUPPORT, UNSUPPORTED),
    ((RECEIVED, received("j"), SUPPORTED, MERGED), UNSUPPORT, UNSUPPORTED),
    ((RECEIVED,), ACCEPT, ACCEPTED),
    ((RECEIVED,), REJECT, REJECTED_INPUT),
    ((RECEIVED, ACCEPTED), REJECT, REJECTED_INPUT),
    ((RECEIVED, ACCEPTED, REVISED), ACCEPT, ACCEPTED),
    ((RECEIVED, REJECTED_INPUT), RESTORE, RESTORED),
    ((RECEIVED, received("j"), MERGED), RESTORE, RESTORED),
    ((RECEIVED, REJECTED_INPUT, RESTORED), ACCEPT, ACCEPTED),
    ((RECEIVED, received("j"), MERGED, RESTORED), MERGE, MERGED),
    ((PROCESS, RECEIVED, REJECTED_INPUT, RESTORED), SUPPORT, SUPPORTED),
    ((PROCESS, RECEIVED, SIGNING_NOW), SUPPORT, SUPPORTED),
    ((PROCESS, RECEIVED, SIGNING_OVER), SUPPORT.model_copy(update=ON_PAPER), SUPPORTED.model_copy(update=ON_PAPER)),
    ((PROCESS,), changed(receive(), **INITIATIVE), RECEIVED.model_copy(update=INITIATIVE)),
    ((PROCESS,), changed(receive(), **OFFICIAL), RECEIVED.model_copy(update=OFFICIAL)),
    ((PROCESS,), changed(receive(), **SORTED), RECEIVED.model_copy(update=SORTED)),
    ((PROCESS, received("j", process="q")), changed(receive(), **COMMENT), RECEIVED.model_copy(update=COMMENT)),
    ((received("j"), WITHDRAWN.model_copy(update={"input": "j"})), changed(receive(process=None), about="j"), received(process=None).model_copy(update={"about": "j"})),
    ((MATTER, PROCESS_IN_MATTER, received("j")), changed(receive(), **COMMENT), received(matter="m").model_copy(update=COMMENT)),
]  # fmt: skip


@pytest.mark.parametrize("history, command, event", ACCEPTABLE)
def test_what_may_be_done_with_an_input(history: tuple[Event, ...], command: Command, event: Event) -> None:
    assert given(SLICE, *history).when(command) == (event,)


REFUSED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((PROCESS, RECEIVED), receive(), InputAlreadyReceived),
    ((PROCESS, RECEIVED, WITHDRAWN), receive(), InputAlreadyReceived),
    ((), receive(), ProcessUnknown),
    ((PROCESS, PROCESS_CLOSED), receive(), ProcessIsClosed),
    ((PROCESS,), receive(matter="m"), MatterUnknown),
    ((MATTER,), receive(matter="m"), ProcessUnknown),
    ((MATTER, MATTER_CLOSED), receive(process=None, matter="m"), MatterIsClosed),
    ((MATTER, PROCESS_IN_MATTER, MATTER_CLOSED), receive(), MatterIsClosed),
    ((), REVISE, InputUnknown),
    ((PROCESS, RECEIVED), REVISE.model_copy(update={"author": "b"}), NotTheAuthor),
    ((PROCESS, RECEIVED, PROCESS_CLOSED), REVISE, ProcessIsClosed),
    ((MATTER, received(process=None, matter="m"), MATTER_CLOSED), REVISE, MatterIsClosed),
    ((), WITHDRAW, InputUnknown),
    ((RECEIVED,), WITHDRAW.model_copy(update={"author": "b"}), NotTheAuthor),
    ((RECEIVED,), MERGE, InputUnknown),
    ((received("j"),), MERGE, InputUnknown),
    ((RECEIVED,), MERGE.model_copy(update={"into": "i"}), InputMergesIntoItself),
    ((RECEIVED, received("j", process="q")), MERGE, InputsOfTwoProcesses),
    ((RECEIVED, received("j", process=None)), MERGE, InputsOfTwoProcesses),
    ((RECEIVED, received("j"), MERGED), MergeInput(input="j", into="i", reason_code="x"), InputIsMerged),
    ((RECEIVED, received("j"), WITHDRAWN), MergeInput(input="j", into="i", reason_code="x"), InputIsWithdrawn),
    ((RECEIVED, received("j"), REJECTED_INPUT), MergeInput(input="j", into="i", reason_code="x"), InputIsRejected),
    ((), SUPPORT, InputUnknown),
    ((PROCESS, RECEIVED, SUPPORTED), SUPPORT, AlreadySupported),
    ((PROCESS, RECEIVED, SUPPORTED, REVISED), SUPPORT, AlreadySupported),
    ((PROCESS, RECEIVED), SUPPORT.model_copy(update={"input_version": 2}), VersionUnknown),
    ((PROCESS, RECEIVED, PROCESS_CLOSED), SUPPORT, ProcessIsClosed),
    ((), UNSUPPORT, InputUnknown),
    ((RECEIVED,), UNSUPPORT, NotSupported),
    ((RECEIVED, SUPPORTED, UNSUPPORTED), UNSUPPORT, NotSupported),
    ((), ACCEPT, InputUnknown),
    ((RECEIVED, ACCEPTED), ACCEPT, VerdictUnchanged),
    ((RECEIVED, REJECTED_INPUT), REJECT, VerdictUnchanged),
    ((RECEIVED, REJECTED_INPUT), ACCEPT, InputIsRejected),
    ((RECEIVED,), REJECT.model_copy(update={"reason_code": None}), RejectionNeedsReason),
    ((), RESTORE, InputUnknown),
    ((RECEIVED,), RESTORE, NothingToRestore),
    ((RECEIVED, ACCEPTED), RESTORE, NothingToRestore),
    ((RECEIVED, REJECTED_INPUT, RESTORED), RESTORE, NothingToRestore),
    ((RECEIVED, WITHDRAWN), RESTORE, InputIsWithdrawn),
    ((PROCESS, RECEIVED, SIGNING_OVER), SUPPORT, SigningIsNotOpen),
    ((PROCESS, RECEIVED, SIGNING_NOW, SigningClosed(input="i")), SUPPORT, SigningIsNotOpen),
    ((PROCESS, RECEIVED, SIGNING_AHEAD), SUPPORT, SigningIsNotOpen),
    ((PROCESS,), changed(receive(), **INITIATIVE | {"author": None}), InitiativeNeedsAuthor),
    ((PROCESS,), changed(receive(), **INITIATIVE | {"author_kind": AuthorKind.ORGANISATION}), InitiativeByResidentsOnly),
    ((PROCESS,), changed(receive(), **INITIATIVE | {"kind": InputKind.COMMENT}), InstrumentDoesNotFit),
    ((PROCESS,), changed(receive(), instrument=Instrument.E_PETITION, kind=InputKind.INITIATIVE), InstrumentDoesNotFit),
    ((PROCESS,), changed(receive(), **OFFICIAL | {"author_kind": AuthorKind.RESIDENT}), PartyOfOfficialsOnly),
    ((PROCESS,), changed(receive(), role="ledamot"), PartyOfOfficialsOnly),
    ((PROCESS,), changed(receive(), **COMMENT), InputUnknown),
    ((PROCESS,), changed(receive(), about="i"), InputUnknown),
    ((MATTER, PROCESS_IN_MATTER, MATTER_CLOSED, received("j")), changed(receive(), about="j"), MatterIsClosed),
    ((PROCESS,), changed(receive(), stance=Stance.FOR), StanceToNothing),
    *(
        ((PROCESS, RECEIVED, received("j"), ended), command, rejection)
        for ended, rejection in ((WITHDRAWN, InputIsWithdrawn), (REJECTED_INPUT, InputIsRejected), (MERGED, InputIsMerged))
        for command in (REVISE, WITHDRAW, MERGE, SUPPORT)
    ),
    *(
        ((RECEIVED, received("j"), ended), command, rejection)
        for ended, rejection in ((WITHDRAWN, InputIsWithdrawn), (MERGED, InputIsMerged))
        for command in (ACCEPT, REJECT)
    ),
]  # fmt: skip


@pytest.mark.parametrize("history, command, rejection", REFUSED)
def test_what_may_not_be_done_with_an_input(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REFUSED} == rejections_of(rejections)


def test_s3_29_an_input_comes_before_any_matter_or_process() -> None:
    (event,) = given(SLICE).when(receive(process=None))
    assert event == received(process=None)
    assert event.tags() == ("input:i",)


def test_s2_16_an_input_says_by_which_channel_it_came() -> None:
    (event,) = given(SLICE, PROCESS).when(receive().model_copy(update={"channel": "telephone"}))
    assert isinstance(event, InputReceived)
    assert event.channel == "telephone"


def test_an_input_into_a_process_of_a_matter_comes_with_that_matter() -> None:
    (event,) = given(SLICE, MATTER, PROCESS_IN_MATTER).when(receive())
    assert event == received(matter="m")
    assert event.tags() == ("input:i", "process:p", "matter:m")


def test_an_input_is_found_by_what_it_is_about_and_a_comment_is_no_part_of_what_it_comments_on() -> None:
    (event,) = given(SLICE, PROCESS, received("j")).when(changed(receive(), **SORTED, **COMMENT))
    assert event.tags() == ("input:i", "process:p", "district:Gràcia", "theme:Bon viure", "about:j")


def test_an_input_without_an_author_is_its_own_author() -> None:
    (event,) = given(SLICE).when(receive(process=None).model_copy(update={"author": None}))
    assert isinstance(event, InputReceived)
    assert event.author == "i"
    assert given(SLICE, event).when(WithdrawInput(input="i", author="i")) == (InputWithdrawn(input="i", author="i"),)


def test_whatever_takes_an_input_out_of_scope_or_back_is_found_by_process_and_matter() -> None:
    both = (received("i", matter="m"), received("j", matter="m"))
    rejected = given(SLICE, *both).when(REJECT)
    for history, command in ((both, WITHDRAW), (both, MERGE), (both, REJECT), ((*both, *rejected), RESTORE)):
        (event,) = given(SLICE, *history).when(command)
        assert event.tags() == ("input:i", "process:p", "matter:m")


def test_a_residents_words_and_attributes_are_sealed_under_the_authors_key() -> None:
    attributes = {"area": "Sicklaön", "age_band": "30–44", "group": "förening"}
    (event,) = given(SLICE).when(receive(process=None).model_copy(update=attributes))
    assert words_of(event) == [
        Words("/text", "P", "author:a|P", "Plantera träd på torget."),
        Words("/area", "S", "author:a|S", "Sicklaön"),
        Words("/age_band", "S", "author:a|S", "30–44"),
        Words("/group", "S", "author:a|S", "förening"),
    ]


@pytest.mark.parametrize("command", [REJECT, RESTORE])
def test_a_moderators_words_go_with_the_authors_key(command: Command) -> None:
    history = (RECEIVED,) if command is REJECT else (RECEIVED, REJECTED_INPUT)
    (event,) = given(SLICE, *history).when(command.model_copy(update={"reason": "Skäller på en granne."}))
    assert words_of(event) == [Words("/reason", "P", "author:a|P", "Skäller på en granne.")]


def test_only_the_author_may_and_is_told_so_in_both_languages() -> None:
    with pytest.raises(NotTheAuthor) as caught:
        given(SLICE, RECEIVED).when(WithdrawInput(input="i", author="somebody-else"))
    assert caught.value.status is Status.PERMISSION_DENIED
    assert str(caught.value) == "The input i can be revised and withdrawn by its author alone."
    assert caught.value.message_sv == "Synpunkten i kan bara ändras och tas tillbaka av den som lämnade den."


def test_a_merged_input_names_the_one_it_counts_with() -> None:
    with pytest.raises(InputIsMerged) as caught:
        given(SLICE, PROCESS, RECEIVED, received("j"), MERGED).when(SUPPORT)
    assert caught.value.metadata == {"input": "i", "into": "j"}


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": " \n"},
        {"text": "x" * 20_001},
        {"text": "nul\x00"},
        {"channel": "E-service"},
        {"author": "Anna Andersson"},
        {"area": "x" * 101},
        {"area": "torg\u202e"},
        {"author_kind": "voter"},
        {"process": ""},
    ],
)
def test_an_input_with_a_bad_field_is_no_command(fields: dict[str, object]) -> None:
    fine = {"input": "i", "kind": "comment", "channel": "web", "author_kind": "resident", "text": "Hej"}
    with pytest.raises(ValidationError) as caught:
        ReceiveInput.model_validate(fine | fields)
    assert caught.value.errors()[0]["loc"][0] == next(iter(fields))


@pytest.mark.parametrize("supporter", ["", "S|1", "å", "x" * 65])
def test_a_supporter_is_a_tag_and_never_a_name(supporter: str) -> None:
    with pytest.raises(ValidationError):
        SupportInput(input="i", supporter=supporter)
