"""The competency questions answered on the pages: each test goes as a reader would, from the start page, by words alone.

Each bears the number of its question and whose it is. The Swedish page is read first, then the same page in English.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import protovalidate
import pytest
from google.protobuf.json_format import ParseDict

from services.rpc.catalogue import message_class, methods
from tests.mission.reader import Reader

BOARD, COMMITTEE = "Kommunstyrelsen", "Kommunstyrelsens arbetsutskott"
INFLUENCE = "Inflytande och innovation som verktyg för att bli bäst på att vara kommun"
OPENNESS = "Styrning och ledning för öppenhet och mångfald"
NETWORK = "Nätverk för medborgardialog kring verksamhetsresultat"
ASSIGNMENT = "Utveckla metoderna för inflytande vidare"
OWN, SCB = "Inflytande och resultat 2018 (påhittad enkät)", "SCB:s medborgarundersökning 2015, Nacka"


# --- A resident asks ----------------------------------------------------------------------------
def test_q01_what_happened_to_my_proposal_who_decided_and_why(reader: Reader) -> None:
    page = reader.search("illustrativt-forslag-07").says(
        "Det avvisades. Skälen står i svaret till", NETWORK, "27 mars 2018", "Att mäta detta skulle kosta mer än det ger.",
        "Skäl Kostnad",
    )  # fmt: skip
    page.in_english().says("It was declined", "27 March 2018", "Att mäta detta skulle kosta mer än det ger.", "Cost")
    # Who decided: the decision is one link away.
    page.go(NETWORK).says(COMMITTEE, "Delegationsbeslut", "§ 51")


def test_q02_what_can_i_influence_until_when_and_at_which_level(reader: Reader) -> None:
    there = reader.go("Alla listor", "Processer").by("2018-12-01")
    there.says("1 process tar emot synpunkter nu.", NETWORK, "10 april 2019")
    there.go(NETWORK).says(
        "Utlovad nivå involvera", "Kan ändras Vilka mått som visas", "Kan inte ändras Att verksamheten mäts"
    )
    english = there.in_english().says("1 process takes in views now.", "10 April 2019")
    english.go(NETWORK).says("Promised level involve", "Can change Vilka mått som visas")
    # Today nothing is open, and the page says so.
    reader.go("Alla listor", "Processer").says("Ingen process tar emot synpunkter")


def test_q03_which_residents_inputs_changed_the_decision_and_which_passage(reader: Reader) -> None:
    page = reader.go("Beslut", NETWORK)
    page.says("Invånarna lämnade 12 synpunkter", "4 ändrade beslutet", "Punkt 1: 4 synpunkter")
    changed = page.go("4 ändrade beslutet")
    for number in range(1, 5):
        changed.says(f"illustrativt-forslag-{number:02}")
    assert "illustrativt-forslag-05" not in changed.text
    page.in_english().says("Residents left 12 inputs", "4 changed the decision", "Clause 1: 4 inputs")


def test_q04_is_my_vote_counted_as_i_cast_it(reader: Reader) -> None:
    ballot = reader.go("Alla listor", "Omröstningar", "Vilka resultat vill du följa?")
    ballot.says("40", "Personalens tid")
    votes = ballot.go("Visa listan över röster").says("40 röster gäller, av 40 röstande.")
    # Whoever has a pseudonym finds their own line, and the event that anybody can check.
    assert votes.row("illustrativ-04").startswith("illustrativ-04 Personalens tid, Trygghet, Väntetider")
    audit = reader.go("Granska").says("Min röst är med", "Rösterna räknas så som de är inskrivna", "liggare verify")
    audit.in_english().says("My vote is in", "liggare verify")


def test_q05_which_results_do_other_residents_want_to_see(reader: Reader) -> None:
    page = reader.go("Alla listor", "Nyckeltal").says("Vad invånarna vill följa", "40 röster")
    places = [
        page.row(f"{place} {title}") for place, title in enumerate(("Personalens tid", "Trygghet", "Väntetider"), 1)
    ]
    assert [each.split()[-1] for each in places] == ["20", "19", "17"]
    page.in_english().says("What residents want to follow", "40 votes")


def test_q06_how_do_i_get_my_words_removed_and_what_was_answered(reader: Reader) -> None:
    page = reader.go("Så behandlas personuppgifter").says("Att få ord raderade (art. 17)", "1 av 2")
    answers = page.go("Raderingar i liggaren")
    answers.says(
        "2 begäranden", "Återkallat samtycke", "Förslaget är en allmän handling och inget gallringsbeslut omfattar det."
    )
    english = page.in_english().says("To have words erased (art. 17)")
    english.go("Erasures in the record").says("2 requests", "Consent withdrawn")


# --- A journalist asks --------------------------------------------------------------------------
def test_q07_which_assignments_are_overdue_today_and_which_were_on_15_december_2015(reader: Reader) -> None:
    then = reader.go("Löften").by("2015-12-15")
    assert "datumet har passerat 1 dag sent" in then.row(ASSIGNMENT)
    assert "1 day late" in then.in_english().row(ASSIGNMENT)
    before = reader.go("Löften").by("2015-12-14")
    assert "sent" not in before.row(ASSIGNMENT)
    # Today it is reported, 154 days late: no assignment is overdue.
    now = reader.go("Löften")
    assert "rapporterat för sent 154 dagar sent" in now.row(ASSIGNMENT)
    assert "uppges gjort 16 maj 2016" in now.row(ASSIGNMENT)


def test_q08_which_decisions_rely_on_surveys_with_under_half_answered(reader: Reader) -> None:
    page = reader.go("Enkäter").says(
        "På 2 av dem svarade färre än gränsen för varning.", SCB, "färre än 50 procent svarade", "knappt 40 procent",
        f"Beslutet bygger på den: {NETWORK}",
    )  # fmt: skip
    page.go(NETWORK).says(COMMITTEE)
    page.in_english().says("fewer than 50 percent answered", f"Relied on by the decision {NETWORK}")


@pytest.mark.parametrize(
    "paragraph, words, stance, stance_in_english",
    [
        ("§ 64", "undersökningarna ges för stor tilltro", "emot", "against"),
        ("§ 208", "New Public Management", "delvis emot, delvis för", "partly against, partly in favour"),
    ],
)
def test_q09_who_dissented_and_in_which_words(
    reader: Reader, paragraph: str, words: str, stance: str, stance_in_english: str
) -> None:
    page = reader.go("Alla listor", "Ståndpunkter och avvikande meningar")
    page.says(f"Vänsterpartiet: {stance}, {paragraph}", words, "Rolf Wasteson", "står i protokollet")
    page.in_english().says(f"Vänsterpartiet: {stance_in_english}, {paragraph}", words, "stands in the minutes")


def test_q10_what_was_promised_in_2018_and_was_it_delivered(reader: Reader) -> None:
    page = reader.go("Löften").by("2019-05-01").go("gjorda 2018")
    page.says("2 löften finns i liggaren.", "1 har passerat sin dag utan att vara gjort.")
    assert "datumet har passerat 21 dagar sent" in page.row("Varje deltagande kommun")
    assert "inget datum satt" in page.row("Erfarenheterna ska kunna spridas")
    english = page.in_english().says("2 promises are in the ledger.")
    assert "21 days late" in english.row("Varje deltagande kommun")


def test_q11_where_do_the_documents_contradict_each_other(reader: Reader) -> None:
    page = reader.go("Granska", "Vad som saknas")
    told = page.row("fick uppdraget enligt redogörelsen")
    assert "Stadsledningskontoret" in told and "Förnyelseenheten" in told
    assert "12 maj 2015" in told and "27 april 2015" in told
    numbers = page.row("KFKS 2015/174-001")
    assert "Sammanträdesprotokoll 12 maj 2015, § 64" in numbers and "Metoder för inflytande och innovation" in numbers
    english = page.in_english()
    assert "Förnyelseenheten" in english.row("assignee by account")
    assert "27 April 2015" in english.row("assignee by account")


def test_q12_how_did_the_overarching_goals_change_from_2015_to_2016(reader: Reader) -> None:
    page = reader.go("Alla listor", "Program och mål").says(
        "8 mål blev 4. För 8 av 8 säger ingen vad som hände med dem."
    )
    page.in_english().says("8 goals became 4")
    page.by("2015-06-01").says("8 mål gäller.")
    page.by("2016-06-01").says("4 mål gäller.")


# --- An auditor asks ----------------------------------------------------------------------------
def test_q13_can_i_rebuild_this_view_and_get_the_same_bytes(reader: Reader) -> None:
    page = reader.go("Granska").says(
        "Omspelning", "En omspelning räknar fram alla sidors siffror på nytt ur händelserna och jämför.",
        "liggare verify record.zip --vkey log.vkey",
    )  # fmt: skip
    page.in_english().says("liggare verify record.zip --vkey log.vkey")
    # The same page at the same event has the same bytes, whenever it is asked for.
    kept = reader.go("Beslut", INFLUENCE).go("?at=")
    assert kept.html == Reader(kept.site, kept.address).html


def test_q14_was_every_delegated_decision_covered_by_a_clause_and_reported(reader: Reader) -> None:
    page = reader.go("Alla listor", "Delegationsbeslut")
    page.says("1 delegationsbeslut eller brådskande beslut visas.", "0 vilar på en punkt som inte gällde.")
    row = page.row(NETWORK)
    for told in ("punkt 2 i delegationsordningen", "16 april 2018", BOARD, "sedan när ordningen gäller anges inte"):
        assert told in row
    assert "not reported" in page.by("2018-04-15").in_english().row(NETWORK)
    assert "clause 2 of the delegation order" in page.in_english().row(NETWORK)


def test_q15_were_minutes_adjusted_in_14_days_announced_in_2_and_left_up_for_21(reader: Reader) -> None:
    page = reader.go("Alla listor", "Protokoll och anslagstavla")
    row = page.row("12 maj 2015")
    for told in (
        "19 maj 2015 i tid 7 dagar inom 14 dagar, KL 1991:900", "20 maj 2015 i tid 1 dag inom 2 dagar",
        "satt uppe tillräckligt länge 23 dagar minst 21 dagar",
    ):  # fmt: skip
        assert told in row, row
    # Of the other minutes the ledger knows no adjustment, and says so.
    assert "inte gjort, och dagen har passerat" in page.row("20 december 2016")
    english = page.in_english().row("12 May 2015")
    assert "on time 7 days within 14 days" in english and "left up long enough 23 days" in english


def test_q16_which_inputs_in_scope_lack_a_disposition(reader: Reader) -> None:
    page = reader.go("Beslut", NETWORK).says("1 fick inget svar")
    page.go("1 fick inget svar").says("illustrativt-forslag-12")
    page.in_english().says("1 got no answer").go("1 got no answer").says("illustrativt-forslag-12")


def test_q17_which_events_were_corrected_by_which_role_and_why(reader: Reader) -> None:
    page = reader.go("Granska", "1 rättelse")
    page.says(OWN, "handläggare", "Före 91", "Efter 19", "nitton svar kom med posten")
    page.in_english().says(OWN, "in the role officer", "Before 91", "After 19")
    page.go(OWN).says("Vilka som svarade")


def test_q18_which_keys_were_destroyed_and_on_what_basis(reader: Reader) -> None:
    page = reader.go("Granska", "1 förstörd nyckel").says("1 nyckel har förstörts.")
    assert "Återkallat samtycke" in page.row("utförd") and "20 mars 2019" in page.row("utförd")
    assert "allmän handling" in page.row("6 mars 2019")
    page.in_english().says("1 key was destroyed.", "Consent withdrawn")


# --- A politician asks --------------------------------------------------------------------------
def test_q19_what_did_residents_say_about_the_matter_before_we_decide(reader: Reader) -> None:
    # The committee meets on 27 March: this is what it could read on the day before.
    decision = reader.go("Beslut", NETWORK)
    matter = decision.go("Ärende").by("2018-03-26")
    matter.says("12 synpunkter kom in i ärendet.")
    matter.go("Synpunkterna").says("visa resultatet så att det går att förstå")
    matter.in_english().says("12 inputs came in")
    decision.go("Ärende").by("2018-01-31").says("0 synpunkter kom in i ärendet.")


def test_q20_who_has_not_been_heard(reader: Reader) -> None:
    page = reader.go("Alla listor", "Vilka som har hörts, och vilka som inte har det")
    page.says(
        "3 grupper är inte belagt hörda: Näringsliv, Civilsamhälle, Äldre.",
        "Enskilda personers område, ålder och grupp",
    )
    assert "182" in page.row("Invånare")
    page.in_english().says(
        "3 groups are not shown to have been heard", "Area, age and group of single persons are sealed."
    )


def test_q21_consequences_for_economy_and_children_and_was_any_left_blank(reader: Reader) -> None:
    blank = reader.go("Beslut", INFLUENCE)
    blank.says("Vad det betyder för ekonomin: lämnat öppet", "Vad det betyder för barn: lämnat öppet")
    blank.in_english().says("What it means for the economy: left open", "What it means for children: left open")
    given = reader.go("Beslut", NETWORK)
    given.says("Vad det betyder för ekonomin: 0 SEK. Det kostar inget att delta.", "Vad det betyder för barn:")
    assert "lämnat öppet" not in given.text


def test_q22_is_the_change_real_or_noise_or_wording(reader: Reader) -> None:
    survey = reader.go("Enkäter", OWN)
    page = survey.go("Ändrade ordalydelsen svaren?")
    page.says("Det går inte att säga. Skillnaden kan vara slump.", "18,8 procentenheter")
    page.in_english().says("Nobody can tell. The difference may be chance.", "18.8 percentage points")
    # Of the survey before, nobody says whether its wording may be compared.
    index = survey.go("Jämför med en annan enkät")
    index.says("Jämför något annat")


def test_q23_which_methods_work_and_by_whose_evidence(reader: Reader) -> None:
    page = reader.go("Alla listor", "Metoder").says("0 omdömen är belagda; 5 är bara påstådda.")
    page.says("Test av metoden dialog, 2015–2016: fungerar, bara påstått av den som drev det")
    page.in_english().says("0 verdicts rest on evidence; 5 are only claimed.", "works, only claimed by whoever ran it")


def test_q24_was_my_criticism_answered(reader: Reader) -> None:
    page = reader.go("Beslut", INFLUENCE)
    assert page.text.count("fick inget svar") >= 4
    page.says("Brukarundersökningar tillmäts för stor vikt", "4 av dem fick inget svar")
    page.go("4").says("kritik-a-bortfall", "kritik-d-kostnadspress", "Inget svar än")
    assert page.in_english().text.count("got no answer") >= 4


# --- A system asks ------------------------------------------------------------------------------
def calls(page: Reader) -> dict[str, dict[str, object]]:
    """Return the calls that a page shows, as whoever copies them would send them."""
    found = re.findall(r"grpcurl -d '(.*?)' \S+ (\S+)", page.text)
    sent: dict[str, dict[str, object]] = {}
    for typed, method in found:
        descriptor = methods()[f"/{method}"].descriptor
        request = ParseDict(json.loads(typed), message_class(descriptor.input_type)())
        assert not protovalidate.collect_violations(request), typed
        sent[method.rpartition("/")[2]] = json.loads(typed)
    return sent


def test_q25_all_changes_since_a_position_for_one_kind_of_event(reader: Reader) -> None:
    page = reader.go("Öppna data").says("För system", "Alla ändringar sedan en händelse, av de slag du anger")
    assert set(calls(page)["Subscribe"]) == {"ledger", "after", "filter"}
    english = page.in_english().says("For systems", "All changes since an event, of the types you name")
    assert set(calls(english)) == {"Subscribe", "Submit", "ListIndicators"}


def test_q26_a_batch_is_submitted_idempotently_and_each_outcome_is_known(reader: Reader) -> None:
    page = reader.go("Öppna data").says(
        "Samma id med samma innehåll skrivs in en gång, och får samma kvitto varje gång."
    )
    commands: Any = calls(page)["Submit"]["commands"]
    assert [list(each) for each in commands] == [["open_matter"]]
    assert "request_id" in commands[0]["open_matter"]
    page.in_english().says("The same id with the same content is recorded once, and gets the same receipt each time.")


def test_q27_values_of_kolada_are_imported_with_where_they_come_from(reader: Reader) -> None:
    page = reader.go("Öppna data").says("liggare import kolada kolada.json", "Varje värde behåller sin källa")
    assert calls(page)["ListIndicators"]["origin"] == "kolada"
    page.in_english().says("Each value keeps its source")
    # Where values come from stands in the list of indicators.
    assert "Statistiska centralbyrån" in reader.go("Alla listor", "Nyckeltal").row("Nöjd-Inflytande-Index")


def test_q28_open_data_of_all_ballots_with_rule_and_result_and_no_persons(reader: Reader) -> None:
    page = reader.go("Öppna data")
    page.says("Tabellen över omröstningar har regeln, och resultatet för de stängda.")
    page.in_english().says("The table of ballots has the rule, and the result of those that are closed.")
    place = next(place for text, place in page.page.links if text.startswith("CSV") and "omrostningar" in place)
    (ballot,) = csv.DictReader(io.StringIO(page.site(place).text.lstrip("\ufeff")))
    assert (ballot["rule"], ballot["current_votes"], ballot["voters"]) == ("approval", "40", "40")
    first = json.loads(ballot["result"])["approval"]["order"][0]
    assert (first["option"], first["approvals"]["current_votes"]) == ("personal", 20)
    # The root that all of it can be checked against is signed.
    assert page.site("/checkpoint").status == 200


def test_q29_a_closed_matter_is_delivered_with_proof_and_the_page_says_what_is_not(reader: Reader) -> None:
    page = reader.go("Öppna data").says(
        "Liggaren skriver inte FGS- eller E-ARK-paket.", "liggare export --out record.zip"
    )
    page.in_english().says("The ledger does not write FGS or E-ARK packages.")
    matter = reader.go("Beslut", INFLUENCE, "Ärende")
    place = next(place for text, place in matter.page.links if text == "Med bevis (ZIP)")
    said = matter.site(place)
    assert (said.status, said.body[:2]) == (200, b"PK")


def test_q30_what_was_learned_about_a_method(reader: Reader) -> None:
    page = reader.go("Alla listor", "Metoder")
    page.says("Dialog", "Fråga först vilka resultat som är intressanta, visa dem sedan.")
    page.in_english().says("Fråga först vilka resultat som är intressanta", NETWORK)
