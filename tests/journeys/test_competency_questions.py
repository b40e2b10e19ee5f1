"""The competency questions asked of a served ledger over gRPC, after the whole story was told to it the same way.

Each test bears the number of its question. What is asked with a day is answered as of that day.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
import pytest_asyncio
from google.protobuf.json_format import MessageToDict

from ledger.bodies import BodyKind, RegisterBody
from ledger.matters import MatterKind, MatterOpened, OpenMatter
from ledger.messages import Receipt, RecordedEvent, Submission
from services.bootstrap import Running
from services.client import Client, Refused, connected
from services.demo.telling import tell
from services.imports import kolada
from services.rpc.catalogue import message_class, methods
from tests.services.rpc.face import LEDGER, Face, served

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIEWS = "participation.transparency.v1.TransparencyService"
SEARCH = "participation.transparency.v1.SearchService"
ASSIGNMENT, FIRST, SECOND = "metoder-for-inflytande", "ksau-2015-05-12-64", "ksau-2016-12-20-208"
NETWORK, JOINING, INTEREST = "natverk-medborgardialog", "ksau-2018-natverk", "vilka-resultat-vill-du-folja"


# --- The story, told over gRPC --------------------------------------------------------------------
class Wire:
    """The served ledger to whoever tells it the story: what is submitted goes over the socket."""

    def __init__(self, ledger: Running, client: Client) -> None:
        self._ledger, self._client = ledger, client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    @property
    def committer(self) -> Wire:
        return self

    def lane(self) -> Wire:
        return self

    async def submit(self, submissions: Sequence[Submission]) -> Sequence[Any]:
        return await self._client.do_all([(each.command, each.request_id) for each in submissions])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def face(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Face]:
    """A server that was told the story with its filler."""
    async with served(tmp_path_factory.mktemp("ledger")) as found:
        async with connected(found.address, LEDGER) as client:
            await tell(cast("Running", Wire(found.ledger, client)), illustrative=True)
        await found.ledger.projected(found.head())
        yield found


async def asked(face: Face, rpc: str, **fields: Any) -> dict[str, Any]:
    """Ask a view over gRPC and return its answer by the names of its fields, unset ones with their defaults."""
    service = SEARCH if rpc == "Search" else VIEWS
    request = message_class(methods()[f"/{service}/{rpc}"].descriptor.input_type)(ledger=LEDGER, **fields)
    answer = await face.method(f"{service}/{rpc}")(request)
    shown: dict[str, Any] = MessageToDict(
        answer, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return shown


def named(shown: Sequence[dict[str, Any]], member: str) -> list[str]:
    return [each[member] for each in shown]


# --- A resident asks ------------------------------------------------------------------------------
async def test_q01_what_happened_to_my_proposal_who_decided_and_why(face: Face) -> None:
    answer = await asked(face, "GetMine", inputs=["illustrativt-forslag-07"])
    (own,) = answer["inputs"]
    (disposition,) = own["dispositions"]
    assert (disposition["decision"], disposition["body"], disposition["meeting_date"]) == (
        JOINING,
        "ksau",
        "2018-03-27",
    )
    (revision,) = disposition["revisions"]
    assert (revision["code"], revision["reason_codes"]) == ("considered_not_adopted", ["cost"])
    assert revision["text"]["pointer"] == "/text"


async def test_q02_what_can_i_influence_until_when_and_at_which_level(face: Face) -> None:
    (able,) = (await asked(face, "ListOpenProcesses", as_of_date="2018-12-01"))["open_processes"]
    influence = able["influence"]
    assert (able["process"], influence["level"], influence["until"]) == (NETWORK, "involve", "2019-04-10")
    assert (influence["can_change"], influence["cannot_change"]) == (
        ["Vilka mått som visas"],
        ["Att verksamheten mäts"],
    )
    assert (await asked(face, "ListOpenProcesses", as_of_date="2019-06-01"))["open_processes"] == []


async def test_q03_which_residents_inputs_changed_the_decision_and_which_passage(face: Face) -> None:
    (account,) = (await asked(face, "GetInfluence", decision=JOINING))["decisions"]
    (change,) = account["changes"]
    assert change["clause"] == 1
    assert named(change["inputs"], "input") == [f"illustrativt-forslag-{number:02}" for number in range(1, 5)]
    assert set(named(change["inputs"], "author_kind")) == {"resident"}


async def test_q05_which_results_do_other_residents_want_to_see(face: Face) -> None:
    (interest,) = (await asked(face, "ListIndicators"))["interest"]
    assert (interest["ballot"], interest["of_votes"]) == (INTEREST, "40")
    ranked = [(line["rank"], line["indicator"], line["votes"]["value"]) for line in interest["lines"]]
    assert ranked == [(1, "personal", "20"), (2, "trygghet", "19"), (3, "vantetider", "17"), (4, "kostnad", "16")]


# --- A journalist asks ----------------------------------------------------------------------------
async def test_q07_which_assignments_are_overdue_today_and_which_were_on_15_december_2015(face: Face) -> None:
    assert (await asked(face, "ListAssignments", overdue=True))["assignments"] == []
    (overdue,) = (await asked(face, "ListAssignments", overdue=True, as_of_date="2015-12-15"))["assignments"]
    assert (overdue["assignment"], overdue["judged"]["overdue_days"]) == (ASSIGNMENT, 1)
    assert (await asked(face, "ListAssignments", overdue=True, as_of_date="2015-12-14"))["assignments"] == []


async def test_q08_which_decisions_rely_on_surveys_with_under_half_answered(face: Face) -> None:
    (decision,) = (await asked(face, "ListDecisions", low_response=True))["decisions"]
    (relied,) = decision["surveys"]
    assert (decision["decision"], relied["id"]) == (JOINING, "scb-medborgarundersokning-2015")
    assert (relied["survey"]["response_stated"], relied["survey"]["under_warning"]) == ("knappt 40 procent", True)


@pytest.mark.parametrize("decision, stance, words", [(FIRST, "against", "utförare"), (SECOND, "mixed", "Management")])
async def test_q09_who_dissented_and_in_which_words(face: Face, decision: str, stance: str, words: str) -> None:
    shown = (await asked(face, "ListPositions", decision=decision))["positions"]
    (note,) = (each for each in shown if each["basis"] == "dissent")
    assert (note["party"], note["kind"], note["stance"]) == ("Vänsterpartiet", "note", stance)
    hits = (await asked(face, "Search", words=words))["hits"]
    places = [(each["text"]["position"], each["text"]["pointer"]) for each in hits]
    assert (note["text"]["position"], note["text"]["pointer"]) in places


async def test_q10_what_was_promised_in_2018_and_was_it_delivered(face: Face) -> None:
    answer = await asked(face, "ListCommitments", year="2018", as_of_date="2019-05-01")
    found = {each["commitment"]: (each["status"], each.get("days_late")) for each in answer["commitments"]}
    assert found == {"sprida-erfarenheter": ("open", None), "utvecklingsarbete-natverk": ("broken", "21")}
    assert answer["made"]["value"] == "2"


async def test_q11_where_do_the_documents_contradict_each_other(face: Face) -> None:
    (account,) = (await asked(face, "ListGaps", rule="accounts_differ"))["gaps"]
    facts = {each["name"]: each["value"] for each in account["facts"]}
    assert (facts["assignee"], facts["assignee_by_account"]) == ("stadsledningskontoret", "fornyelseenheten")
    assert (facts["date"], facts["date_by_account"], facts["text"]) == ("2015-05-12", "2015-04-27", "differs")
    (number,) = (await asked(face, "ListGaps", rule="number_on_several_documents"))["gaps"]
    told = {each["name"]: each["value"] for each in number["facts"]}
    assert told["documents"] == "protokoll-2015-05-12-64, tjansteskrivelse-2016-05-16"


async def test_q12_how_did_the_overarching_goals_change_from_2015_to_2016(face: Face) -> None:
    (change,) = (await asked(face, "GetGoals", as_of_date="2016-06-01"))["changes"]
    assert (change["before"]["value"], change["after"]["value"]) == ("8", "4")
    assert change["unknown"] == {"numerator": "8", "denominator": "8"}
    before = await asked(face, "GetGoals", as_of_date="2015-06-01")
    assert (len(before["goals"]), before["changes"]) == (8, [])


# --- An auditor asks ------------------------------------------------------------------------------
async def test_q14_was_every_delegated_decision_covered_by_a_clause_and_reported(face: Face) -> None:
    (delegated,) = (await asked(face, "ListDelegatedDecisions"))["delegations"]
    assert (delegated["delegation"], delegated["reported"]) == ({"order": "ks-delegationsordning", "clause": "2"}, True)
    assert named(delegated["reports"], "on") == ["2018-04-16"]
    # The letter does not tell since when the order holds, and that is said.
    assert delegated["flags"] == ["in_force_since_unknown"]
    early = (await asked(face, "ListDelegatedDecisions", as_of_date="2018-04-15"))["delegations"]
    assert [each["reported"] for each in early] == [False]


async def test_q15_were_minutes_adjusted_in_14_days_announced_in_2_and_left_up_for_21(face: Face) -> None:
    (notice,) = (await asked(face, "ListNotices", body="ksau", as_of_date="2015-06-12"))["notices"]
    minutes = notice["minutes"]
    judged = {
        what: (minutes[what]["rule"]["value"], minutes[what]["status"])
        for what in ("adjustment", "announcement", "left_up")
    }
    assert judged == {
        "adjustment": ("14", "on_time"),
        "announcement": ("2", "on_time"),
        "left_up": ("21", "left_up"),
    }
    assert {minutes[what]["rule"]["citation"] for what in judged} == {"KL 1991:900"}


async def test_q16_which_inputs_in_scope_lack_a_disposition(face: Face) -> None:
    (account,) = (await asked(face, "GetInfluence", decision=JOINING))["decisions"]
    assert named(account["lacking"], "input") == ["illustrativt-forslag-12"]
    coverage = {each["author_kind"]: (each["numerator"], each["denominator"]) for each in account["coverage"]}
    assert (account["lacking_count"], coverage["resident"]) == ("1", ("11", "12"))


async def test_q17_which_events_were_corrected_by_which_role_and_why(face: Face) -> None:
    (correction,) = (await asked(face, "ListCorrections"))["corrections"]
    assert (correction["was"], correction["becomes"], correction["by_role"]) == ("91", "19", "officer")
    assert (correction["topic"], correction["pointer"]) == ("results-published", "/tables/0/cells/1/count")
    assert correction["reason"]["pointer"] == "/reason"
    earlier = int(correction["recorded"]["position"]) - 1
    assert (await asked(face, "ListCorrections", at_position=earlier))["corrections"] == []


# --- A politician asks ----------------------------------------------------------------------------
async def test_q19_what_did_residents_say_about_the_matter_before_we_decide(face: Face) -> None:
    matter = "natverk-medborgardialog-kring-resultat"
    said = (await asked(face, "GetMatter", matter=matter, as_of_date="2018-03-26"))["inputs_by_kind"]
    counts = {(each["kind"], each["author_kind"]): each["count"]["value"] for each in said}
    assert counts == {("proposal", "resident"): "12"}
    listed = (await asked(face, "ListInputs", process=NETWORK, page_size=100))["inputs"]
    assert named(listed, "input") == [f"illustrativt-forslag-{number:02}" for number in range(1, 13)]
    before = (await asked(face, "GetMatter", matter=matter, as_of_date="2018-01-31"))["inputs"]
    assert before["value"] == "0"


async def test_q20_who_has_not_been_heard(face: Face) -> None:
    answer = await asked(face, "GetParticipation")
    assert answer["not_evidenced"] == ["business", "civil_society", "older_residents"]
    heard = {each["group"]: each["attendances"] for each in answer["groups"] if each["evidenced"]}
    assert set(heard) == {"children", "residents", "staff"} and heard["residents"] == "182"
    # No view tells area, age or group of single persons.
    assert answer["not_published"] == ["area", "age_band", "group"]


async def test_q21_consequences_for_economy_and_children_and_what_was_left_blank(face: Face) -> None:
    consequences = {
        name: {
            each["kind"]: each for each in (await asked(face, "GetDecision", decision=name))["basis"]["consequences"]
        }
        for name in (FIRST, JOINING)
    }
    assert [each["none_reason"] for each in consequences[FIRST].values()] == ["not in the source"] * 2
    joining = consequences[JOINING]
    assert (joining["economy"]["amount"], joining["economy"]["currency"]) == ("0", "SEK")
    assert joining["children"]["text"]["pointer"] == "/consequences/1/text"


async def test_q22_is_the_change_real_or_noise_or_wording(face: Face) -> None:
    survey = "medborgarenkat-2018"
    wording = await asked(face, "CompareSurveys", survey=survey, earlier=survey, question="paverka", answer_code="yes")
    assert (wording["split_ballot"], wording["verdict"]) == (True, "within_chance")
    assert float(wording["difference"]["low"]) < 0 < float(wording["difference"]["high"])
    waves = await asked(face, "CompareSurveys", survey=survey, earlier="scb-medborgarundersokning-2015", index="nii")
    assert (waves["verdict"], waves["why_not"]) == ("not_comparable", "comparability_not_stated")


async def test_q23_which_methods_work_and_by_whose_evidence(face: Face) -> None:
    listed = (await asked(face, "ListMethods"))["methods"]
    verdicts = {each["method"]: [(one["verdict"], one["standing"]) for one in each["verdicts"]] for each in listed}
    names = ("designtankande", "dialog", "kundinsikter", "prototypande", "trendspaning")
    assert verdicts == {name: [("works", "claimed")] for name in names}
    shown = (await asked(face, "GetMethod", method="dialog"))["method"]
    (assessed,) = shown["trials"][0]["assessments"]
    assert (assessed["claimed_by"], assessed["by_body"]) == ("owner", "fornyelseenheten")
    assert named(assessed["evidence"], "id") == ["rapport-metoder"]


async def test_q24_was_my_criticism_answered(face: Face) -> None:
    asking = {"target_kind": "decision", "target": FIRST}
    shown = (await asked(face, "ListCriticism", not_answered=True, **asking))["criticism"]
    assert [each["input"][7] for each in shown] == ["a", "b", "c", "d"]
    assert [each["answered"] for each in shown] == [False] * 4
    assert {one["code"] for each in shown for one in each["dispositions"]} == {"pending"}


# --- A system asks --------------------------------------------------------------------------------
async def test_q25_all_changes_since_a_position_for_one_kind_of_event(face: Face) -> None:
    async with connected(face.address, LEDGER) as client:
        whole = [each.position async for each in client.read(types=(MatterOpened,))]
        assert len(whole) == 5
        following = client.follow(after=whole[0], types=(MatterOpened,))
        followed = cast("AsyncGenerator[RecordedEvent, None]", following)
        assert [(await anext(followed)).position for _ in whole[1:]] == whole[1:]
        # What comes now comes to the subscriber, too, and only what it asked for.
        await client.do(RegisterBody(body="ny-namnd", kind=BodyKind.BOARD, name="Ny nämnd"))
        opening = OpenMatter(matter="nytt-arende", title="Nytt ärende", kind=MatterKind.DECISION, body="ny-namnd")
        receipt = await client.do(opening)
        newest = await anext(followed)
        assert (newest.position, newest.event.subject()) == (receipt.first, "matter:nytt-arende")
        await followed.aclose()


async def test_q26_a_batch_is_submitted_idempotently_and_each_outcome_is_known(face: Face) -> None:
    board = RegisterBody(body="namnd-26", kind=BodyKind.BOARD, name="Nämnd 26")
    batch = [(board, uuid4()), (board.model_copy(update={"name": "En till"}), uuid4())]
    async with connected(face.address, LEDGER) as client:
        first, second = await client.do_all(batch)
        head = face.head()
        again, refused = await client.do_all(batch)
    assert isinstance(first, Receipt) and isinstance(again, Receipt)
    assert (again.ids, again.first, first.repeated, again.repeated) == (first.ids, first.first, False, True)
    assert isinstance(second, Refused) and isinstance(refused, Refused)
    assert second.reason == refused.reason == "BODY_ALREADY_REGISTERED"
    assert face.head() == head


async def test_q27_values_of_kolada_are_imported_with_where_they_come_from(face: Face, tmp_path: Path) -> None:
    numbers = [{"count": 1, "gender": "T", "status": "", "value": 48.25}]
    held = [
        {"kpi": "U00001", "municipality": "0182", "period": 2015, "values": numbers},
        {"kpi": "U00001", "municipality": "0182", "period": 2016, "values": [numbers[0] | {"value": None}]},
    ]
    export = tmp_path / "kolada.json"
    export.write_text(json.dumps({"count": 2, "values": held}))
    recorded: list[bool] = []
    async with connected(face.address, LEDGER) as client:
        for phase in kolada.phases(kolada.read_export(export, None)):
            outcomes = await client.do_all([(item.submission.command, item.submission.request_id) for item in phase])
            recorded += [isinstance(each, Receipt) for each in outcomes]
    # The definition and both values; that they would revise values of an earlier export is refused.
    assert recorded.count(True) == 3
    await face.ledger.projected(face.head())
    listed = (await asked(face, "ListIndicators", origin="kolada"))["indicators"]
    shown = await asked(face, "GetIndicator", indicator=listed[0]["indicator"])
    (series,) = shown["series"]
    assert [(each["period"], each["missing"]) for each in series["values"]] == [("2015", False), ("2016", True)]
    value = series["values"][0]
    source = value["recorded"]["source"]
    assert (value["value"], value["attribution"]) == ("48.25", "Källa: Kolada")
    assert (source["basis"], source["external_id"]) == ("import", "U00001 0182 2015")


# --- Another municipality asks --------------------------------------------------------------------
async def test_q30_what_was_learned_about_a_method(face: Face) -> None:
    shown = (await asked(face, "GetMethod", method="dialog"))["method"]
    (lesson,) = shown["lessons"]
    assert (lesson["process"], lesson["lesson"], lesson["text"]["pointer"]) == (NETWORK, "fraga-forst", "/text")
    hits = (await asked(face, "Search", words="resultat intressanta"))["hits"]
    assert lesson["text"]["position"] in [each["text"]["position"] for each in hits]
