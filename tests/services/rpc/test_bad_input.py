"""Every bad input gets a typed error that names the field or the remedy, and records nothing."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import grpc
import pytest

from participation.ledger.v1 import ballots_pb2 as ballots
from participation.ledger.v1 import bodies_pb2 as bodies
from participation.ledger.v1 import inputs_pb2 as inputs
from participation.ledger.v1 import ledger_service_pb2 as record
from tests.services.rpc.face import LEDGER, Face, message, refused, told, vote

pytestmark = pytest.mark.asyncio(loop_scope="module")

C = grpc.StatusCode


def received(**fields: Any) -> inputs.ReceiveInputRequest:
    given: dict[str, Any] = {
        "ledger": LEDGER,
        "request_id": str(uuid4()),
        "kind": inputs.INPUT_KIND_PROPOSAL,
        "channel": "web",
        "author_kind": inputs.AUTHOR_KIND_RESIDENT,
        "text": "Sänk hastigheten",
    } | fields
    return inputs.ReceiveInputRequest(**given)


def registered(**fields: Any) -> bodies.RegisterBodyRequest:
    given: dict[str, Any] = {
        "ledger": LEDGER,
        "request_id": str(uuid4()),
        "kind": bodies.BODY_KIND_BOARD,
        "name": "Nämnden",
    } | fields
    return bodies.RegisterBodyRequest(**given)


CAST, RECEIVE, REGISTER = "BallotService/CastVote", "InputService/ReceiveInput", "BodyService/RegisterBody"

FIELDS: list[tuple[str, Callable[[], Any], str]] = [
    (CAST, lambda: vote(request_id=""), "request_id"),
    (CAST, lambda: vote(request_id="not-a-uuid"), "request_id"),
    (CAST, lambda: vote(request_id=uuid4().hex), "request_id"),
    (CAST, lambda: vote(request_id="{" + str(uuid4())[1:]), "request_id"),
    (CAST, lambda: vote(ledger=""), "ledger"),
    (CAST, lambda: vote(ballot=""), "ballot"),
    (CAST, lambda: vote(ballot="Skolvägen"), "ballot"),
    (CAST, lambda: vote(ballot="b\0"), "ballot"),
    (CAST, lambda: vote(voter="x" * 65), "voter"),
    (CAST, lambda: vote(choice=99), "choice"),
    (CAST, lambda: vote(choice=-1), "choice"),
    (CAST, lambda: vote(definition="abc"), "definition"),
    (CAST, lambda: vote(wait_for=7), "wait_for"),
    (CAST, lambda: vote(choices=["a", "B"]), "choices[1]"),
    (CAST, lambda: vote(occurred="igår"), "occurred"),
    (CAST, lambda: vote(occurred="2015-02-30"), "occurred"),
    (RECEIVE, lambda: received(text=""), "text"),
    (RECEIVE, lambda: received(text=" \n"), "text"),
    (RECEIVE, lambda: received(text="x" * 20_001), "text"),
    (RECEIVE, lambda: received(text="a\0b"), "text"),
    (RECEIVE, lambda: received(kind=0), "kind"),
    (RECEIVE, lambda: received(area="Nacka\u202egnort"), "area"),
    (REGISTER, lambda: registered(name="Nämn\u202eden"), "name"),
    (REGISTER, lambda: registered(name="Nämn\x07den"), "name"),
    (REGISTER, lambda: registered(name="Nämn\u200bden"), "name"),
    (REGISTER, lambda: registered(name="Nämn\u2028den"), "name"),
    (REGISTER, lambda: registered(name="x" * 301), "name"),
    (REGISTER, lambda: registered(numbers=[{"scheme": "dnr", "value": ""}]), "numbers[0].value"),
]


@pytest.mark.parametrize("path, request_of, field", FIELDS)
async def test_a_malformed_field_is_named(face: Face, path: str, request_of: Callable[[], Any], field: str) -> None:
    before = face.head()
    found = await refused(face.method(path)(request_of()))
    assert found.code is C.INVALID_ARGUMENT
    assert found.reason == "FIELDS_INVALID"
    assert field in found.fields
    assert field in found.metadata["fields"]
    assert set(found.sentences) == {"sv", "en"}
    assert face.head() == before


ID_FORM = "is not an id; write 1 to 64 of a–z, 0–9 and hyphen, beginning with a letter or digit"

SAID: list[tuple[str, Callable[[], Any], str, str, str]] = [
    (CAST, lambda: vote(ballot="Skolvägen"), "ballot", ID_FORM, "är inget id"),
    (CAST, lambda: vote(ballot=""), "ballot", "is missing; state it", "saknas"),
    (CAST, lambda: vote(choices=["a", "B"]), "choices[1]", ID_FORM, "är inget id"),
    (
        CAST,
        lambda: vote(choices=["a"] * 501),
        "choices",
        "may hold at most 500 items; take some out",
        "får ha högst 500 poster",
    ),
    (CAST, lambda: vote(request_id="x"), "request_id", "is not a UUID; write it as ", "är inget UUID"),
    (CAST, lambda: vote(request_id=""), "request_id", "is missing; ", "saknas"),
    (
        CAST,
        lambda: vote(choice=99),
        "choice",
        "must be one of: VOTE_CHOICE_SUPPORT, ",
        "måste vara ett av: VOTE_CHOICE_SUPPORT",
    ),
    (CAST, lambda: vote(occurred="igår"), "occurred", "is not an EDTF date; ", "är inget EDTF-datum"),
    (
        CAST,
        lambda: vote(occurred="2024-05-06T14:00"),
        "occurred",
        "is not an EDTF date: a time needs its zone; write 2024-05-06T14:00+02:00",
        "är inget EDTF-datum: ett klockslag behöver sin zon",
    ),
    (
        REGISTER,
        lambda: registered(kind=0),
        "kind",
        "is missing; state one of: BODY_KIND_",
        "saknas; ange ett av: BODY_KIND_",
    ),
    (
        REGISTER,
        lambda: registered(name="x" * 301),
        "name",
        "may have at most 300 characters; ",
        "får ha högst 300 tecken",
    ),
    (REGISTER, lambda: registered(name=""), "name", "is missing; state it", "saknas; ange det"),
    (REGISTER, lambda: registered(name=" "), "name", "is empty but required; ", "är tomt men måste anges"),
    (RECEIVE, lambda: received(area=" "), "area", "is empty; write something or leave the field out", "är tomt; "),
]


@pytest.mark.parametrize("path, request_of, field, en, sv", SAID)
async def test_a_field_is_refused_in_plain_words_of_both_languages(
    face: Face, path: str, request_of: Callable[[], Any], field: str, en: str, sv: str
) -> None:
    found = await refused(face.method(path)(request_of()))
    assert found.fields[field].startswith(en)
    assert f"{field}: {sv}" in found.sentences["sv"]


async def test_numbers_beyond_a_limit_and_rules_over_several_fields_are_told_in_words(face: Face) -> None:
    given: dict[str, Any] = {"ledger": LEDGER, "request_id": str(uuid4()), "question": "Ja?"}
    yes_or_no = given | {"rule": ballots.BALLOT_RULE_YES_NO_ABSTAIN}
    method = face.method("BallotService/OpenBallot")
    found = await refused(method(ballots.OpenBallotRequest(**yes_or_no, winners=501)))
    assert found.fields["winners"] == "must be a number from 1 to 500"
    found = await refused(method(ballots.OpenBallotRequest(**yes_or_no, threshold=3)))
    assert found.fields[""] == "threshold belongs to the rule support; leave it out"
    assert found.metadata["fields"] == "the command"
    assert "kommandot: threshold hör till regeln support; utelämna det" in found.sentences["sv"]


async def test_a_read_is_refused_in_the_same_words(face: Face) -> None:
    found = await refused(face.method("LedgerService/GetEvent")(record.GetEventRequest(ledger=LEDGER, request_id="x")))
    assert found.fields["request_id"].startswith("is not a UUID; write it as ")


async def test_the_rules_of_a_ballot_answer_with_their_reasons(face: Face) -> None:
    once, ballot = await face.open_ballot(revote=False), await face.open_ballot()
    await face.method(CAST)(vote(ballot=once))
    refusals = [
        (vote(), C.NOT_FOUND, "BALLOT_UNKNOWN"),
        (vote(ballot=once), C.ALREADY_EXISTS, "ALREADY_VOTED"),
        (vote(ballot=ballot, choice=ballots.VOTE_CHOICE_AGREE), C.INVALID_ARGUMENT, None),
        (vote(ballot=ballot, definition="0" * 64), C.FAILED_PRECONDITION, None),
        (vote(ledger="taby.se/inflytande"), C.NOT_FOUND, "LEDGER_UNKNOWN"),
        (vote(occurred="2999-01-01"), C.INVALID_ARGUMENT, "OCCURRED_IN_FUTURE"),
    ]
    for request, code, reason in refusals:
        found = await refused(face.method(CAST)(request))
        assert found.code is code, found
        assert reason in {None, found.reason}
    close = ballots.CloseBallotRequest(ledger=LEDGER, request_id=str(uuid4()), ballot=ballot)
    await face.method("BallotService/CloseBallot")(close)
    assert (await refused(face.method(CAST)(vote(ballot=ballot)))).code is C.FAILED_PRECONDITION


async def test_another_ledger_is_told_the_right_one(face: Face) -> None:
    asked = record.ReadRequest(ledger="taby.se/inflytande")
    for path, request in (("LedgerService/Read", asked), (CAST, vote(ledger="taby.se/inflytande"))):
        found = await refused(face.method(path)(request))
        assert found.code is C.NOT_FOUND
        assert found.metadata == {"asked": "taby.se/inflytande", "ledger": LEDGER}


async def test_a_repeated_request_answers_the_first_receipt_and_other_content_is_refused(face: Face) -> None:
    request = vote(ballot=await face.open_ballot())
    first = await face.method(CAST)(request)
    again = await face.method(CAST)(request)
    assert again.receipt.repeated_request
    assert list(again.receipt.leaf_hashes) == list(first.receipt.leaf_hashes)
    request.choice = ballots.VOTE_CHOICE_NO
    found = await refused(face.method(CAST)(request))
    assert (found.code, found.reason) == (C.ALREADY_EXISTS, "REQUEST_REUSED")
    assert face.head() == again.receipt.positions[0]


async def test_a_created_thing_takes_the_request_id_when_it_is_given_none(face: Face) -> None:
    request_id = str(uuid4())
    await face.method(REGISTER)(registered(request_id=request_id))
    asked = record.GetEventRequest(ledger=LEDGER, request_id=request_id)
    (recorded,) = (await face.method("LedgerService/GetEvent")(asked)).events
    assert f'"body":"{request_id}"'.encode() in recorded.entry


async def test_a_message_over_the_limit_is_refused_by_its_size(face: Face) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await face.method(RECEIVE)(received(text="x" * (1 << 20)))
    assert error.value.code() is C.RESOURCE_EXHAUSTED


@pytest.mark.parametrize("raw", [b"\xff\xff\xff", b"\x0a\x02\xff\xfe", b"\x0a\x7f"])
@pytest.mark.parametrize("path", [CAST, "LedgerService/Read", "LedgerService/GetEvent"])
async def test_bytes_that_are_no_message_are_refused_and_not_an_internal_error(
    face: Face, path: str, raw: bytes
) -> None:
    found = await refused(face.method(path)(raw))
    assert (found.code, found.reason) == (C.INVALID_ARGUMENT, "REQUEST_UNREADABLE")


async def test_bytes_that_are_no_message_end_a_submit(face: Face) -> None:
    call = face.method("LedgerService/Submit")()
    await call.write(b"\xff\xff\xff")
    assert (await refused(call)).reason == "REQUEST_UNREADABLE"


async def test_many_faults_at_once_still_fit_into_the_answer(face: Face) -> None:
    request = ballots.InvalidateVotesRequest(
        ledger=LEDGER,
        request_id=str(uuid4()),
        ballot="b1",
        rule="§ 3",
        reason_code="duplicate",
        authority="Valnämnden",
        votes=[ballots.NamedVote(voter="å" * 60) for _ in range(400)],
    )
    found = await refused(face.method("BallotService/InvalidateVotes")(request))
    assert found.fields


async def test_the_caller_chooses_the_language(face: Face) -> None:
    for asked, locales in (("sv-SE,sv;q=0.9,en;q=0.5", {"sv"}), ("en", {"en"}), ("de", {"sv", "en"})):
        call = face.method(CAST)(vote(), metadata=(("accept-language", asked),))
        assert set((await refused(call)).sentences) == locales


async def test_submit_answers_each_bad_command_for_itself(face: Face) -> None:
    ballot, before = await face.open_ballot(), face.head()
    votes = [vote(f"v{n}", ballot=ballot) for n in range(6)]
    votes[1].request_id = "x"
    votes[2].ballot = "nowhere"
    votes[4].ledger = "taby.se/inflytande"
    votes[5].wait_for = 3  # type: ignore[assignment]
    asked = message(*votes)
    asked.commands.append(record.SubmittedCommand())
    call = face.method("LedgerService/Submit")()
    await call.write(asked)
    response = await call.read()
    await call.done_writing()
    reasons = {each.place: told(each.status).reason for each in response.refused}
    assert reasons == {
        1: "FIELDS_INVALID",
        2: "BALLOT_UNKNOWN",
        4: "LEDGER_UNKNOWN",
        5: "WAIT_NOT_IN_SUBMIT",
        6: "FIELDS_INVALID",
    }
    assert [(run.place, run.commands, run.first_position) for run in response.accepted] == [
        (0, 1, before + 1),
        (3, 1, before + 2),
    ]


@pytest.mark.parametrize("commands", [0, 1_001])
async def test_a_message_of_submit_holds_1_to_1000_commands(face: Face, commands: int) -> None:
    call = face.method("LedgerService/Submit")()
    await call.write(record.SubmitRequest(commands=[record.SubmittedCommand()] * commands))
    found = await refused(call)
    assert (found.code, found.reason) == (C.INVALID_ARGUMENT, "MESSAGE_SIZE_WRONG")
