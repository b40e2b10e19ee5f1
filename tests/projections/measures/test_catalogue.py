"""What holds of every measure: its definition is published, its answer fits its message, and it knows no future."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.commitments import CommitmentDelivered, CommitmentMade
from ledger.dispositions.events import DispositionContested
from ledger.inputs.events import AuthorKind, InputMerged, InputWithdrawn, SupportGiven
from ledger.messages import EVENT_TYPES, Event, Source
from ledger.processes import ParticipationLevel, PromiseDeclared
from ledger.responses import ResponseDue, ResponseGiven
from participation.transparency.v1 import measures_pb2, transparency_service_pb2
from projections.measures import catalogue
from projections.measures.catalogue import MEASURES, definitions, listed, measure, measures
from projections.measures.scope import WHOLE, Scope
from projections.measures.tables import HEADER, table_of
from projections.views.definitions import DEFINITIONS
from tests.projections.history import record, rows_of, rows_over
from tests.projections.survey_events import carded, planned
from tests.projections.town import SEALED, TOWN, cast, decided, disposed, opened, received

TODAY = "2016-06-10"
NAMES = list(MEASURES)
PLACES = (WHOLE, Scope(process="p1"), Scope(matter="m1"), Scope(body="au"), Scope(decision="d"))

HISTORY: tuple[Event, ...] = (
    *TOWN,
    PromiseDeclared(process="p1", ladder="iap2", level=ParticipationLevel.CONSULT, decided_by="ks"),
    *(received(f"i{number:02}", district="AB"[number % 2], theme="trafik") for number in range(24)),
    received("o", AuthorKind.OFFICIAL),
    *(SupportGiven(input=f"i{number:02}", supporter=f"s{number}", input_version=1) for number in range(9)),
    opened("b", "agree_disagree_pass", process="p1"),
    *(cast(f"v{number:02}", "agree", statement="i00") for number in range(21)),
    decided("d"),
    *(disposed("d", f"i{number:02}", "adopted" if number % 3 else "considered_not_adopted") for number in range(15)),
    disposed("d", "o"),
    DispositionContested(input="i00", decision="d", author="author-of-i00", text=SEALED, revision=1),
    InputMerged(input="i20", into="i00", process="p1", matter="m1", reason_code="duplicate"),
    InputWithdrawn(input="i21", author="author-of-i21", process="p1", matter="m1"),
    *(ResponseDue(input=f"i{number:02}", by="2016-06-01", rule="service_guarantee") for number in range(22)),
    *(
        ResponseGiven(response=f"r{number}", input=f"i{number:02}", kind="answer", text=SEALED, by_office="T")
        for number in range(7)
    ),
    CommitmentMade(commitment="c", owner="ks", text=SEALED, due="2016-05-20", decision="d", process="p1"),
    CommitmentDelivered(commitment="c", on="2016-05-21"),
    planned(),
    carded(),
)
ROWS = rows_of(*HISTORY)
EMPTY = rows_of()


def fitting(name: str, scope: Scope) -> bool:
    return all(not value or part in catalogue._BY_NAME[name][0].parts for part, value in scope._asdict().items())


ASKED = [(name, scope) for name in NAMES for scope in PLACES if fitting(name, scope)]


def every_figure(shown: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from shown["figures"]
    for breakdown in shown["strata"]:
        for cell in breakdown["cells"]:
            yield from cell["figures"]


@pytest.mark.parametrize("name, scope", ASKED)
def test_an_answer_fits_its_message_and_its_figures_hold_together(name: str, scope: Scope) -> None:
    shown = measure(ROWS, name, scope, on=TODAY)
    assert shown is not None
    assert ParseDict(shown, measures_pb2.GetMeasureResponse()).position == len(HISTORY)
    for figure in every_figure(shown):
        assert bool(figure["hidden"]) is (figure["value"] is None)
        if figure["value"] is not None and figure["unit"] == "share":
            assert 0 <= Fraction(figure["value"]) <= 1
            assert 0 <= figure["numerator"] <= figure["denominator"]
        if figure["hidden"] in {"fewer_than_20", "protects_others"} and figure["unit"] == "share":
            assert figure["numerator"] is None
            assert figure["interval"] is None
    assert all(len(line) == len(HEADER) for line in table_of(shown))


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_ledger_has_every_measure_and_no_number(name: str) -> None:
    shown = measure(EMPTY, name, on=TODAY)
    assert shown is not None
    assert all(figure["hidden"] in {"nothing_to_count", "not_on_record"} for figure in every_figure(shown))


@pytest.mark.parametrize("name", NAMES)
def test_the_queries_of_a_figure_name_types_and_tags_there_are(name: str) -> None:
    tags = {tag for event in HISTORY for tag in event.tags()}
    for scope in PLACES:
        if fitting(name, scope):
            shown = measure(ROWS, name, scope, on=TODAY)
            assert shown is not None
            for figure in every_figure(shown):
                assert figure["events"] or figure["hidden"] == "not_on_record"
                for query in figure["events"]:
                    assert set(query["types"]) <= EVENT_TYPES.keys()
                    assert set(query["tags"]) <= tags


@given(st.integers(0, len(HISTORY)), st.sampled_from(NAMES))
@settings(max_examples=60, deadline=None)
def test_at_a_position_a_measure_is_that_of_the_record_cut_off_there(position: int, name: str) -> None:
    cut = rows_over(record(HISTORY[:position]))
    looked_back = measure(ROWS.at(position), name, on=TODAY)
    assert looked_back == measure(cut, name, on=TODAY)


def test_several_read_the_record_once_and_say_what_each_says_alone() -> None:
    together = measures(ROWS, NAMES, on=TODAY)
    assert together == {name: measure(ROWS, name, on=TODAY) for name in NAMES}


@pytest.mark.parametrize("scope", PLACES)
def test_the_list_holds_every_measure_that_may_be_asked_with_its_headline(scope: Scope) -> None:
    shown = listed(ROWS, scope, on=TODAY)
    assert shown is not None
    ParseDict(shown, measures_pb2.ListMeasuresResponse())
    assert [each["definition"]["name"] for each in shown["measures"]] == [
        name for name in NAMES if fitting(name, scope)
    ]
    for each in shown["measures"]:
        whole = measure(ROWS, each["definition"]["name"], scope, on=TODAY)
        assert whole is not None
        assert each["headline"] == whole["figures"][0]
    assert len(table_of(shown)) == len(shown["measures"])


def test_of_what_the_ledger_does_not_know_there_is_no_list() -> None:
    assert listed(ROWS, Scope(body="nobody"), on=TODAY) is None


def test_inputs_that_are_made_up_are_counted_beside_every_measure_made_from_them() -> None:
    made_up = received("x", source=Source(basis="illustrative"))
    rows = rows_of(*TOWN, received("a"), made_up)
    told = {name: (measure(rows, name, on=TODAY) or {})["illustrative_inputs"] for name in NAMES}
    assert told["coverage"] == told["adoption"] == told["promised_level"] == 1
    assert told["delivery_rate"] == told["survey_card"] == 0


def test_coverage_comes_first() -> None:
    assert NAMES[0] == "coverage"


def test_every_definition_is_published_in_both_languages_under_a_name_of_its_own() -> None:
    shown = definitions(ROWS)
    message = ParseDict(shown, transparency_service_pb2.ListDefinitionsResponse())
    assert len(message.definitions) == len(DEFINITIONS) + len(NAMES)
    assert len({each["name"] for each in shown["definitions"]}) == len(shown["definitions"])
    assert len({each["sha256"] for each in shown["definitions"]}) == len(shown["definitions"])
    of_measures = [each for each in shown["definitions"] if each["name"] in NAMES]
    assert all(len(each["text"]) > 100 and len(each["text_sv"]) > 100 for each in of_measures)
    published = {each["sha256"] for each in of_measures}
    for name in NAMES:
        answered = measure(ROWS, name, on=TODAY)
        assert answered is not None
        assert answered["definition"]["sha256"] in published


def test_a_definition_s_hash_changes_with_its_words_in_either_language() -> None:
    from dataclasses import replace  # noqa: PLC0415

    definition = catalogue._BY_NAME["coverage"][0]
    changed = (
        replace(definition, text_en=definition.text_en + " "),
        replace(definition, text_sv=definition.text_sv + " "),
        replace(definition, version=2),
        replace(definition, projections=definition.projections[:1]),
    )
    assert len({each.stated()["sha256"] for each in (definition, *changed)}) == 5
