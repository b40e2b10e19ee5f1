from __future__ import annotations

import pytest

from ledger.bodies import BodyKind, BodyRegistered
from ledger.governance import SLICE, RuleAdopted, RuleRepealed
from projections.views.answer import Page, read_page_token
from projections.views.rules import rule, rule_on, rules
from services.rules.adopting import SetUnknown, commands, items
from tests.projections.history import rows_of
from tests.slices import given

OLD = RuleAdopted(
    rule="appeal_days", value=21, unit="days", citation="KL 1991:900", valid_from="1992-01-01", valid_to="2017-12-31"
)
NEW = OLD.model_copy(update={"citation": "KL 13:5", "valid_from": "2018-01-01", "valid_to": None})
OWN = RuleAdopted(
    rule="appeal_days",
    value=30,
    unit="days",
    citation="Reglemente",
    valid_from="2019-01-01",
    body="kf",
    valid_to="2019-12-31",
)
OTHER = RuleAdopted(rule="survey_min_cell", value=5, unit="persons", citation="Policy", valid_from="2015-01-01")


@pytest.mark.parametrize(
    "day, body, citation",
    [
        ("1991-12-31", None, None),
        ("2015-05-12", None, "KL 1991:900"),
        ("2017-12-31", None, "KL 1991:900"),
        ("2018-01-01", None, "KL 13:5"),
        ("2019-06-01", None, "KL 13:5"),
        ("2018-12-31", "kf", "KL 13:5"),
        ("2019-06-01", "kf", "Reglemente"),
        ("2020-01-01", "kf", "KL 13:5"),
        ("2019-06-01", "ks", "KL 13:5"),
    ],
)
def test_a_deadline_is_counted_by_the_rule_of_its_day_and_body(
    day: str, body: str | None, citation: str | None
) -> None:
    held = rule_on(rows_of(NEW, OWN, OLD, OTHER), "appeal_days", day, body)
    assert (held and held["citation"]) == citation


def test_no_rule_is_guessed_where_none_was_adopted() -> None:
    assert rule_on(rows_of(OTHER), "appeal_days", "2018-01-01") is None
    assert rule(rows_of(OTHER), "appeal_days", on="2018-01-01") is None


def test_a_later_rule_ends_an_earlier_one_even_when_it_has_passed_itself() -> None:
    trial = NEW.model_copy(update={"value": 28, "valid_from": "2020-01-01", "valid_to": "2020-12-31"})
    rows = rows_of(NEW, trial)
    assert rule_on(rows, "appeal_days", "2021-01-01") is None


def test_a_repealed_rule_holds_to_the_day_before_and_is_still_shown() -> None:
    rows = rows_of(OLD, NEW, RuleRepealed(rule="appeal_days", valid_from="2018-01-01", on="2020-06-01"))
    assert rule_on(rows, "appeal_days", "2020-05-31") is not None
    assert rule_on(rows, "appeal_days", "2020-06-01") is None
    shown = rule(rows, "appeal_days", on="2020-06-01")
    assert shown is not None
    assert [(each["valid_from"], each["in_force"]) for each in shown["adoptions"]] == [
        ("1992-01-01", False),
        ("2018-01-01", False),
    ]
    assert shown["adoptions"][1]["repealed"]["position"] == 3


def test_what_was_repealed_from_its_first_day_ends_nothing() -> None:
    open_ended = OLD.model_copy(update={"valid_to": None})
    rows = rows_of(open_ended, NEW, RuleRepealed(rule="appeal_days", valid_from="2018-01-01", on="2018-01-01"))
    held = rule_on(rows, "appeal_days", "2020-01-01")
    assert held is not None and held["valid_from"] == "1992-01-01"


def test_rules_are_listed_page_by_page_and_say_whether_they_hold() -> None:
    rows = rows_of(BodyRegistered(body="kf", kind=BodyKind.COUNCIL, name="Kommunfullmäktige"), OLD, NEW, OWN, OTHER)
    first = rules(rows, Page(3), on="2019-06-01")
    assert [(each["citation"], each["in_force"]) for each in first["rules"]] == [
        ("Reglemente", True),
        ("KL 1991:900", False),
        ("KL 13:5", True),
    ]
    _, after = read_page_token(first["next_page_token"])
    assert [each["rule"] for each in rules(rows, Page(3, after), on="2019-06-01")["rules"]] == ["survey_min_cell"]
    assert [each["citation"] for each in rules(rows, body="kf", on="2020-01-01")["rules"]] == ["Reglemente"]
    assert len(rules(rows, rule="appeal_days", on="2020-01-01")["rules"]) == 3


# --- The standard set -------------------------------------------------------------------------
def test_53_the_law_of_2017_replaces_that_of_1991_on_the_first_of_january_2018() -> None:
    told = given(SLICE)
    for command in commands("sweden"):
        told = told.and_then(*told.when(command))
    rows = rows_of(*told.history)
    for name, value, old, new in [
        ("adjustment_days", 14, "KL 1991:900", "KL 5:69"),
        ("announcement_days", 2, "KL 1991:900", "KL 8:9-12"),
        ("appeal_days", 21, "KL 1991:900", "KL 13:5"),
    ]:
        for day, citation in (("2015-05-12", old), ("2017-12-31", old), ("2018-01-01", new)):
            held = rule_on(rows, name, day)
            assert held is not None and (held["value"], held["unit"], held["citation"]) == (value, "days", citation)
    not_delegable = rule_on(rows, "not_delegable", "2018-04-10")
    assert not_delegable is not None and "citizens_proposal" in not_delegable["codes"]
    assert rule_on(rows, "not_delegable", "2016-12-20") is None


def test_the_requests_of_a_set_are_the_same_every_time_and_differ_by_ledger() -> None:
    ids = [item.submission.request_id for item in items("sweden", "nacka.se/inflytande")]
    assert ids == [item.submission.request_id for item in items("sweden", "nacka.se/inflytande")]
    assert len(set(ids) | {item.submission.request_id for item in items("sweden", "other.se/x")}) == 2 * len(ids)
    with pytest.raises(SetUnknown, match="sweden"):
        commands("norway")
