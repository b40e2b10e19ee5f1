"""What the undated letter of 2018 says: who asks for what, on which ground, with which consequences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ledger.messages import RecordedEvent
from projections.projection import Rows
from projections.views import bodies, claims, commitments, delegations, documents, indicators, matters, processes
from projections.views.answer import Page
from projections.views.gaps import gaps
from tests.mission.anchors import anchored, external, words_at
from tests.mission.conftest import Past

MATTER, LETTER = "natverk-medborgardialog-kring-resultat", "tjansteskrivelse-natverk"
NETWORK, PROPOSAL = "natverk-medborgardialog", "forslag-natverk"
DAY = "2018-04-10"


def dossier(rows: Rows) -> dict[str, Any]:
    view = matters.matter(rows, MATTER, DAY)
    assert view is not None
    return view


def letter(rows: Rows) -> dict[str, Any]:
    view = documents.document(rows, LETTER)
    assert view is not None
    found: dict[str, Any] = view["document"]
    return found


def proposal(rows: Rows) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = dossier(rows)["proposals"]
    return found


def stated(rows: Rows, kind: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = (each for each in proposal(rows)["consequences"] if each["kind"] == kind)
    return found


def delegation_order(rows: Rows) -> dict[str, Any]:
    view = bodies.body(rows, "kommunstyrelsen", on=DAY)
    assert view is not None
    order: dict[str, Any]
    (order,) = view["delegation_orders"]
    return order


def delegated(rows: Rows, on: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = delegations.delegated(rows, body="kommunstyrelsen", on=on)["delegations"]
    return found


def indicator(rows: Rows, name: str, on: str = DAY) -> dict[str, Any]:
    view = indicators.indicator(rows, name, on)
    assert view is not None
    return view


def claim(rows: Rows, name: str) -> dict[str, Any]:
    view = claims.claim(rows, name)
    assert view is not None
    found: dict[str, Any] = view["claim"]
    return found


def gap_facts(rows: Rows, rule: str, subject: str, on: str = DAY) -> list[dict[str, str]]:
    found = gaps(rows, Page(1000), rule, subject=subject, on=on)["gaps"]
    return [{fact["name"]: fact["value"] for fact in each["facts"]} for each in found]


# --- The letter and its proposal --------------------------------------------------------------------
def test_s2_01_x08_the_letter_has_neither_number_nor_date(told: Rows, shared: Path) -> None:
    shown = letter(told)
    assert (shown["missing"], shown["recorded"]["occurred"]) == (["document_date", "numbers"], "../2018-04-10")
    assert (shown["recipient_bodies"], dossier(told)["matter"]["numbers"]) == (["ksau"], [])
    anchored(shown, "S2", 3)
    assert "KFKS" not in words_at(shared, shown)
    (gap,) = gap_facts(told, "document_without_date_or_number", f"document:{LETTER}")
    assert gap == {"lacks": "document_date, numbers"}


def test_s2_02_the_letter_proposes_to_join_the_network(told: Rows, shared: Path) -> None:
    shown = proposal(told)
    assert [(each["verb"], each["text"]["pointer"]) for each in shown["clauses"]] == [("join", "/clauses/0/text")]
    assert (shown["versions"], shown["proposal_version"], shown["document"]) == (1, 1, LETTER)
    anchored(shown, "S2", 9)
    assert "beslutar att Nacka kommun deltar" in words_at(shared, shown)
    assert gap_facts(told, "proposal_undecided", f"proposal:{PROPOSAL}") == [{"to_body": "ksau"}]


def test_s2_04_s2_05_x08_the_boards_decision_is_the_committees_by_a_clause(told: Rows, shared: Path) -> None:
    order = delegation_order(told)
    (clause,) = order["clauses"]
    # Neither the words of the clause nor its first day are told; that it asks for a report follows from delegation.
    assert (clause["number"], clause["text"], order["valid_from"], order["in_force"]) == ("2", None, None, True)
    assert (clause["delegate_body"], clause["reporting"]) == ("ksau", "report")
    assert order["not_delegable"]["citation"] == "KL 6:38"
    anchored(order, "S2", 11)
    assert "med stöd av punkten 2 i kommunstyrelsens delegationsordning" in words_at(shared, order)
    # The letter lets the board decide, and lays the matter before the committee.
    assert (dossier(told)["matter"]["body"], proposal(told)["to_body"]) == ("kommunstyrelsen", "ksau")
    assert "Kommunstyrelsen beslutar" in words_at(shared, proposal(told))
    # Whether the committee decided, the documents do not tell.
    assert delegated(told, DAY) == []


def test_s2_04_s2_05_x08_in_the_filler_the_clause_is_cited_and_the_decision_reported(illustrated: Rows) -> None:
    (made,) = delegated(illustrated, "2018-04-16")
    assert (made["body"], made["on_behalf_of"], made["force"]) == ("ksau", "kommunstyrelsen", "delegated")
    assert (made["clause"]["number"], made["flags"], made["reported"]) == ("2", ["in_force_since_unknown"], True)
    assert made["recorded"]["source"]["basis"] == "illustrative"
    (waiting,) = delegated(illustrated, "2018-04-15")
    assert (waiting["reported"], waiting["flags"]) == (False, ["in_force_since_unknown", "unreported"])


def test_s2_12_free_of_charge_is_an_amount_said_twice(told: Rows, shared: Path) -> None:
    economy = stated(told, "economy")
    assert (economy["amount"], economy["currency"], economy["amount_given"]) == (0, "SEK", True)
    anchored(proposal(told), "S2", 15, 31)
    assert words_at(shared, proposal(told)).count("avgiftsfri") == 2


def test_s2_26_both_consequences_are_stated_here_and_a_reason_stands_where_they_are_not(told: Rows) -> None:
    shown = proposal(told)
    assert [each["kind"] for each in shown["consequences"]] == ["economy", "children"]
    assert (shown["not_stated"], stated(told, "children")["stated"]) == ([], ["text"])
    anchored(shown, "S2", 29, 31, 33, 35)
    assert gap_facts(told, "consequence_left_open", f"proposal:{PROPOSAL}") == []
    reason = {"stated": "none", "reason": "not in the source"}
    assert gap_facts(told, "consequence_left_open", "proposal:forslag-2016-12-12") == [
        {"consequence": kind} | reason for kind in ("economy", "children")
    ]


def test_s2_27_measures_touch_children_and_children_may_be_counted(told: Rows, illustrated: Rows, shared: Path) -> None:
    nii = indicator(told, "nii")["indicator"]
    assert nii["affects_children"] is True
    anchored(nii, "S2", 35)
    assert "mål, mått och indikatorer påverkar deras vardag" in words_at(shared, nii)
    listed = {each["indicator"]: each["affects_children"] for each in indicators.indicators(told)["indicators"]}
    assert listed == {"nii": True, "tillit": None, "upplevs-bast": None}
    view = processes.process(illustrated, NETWORK, on="2019-04-10")
    assert view is not None
    (children,) = (each for each in view["course"]["groups"] if each["group"] == "children")
    assert (children["attendances"], children["evidenced"], children["named"]) == (9, True, False)


def test_s2_28_the_units_assessment_stands_apart_from_facts_and_proposal(told: Rows, shared: Path) -> None:
    sections = {each["heading"]: each["anchor"] for each in letter(told)["sections"]}
    apart = {"proposal": "lines 7-11", "facts": "lines 13-23", "assessment": "lines 25-27"}
    assert sections == apart | {"economy": "lines 29-31", "children": "lines 33-35"}
    assert proposal(told)["assessment"]["pointer"] == "/assessment"
    anchored(proposal(told), "S2", 25, 27)
    headings = words_at(shared, letter(told)).splitlines()
    assert "Enhetens bedömning" in headings[25 - 1] and "Sammanfattning" in headings[13 - 1]


def test_s2_29_two_attachments_lie_with_the_letter(told: Rows, shared: Path) -> None:
    attached = {each["document"]: each for each in letter(told)["attachments"]}
    assert set(attached) == {"bekraftelsebrev-skl", "beskrivning-utvecklingsarbete"}
    for each, line in zip(attached.values(), (39, 41), strict=True):
        anchored(each, "S2", line)
        assert each["title"] == words_at(shared, each)
    confirmation = attached["bekraftelsebrev-skl"]
    assert (confirmation["direction"], confirmation["status"], confirmation["sender_body"]) == (
        "incoming",
        "received",
        "skl",
    )


def test_s2_30_three_signed_in_two_units_with_their_roles_then(told: Rows) -> None:
    signed = [(each["role"], each["unit"], each["name"]["pointer"]) for each in letter(told)["signed_by"]]
    assert signed == [
        ("Enhetschef", "fornyelseenheten", "/signed_by/0/name"),
        ("Enhetschef", "controllerenheten", "/signed_by/1/name"),
        ("Projektledare", "fornyelseenheten", "/signed_by/2/name"),
    ]
    anchored(letter(told), "S2", 43, 45, 47, 49, 51, 53)


# --- What the letter claims and wants -----------------------------------------------------------------
def test_s2_13_every_figure_names_its_events_and_they_are_as_many(
    told: Rows, record: Sequence[RecordedEvent], shared: Path
) -> None:
    shown = claim(told, "falska-fakta")
    assert (shown["kind"], shown["without_evidence"]) == ("fact", True)
    anchored(shown, "S2", 19)
    assert "falsk fakta eller förvrängda fakta" in words_at(shared, shown)
    view = processes.process(told, NETWORK, on=DAY)
    assert view is not None
    held, made = view["course"]["sessions_held"], commitments.commitments(told, on=DAY)["made"]
    for figure, value in ((held, 1), (made, 2)):
        behind = [
            each
            for each in record
            if each.event.topic in figure["events"]["types"] and set(figure["events"]["tags"]) <= set(each.event.tags())
        ]
        assert (len(behind), figure["value"]) == (value, value)
        assert all(each.event.source is not None and each.time for each in behind)


def test_s2_14_trust_is_to_grow_and_nobody_says_how_it_is_measured(told: Rows, shared: Path) -> None:
    aim, trust = claim(told, "oka-tilliten"), indicator(told, "tillit")
    assert (aim["kind"], aim["by_body"], aim["process"]) == ("intention", "fornyelseenheten", NETWORK)
    assert (trust["indicator"]["direction"], trust["indicator"]["unit"], trust["values"]["value"]) == ("up", None, 0)
    for each in (aim, trust["indicator"]):
        anchored(each, "S2", 19)
        assert "öka tilliten" in words_at(shared, each) and "former för delaktighet" in words_at(shared, each)


def test_s2_15_surveys_are_said_to_show_it_and_none_is_named(told: Rows, shared: Path) -> None:
    shown = claim(told, "intresserade-av-debatten")
    assert (shown["kind"], shown["evidence"], shown["without_evidence"]) == ("fact", [], True)
    assert shown["document"] == LETTER
    anchored(shown, "S2", 19)
    assert "Undersökningar visar" in words_at(shared, shown)
    (gap,) = gap_facts(told, "claim_without_evidence", f"claim:{shown['claim']}")
    assert gap == {"kind": "fact", "by_body": "fornyelseenheten"}


def test_s2_18_what_residents_perceive_is_measured_by_a_survey_linked_to_the_index(told: Rows, shared: Path) -> None:
    value = claim(told, "varde-i-invanarnas-ogon")
    assert (value["kind"], value["by_body"]) == ("position", "fornyelseenheten")
    anchored(value, "S2", 19)
    assert "utifrån vad medborgarna uppfattar" in words_at(shared, value)
    nii = indicator(told, "nii")
    (link,) = nii["links"]
    assert (link["kind"], link["title"]) == ("survey", "SCB:s medborgarundersökning 2015, Nacka")
    external(link, "mitti.se")
    anchored(nii["indicator"], "S2", 27)
    assert "Nöjd-Inflytande-Index i SCB:s medborgarundersökning" in words_at(shared, nii["indicator"])


def test_s2_24_an_indicator_is_defined_and_later_revised_or_retired_with_reasons(told: Rows, illustrated: Rows) -> None:
    anchored(indicator(told, "nii")["indicator"], "S2", 27)
    assert indicator(told, "nii")["indicator"]["definition"]["pointer"] == "/definition"
    retired, revised = (indicator(illustrated, name)["indicator"] for name in ("kostnad", "personal"))
    assert (retired["status"], retired["retired"]["reason_code"]) == ("retired", "no_interest")
    assert retired["retired"]["reason"]["pointer"] == "/reason"
    (revision,) = revised["revisions"]
    assert (revision["before"], revision["reason"]["pointer"]) == ({"title": "Personalens tid"}, "/reason")
    assert revised["title"] == "Personalens tid med brukarna"


def test_s2_25_x11_the_index_is_to_rise_from_nothing_to_nothing_by_no_day(told: Rows, shared: Path) -> None:
    (target,) = indicator(told, "nii")["targets"]
    assert (target["direction"], target["open"], target["without_measure"]) == ("up", ["baseline", "value", "by"], True)
    assert (target["reached"], target["due_passed"]) == (None, None)
    anchored(target, "S2", 27)
    assert "höja Nacka kommuns Nöjd-Inflytande-Index" in words_at(shared, target)
    (gap,) = gap_facts(told, "target_without_measure", "indicator:nii")
    assert gap == {"target": "hoja-nii", "lacks": "baseline, value, by"}


def test_x12_the_index_ends_with_the_survey_of_2021_and_the_target_outlives_it(told: Rows, on: Past) -> None:
    after = indicator(told, "nii", on="2021-12-31")
    (broken,) = after["indicator"]["breaks"]
    assert (broken["from_period"], broken["reason_code"]) == ("2021", "model_left")
    assert broken["reason"]["pointer"] == "/reason"
    external(broken, "orebro.se")
    assert [each["broken_since"] for each in after["targets"]] == [["2021"]]
    (gap,) = gap_facts(told, "series_broken", "indicator:nii", "2021-12-31")
    assert gap == {"from_period": "2021", "targets": "1"}
    assert indicator(on("2020-12-31"), "nii", on="2020-12-31")["indicator"]["breaks"] == []
