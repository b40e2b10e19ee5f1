"""Who holds office in a body, and what it has delegated, on a day."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import ParseDict

from ledger.bodies import BodyRenamed, DelegationClause, DelegationOrderAdopted, MandateEnded, MandateGranted
from ledger.bodies.events import BodyKind, BodyRegistered
from ledger.governance import RuleAdopted
from ledger.messages import Event, Source
from participation.transparency.v1 import bodies_pb2
from projections.views.bodies import body
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN

CHAIR = MandateGranted(
    body="ks", mandate="m1", person="p1", name=SEALED, party="M", role="chair", from_date="2015-01-01"
)
FIRST = DelegationOrderAdopted(
    body="ks",
    order="do",
    order_version=1,
    clauses=(DelegationClause(number="2", delegate_body="au", reporting="report", flags=("quality", "urgent")),),
    source=Source(basis="document", document="d" * 64, anchor="lines 11-11"),
)
SECOND = FIRST.model_copy(update={"order_version": 2, "valid_from": "2018-03-01", "source": None})
BARRED = RuleAdopted(rule="not_delegable", codes=("goals", "quality"), citation="KL 6:38", valid_from="2018-01-01")


def shown(*events: Event, on: str) -> dict[str, Any]:
    found = body(rows_of(*TOWN, *events), "ks", on=on)
    assert found is not None
    ParseDict(found, bodies_pb2.GetBodyResponse())
    return found


def test_a_mandate_is_held_from_its_first_day_to_its_last() -> None:
    ended = MandateEnded(body="ks", mandate="m1", to_date="2018-12-31")
    days = ("2014-12-31", "2015-01-01", "2018-12-31", "2019-01-01")
    assert [shown(CHAIR, ended, on=day)["mandates"][0]["held"] for day in days] == [False, True, True, False]
    (mandate,) = shown(CHAIR, on="2019-01-01")["mandates"]
    assert (mandate["held"], mandate["party"], mandate["name"]["pointer"]) == (True, "M", "/name")
    assert mandate["ended"] is None


def test_s2_04_the_version_in_force_is_the_one_that_began_last() -> None:
    for day, in_force in (("2018-02-28", [True, False]), ("2018-03-01", [False, True])):
        orders = shown(FIRST, SECOND, on=day)["delegation_orders"]
        assert [each["in_force"] for each in orders] == in_force
    (clause,) = orders[0]["clauses"]
    assert (clause["number"], clause["delegate_body"], clause["text"]) == ("2", "au", None)
    assert orders[0]["recorded"]["source"]["anchor"] == "lines 11-11"


def test_s2_05_a_clause_says_how_its_decisions_are_reported_and_what_law_bars() -> None:
    (order,) = shown(BARRED, FIRST, on="2018-04-10")["delegation_orders"]
    (clause,) = order["clauses"]
    assert (clause["reporting"], clause["barred"], order["not_delegable"]["citation"]) == (
        "report",
        ["quality"],
        "KL 6:38",
    )
    (order,) = shown(BARRED, FIRST, on="2017-12-31")["delegation_orders"]
    assert (order["clauses"][0]["barred"], order["not_delegable"]) == ([], None)


def test_s2_06_an_organisation_is_found_under_both_its_names() -> None:
    skl = BodyRegistered(body="skr", kind=BodyKind.EXTERNAL, name="Sveriges Kommuner och Landsting", occurred="2018")
    renamed = BodyRenamed(body="skr", name="Sveriges Kommuner och Regioner", occurred="2019-11")
    found = body(rows_of(skl, renamed), "skr", on="2020-01-01")
    assert found is not None
    assert [each["name"] for each in found["body"]["names"]] == [
        "Sveriges Kommuner och Landsting",
        "Sveriges Kommuner och Regioner",
    ]
    assert found["body"]["names"][1]["since"]["occurred"] == "2019-11"
