"""Gaps in what residents and councillors said and were asked: criticism without an answer, surveys that say little,
ballots with too many votes or too few hands.
"""

from __future__ import annotations

from collections.abc import Iterator

from projections.ballots import BALLOTS
from projections.indicators import INDICATORS
from projections.projection import Rows
from projections.surveys import SURVEYS
from projections.views.answer import FIRST_PAGE, Answer, states
from projections.views.ballots import exceeds_electorate
from projections.views.criticism import criticism
from projections.views.gaps.gap import Gap, Rule, position
from projections.views.survey_response import RATE, response


def _criticism_unanswered(rows: Rows, on: str) -> Iterator[Gap]:
    after = ""
    while True:
        page = criticism(rows, FIRST_PAGE._replace(after=after), not_answered=True)
        for each in page["criticism"]:
            targets = [f"{target['target_kind']}:{target['target']}" for target in each["targets"]]
            yield Gap(f"input:{each['input']}", {"about": ", ".join(targets)}, (int(each["received"]["position"]),))
        if not page["next_page_token"]:
            return
        after = page["criticism"][-1]["input"]


def _few_answered(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, SURVEYS.name):
        card = row.state["cards"][-1] if row.state["cards"] else None
        known = response(rows, card, row.state, on)
        if known["warning"]["is_low"] == "yes":
            facts = {"response": _answered(known), "warning_percent": str(known["warning"]["limit_percent"])}
            yield Gap(f"survey:{row.key}", facts, (position(card or row.state["dispositions"]),))


def _answered(known: Answer) -> str:
    """Return the response as it was counted, else as it was stated."""
    counted = next((each["percent"] for each in known["rates"] if each["name"] == RATE), None)
    return str(known["stated"]["text"] if counted is None else counted)


def _card_missing(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, SURVEYS.name):
        if not row.state["cards"]:
            yield Gap(f"survey:{row.key}", {"card": "none"}, (int(row.state["planned"]["position"]),))
        elif row.state["cards"][-1]["missing"]:
            facts = {"missing": ", ".join(row.state["cards"][-1]["missing"])}
            yield Gap(f"survey:{row.key}", facts, (position(row.state["cards"][-1]),))


def _targets_without_measure(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, INDICATORS.name):
        for target in row.state["targets"]:
            lacks = [name for name in ("baseline", "value", "by") if target[name] is None]
            if lacks:
                facts = {"target": target["target"], "lacks": ", ".join(lacks)}
                yield Gap(f"indicator:{row.key}", facts, (position(target),))


def _series_broken(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, INDICATORS.name):
        for broken in row.state["breaks"]:
            facts = {"from_period": broken["from_period"], "targets": str(len(row.state["targets"]))}
            yield Gap(f"indicator:{row.key}", facts, (position(broken),))


def _too_many_votes(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, BALLOTS.name):
        if exceeds_electorate(rows, row.state):
            facts = {"electorate": str(row.state["electorate_size"])}
            yield Gap(f"ballot:{row.key}", facts, (int(row.state["opened"]["position"]),))


def _one_hand(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, BALLOTS.name):
        for batch in row.state["invalidations"]:
            if batch["by_same_role"]:
                yield Gap(f"ballot:{row.key}", {"batch": batch["batch"]}, (position(batch),))
        for audit in row.state["audits"]:
            if audit["own"]:
                yield Gap(f"ballot:{row.key}", {"audit": audit["audit"]}, (position(audit),))


def _disputed(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, BALLOTS.name):
        for audit in row.state["audits"]:
            if row.state["status"] == "disputed" and not audit["agrees"]:
                facts = {"audit": audit["audit"], "edition": str(audit["edition"])}
                yield Gap(f"ballot:{row.key}", facts, (position(audit),))


RULES = (
    Rule("criticism_unanswered", "A criticism has neither an answer nor a disposition.", _criticism_unanswered),
    Rule("few_answered", "Fewer answered a survey than the warning in force asks for.", _few_answered),
    Rule("card_incomplete", "A survey has no card, or its card says what is missing.", _card_missing),
    Rule("target_without_measure", "A target has no baseline, no value or no date.", _targets_without_measure),
    Rule(
        "series_broken", "The series of an indicator breaks off: before and after cannot be compared.", _series_broken
    ),
    Rule("votes_exceed_electorate", "More have a vote that stands in a ballot than may vote.", _too_many_votes),
    Rule(
        "result_by_one_hand",
        "Who published the result of a ballot also struck votes after it, or audited it: two should.",
        _one_hand,
    ),
    Rule("result_disputed", "An audit disagrees with the latest result of a ballot.", _disputed),
)
