"""Networks: one process in several ledgers, each figure with its ledger and position."""

from __future__ import annotations

from ledger.commitments import CommitmentMade
from ledger.fields import ExternalNumber
from ledger.indicators.events import (
    IndicatorDefined,
    IndicatorDirection,
    IndicatorGroup,
    IndicatorOrigin,
    IndicatorValueRecorded,
)
from ledger.messages import Event
from ledger.processes import ProcessKind, ProcessOpened, SessionHeld
from projections.network import compare
from projections.rows.memory import MemoryRows
from tests.projections.history import rows_of
from tests.projections.town import BOARD, COMMITTEE, MATTER, SEALED, decided, disposed, received

NACKA, TYRESO = "nacka.se/inflytande", "tyreso.se/dialog"
ON = "2019-04-10"


def network(process: str = "p1", title: str = "Nätverk") -> ProcessOpened:
    return ProcessOpened(process=process, title=title, kind=ProcessKind.NETWORK, owner="au", planned_sessions=7)


def session(number: int, process: str = "p1", *shown: str) -> SessionHeld:
    return SessionHeld(process=process, session=f"s{number}", date="2018-04-10", shown_indicators=shown)


def indicator(id: str, number: str | None = None, unit: str | None = None) -> IndicatorDefined:
    return IndicatorDefined(
        indicator=id,
        title=id.upper(),
        unit=unit,
        direction=IndicatorDirection.UP,
        origin=IndicatorOrigin.KOLADA,
        numbers=() if number is None else (ExternalNumber(scheme="kolada", value=number),),
    )


def value(id: str, period: str, number: str) -> IndicatorValueRecorded:
    return IndicatorValueRecorded(
        indicator=id, period=period, group=IndicatorGroup.TOTAL, value=number, origin=IndicatorOrigin.KOLADA
    )


def town(*more: Event) -> MemoryRows:
    return rows_of(BOARD, COMMITTEE, MATTER, network(), *more)


def test_sessions_inputs_coverage_and_commitments_stand_side_by_side_with_origin_and_position() -> None:
    made = CommitmentMade(commitment="c1", text=SEALED, owner="au", decision="d1", process="p1")
    nacka = town(session(1), session(2), received("i1"), received("i2"), decided("d1"), disposed("d1", "i1"), made)
    tyreso = town(session(1))
    answer = compare({TYRESO: tyreso, NACKA: nacka}, "p1", on=ON)
    one, other = answer["ledgers"]
    assert (one["ledger"], one["position"], other["ledger"], other["position"]) == (NACKA, 11, TYRESO, 5)
    assert [(each["sessions_planned"], each["sessions_held"]["value"]) for each in (one, other)] == [(7, 2), (7, 1)]
    assert (one["inputs"]["count"], other["inputs"]["count"]) == (2, 0)
    assert one["coverage"]["residents"] == {"numerator": 1, "denominator": 2}
    assert one["coverage"]["decisions"] == ["d1"]
    assert (one["commitments"]["count"], other["commitments"]["count"]) == (1, 0)
    assert sum(each["count"] for each in one["commitments"]["by_status"]) == 1


def test_each_ledger_is_read_at_its_own_position_and_none_is_changed() -> None:
    nacka = town(session(1), session(2))
    answer = compare({NACKA: nacka.at(5)}, "p1", on=ON)
    (one,) = answer["ledgers"]
    assert (one["position"], one["sessions_held"]["value"]) == (5, 1)
    assert nacka.position == 6


def test_a_ledger_without_the_process_says_so_and_a_title_finds_what_has_another_id() -> None:
    other = rows_of(BOARD, COMMITTEE, network("natverket"))
    answer = compare({NACKA: rows_of(BOARD), TYRESO: other}, "Nätverk", on=ON)
    assert [each["found"] for each in answer["ledgers"]] == [False, True]
    assert (answer["found_in"], answer["ledgers"][1]["process"]) == (1, "natverket")
    twice = rows_of(BOARD, COMMITTEE, network("one"), network("two"))
    assert compare({NACKA: twice}, "Nätverk", on=ON)["found_in"] == 0


def test_indicators_meet_by_the_number_of_their_source_and_are_comparable_in_one_period_and_unit_alone() -> None:
    nacka = town(indicator("trygghet", "U00001"), value("trygghet", "2018", "70"))
    tyreso = town(indicator("safety", "U00001"), value("safety", "2018", "68"))
    (line,) = compare({NACKA: nacka, TYRESO: tyreso}, "p1", on=ON)["indicators"]
    assert (line["scheme"], line["number"], line["comparable"]) == ("kolada", "U00001", True)
    assert [(each["ledger"], each["indicator"], each["latest"]["value"]) for each in line["values"]] == [
        (NACKA, "trygghet", "70"),
        (TYRESO, "safety", "68"),
    ]
    assert line["values"][0]["attribution"] == "Källa: Kolada"
    later = town(indicator("safety", "U00001"), value("safety", "2019", "68"))
    (line,) = compare({NACKA: nacka, TYRESO: later}, "p1", on=ON)["indicators"]
    assert line["comparable"] is False
    otherwise = town(indicator("safety", "U00001", "procent"), value("safety", "2018", "68"))
    (line,) = compare({NACKA: nacka, TYRESO: otherwise}, "p1", on=ON)["indicators"]
    assert line["comparable"] is False


def test_an_indicator_of_one_ledger_is_shown_where_the_process_showed_it() -> None:
    rows = town(indicator("own"), indicator("unseen"), session(1, "p1", "own"))
    (line,) = compare({NACKA: rows, TYRESO: town()}, "p1", on=ON)["indicators"]
    assert (line["scheme"], line["number"], line["comparable"]) == ("id", "own", False)
    assert line["values"][0]["latest"] is None
