"""Adoption: never one number without its profile, never mixed with officials', hidden where too few stand behind it."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from ledger.inputs.events import AuthorKind, InputReceived, SupportGiven
from ledger.messages import Event
from ledger.methods import ChannelKind, ChannelRegistered
from projections.measures.scope import Scope
from projections.statistics.intervals import wilson
from tests.projections.measures.asking import asked, cells, figures, of, parts
from tests.projections.town import decided, disposed, received


def inputs(
    number: int, prefix: str = "i", author_kind: AuthorKind = AuthorKind.RESIDENT, **more: Any
) -> list[InputReceived]:
    return [received(f"{prefix}{each:03}", author_kind, **more) for each in range(number)]


def outcomes(number: int, code: str, prefix: str = "i", first: int = 0) -> list[Event]:
    return [disposed("d", f"{prefix}{each:03}", code) for each in range(first, first + number)]


TWENTY_FIVE: list[Event] = [
    *inputs(26),
    decided("d"),
    *outcomes(5, "adopted"),
    *outcomes(2, "adopted_partly", first=5),
    *outcomes(3, "already_planned", first=7),
    *outcomes(1, "out_of_scope", first=10),
]


def test_the_share_is_of_all_within_the_question_the_pending_too() -> None:
    shown = asked("adoption", *TWENTY_FIVE)
    adoption, planned = (figures(shown)[name] for name in ("adoption", "already_planned"))
    assert of(adoption) == (7, 25, "0.2800")
    assert of(planned) == (3, 25, "0.1200")
    assert parts(shown) == {
        "adopted": 5, "adopted_partly": 2, "already_planned": 3, "out_of_scope": 1, "pending": 15,
    }  # fmt: skip


def test_its_interval_is_wilson_s() -> None:
    interval = figures(asked("adoption", *TWENTY_FIVE))["adoption"]["interval"]
    p, n, z = 7 / 25, 25, 1.959963984540054
    centre, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (round((centre + side * half) / (1 + z * z / n), 4) for side in (-1, 1))
    assert (float(interval["low"]), float(interval["high"])) == (low, high)
    assert (interval["method"], interval["level"]) == ("wilson", "0.95")


def test_the_published_vector_of_wilson_holds() -> None:
    assert [round(end, 4) for end in wilson(236 / 590, 590)] == [0.3612, 0.4401]


def test_of_fewer_than_twenty_neither_share_nor_part_nor_profile_is_told() -> None:
    shown = asked("adoption", *inputs(19), decided("d"), *outcomes(4, "adopted"))
    adoption = figures(shown)["adoption"]
    assert (adoption["value"], adoption["numerator"], adoption["interval"]) == (None, None, None)
    assert (adoption["hidden"], adoption["n"]) == ("fewer_than_20", 19)
    assert parts(shown) == {}


def test_what_officials_bring_in_stands_apart_also_by_attribute() -> None:
    official = inputs(20, "o", author_kind=AuthorKind.OFFICIAL, district="Boo")
    other = inputs(20, "p", author_kind=AuthorKind.OFFICIAL, district="Sicklaön")
    shown = asked("adoption", *inputs(20), *official, *other, decided("d"), *outcomes(20, "adopted", "o"))
    assert of(figures(shown)["adoption"]) == (0, 20, "0.0000")
    assert of(figures(shown)["adoption_official"]) == (20, 40, "0.5000")
    assert of(cells(shown, "district", "official")["Boo"]["adoption"]) == (20, 20, "1.0000")
    assert cells(shown, "district") == {}


def test_a_small_district_hides_the_next_smallest_too() -> None:
    town = [*inputs(5, "a", district="A"), *inputs(25, "b", district="B"), *inputs(30, "c", district="C"), decided("d")]
    adopted = [*outcomes(2, "adopted", "a"), *outcomes(9, "adopted", "b"), *outcomes(10, "adopted", "c")]
    shown = cells(asked("adoption", *town, *adopted), "district")
    assert [shown[key]["adoption"]["hidden"] for key in "ABC"] == ["fewer_than_20", "protects_others", ""]
    assert shown["C"]["parts"] == {"adopted": 10, "pending": 20}
    assert shown["B"]["parts"] == {}


def test_source_tells_who_spoke_through_which_channel() -> None:
    groups = [*inputs(20, "a"), *inputs(20, "b", author_kind=AuthorKind.ORGANISATION)]
    assert list(cells(asked("adoption", *groups), "source")) == ["organisation/web", "resident/web"]


def test_who_only_chose_another_provider_said_nothing() -> None:
    leaving = ChannelRegistered(channel="web", name_sv="Val", name_en="Choice", kind=ChannelKind.EXIT)
    assert of(figures(asked("adoption", leaving, *inputs(20)))["adoption"]) == (None, 0, None)


def supported(prefix: str, number: int, supporters: int) -> list[Event]:
    return [
        SupportGiven(input=f"{prefix}{each:03}", supporter=f"s{one}", input_version=1)
        for each in range(number)
        for one in range(supporters)
    ]


def test_equal_support_lies_in_the_same_fourth() -> None:
    town = [*inputs(40, "a"), *inputs(40, "b"), decided("d")]
    shown = cells(asked("adoption", *town, *supported("b", 40, 2), *outcomes(30, "adopted", "b")), "support")
    assert {key: of(shown[key]["adoption"]) for key in shown} == {
        "1 0-0": (0, 40, "0.0000"),
        "3 2-2": (30, 40, "0.7500"),
    }


def test_support_that_decides_everything_has_a_correlation_of_one() -> None:
    town = [*inputs(15, "a"), *inputs(15, "b"), decided("d"), *supported("b", 15, 1), *outcomes(15, "adopted", "b")]
    rho = figures(asked("support_sensitivity", *town))["spearman_rho"]
    assert (rho["value"], rho["interval"]["low"], rho["interval"]["high"]) == ("1.0000", "1.0000", "1.0000")


def test_support_that_decides_nothing_has_none() -> None:
    town = [*inputs(20, "a"), *inputs(20, "b"), decided("d"), *supported("b", 20, 1)]
    adopted = [*outcomes(10, "adopted", "a"), *outcomes(10, "adopted", "b")]
    rho = figures(asked("support_sensitivity", *town, *adopted))["spearman_rho"]
    # tanh(± 1.959964 / √37)
    assert (rho["value"], rho["interval"]["low"], rho["interval"]["high"]) == ("0.0000", "-0.3115", "0.3115")


@pytest.mark.parametrize("number, why", [(0, "nothing_to_count"), (19, "fewer_than_20"), (20, "no_difference")])
def test_without_a_correlation_it_says_why(number: int, why: str) -> None:
    assert figures(asked("support_sensitivity", *inputs(number)))["spearman_rho"]["hidden"] == why


def test_it_can_be_asked_of_one_kind() -> None:
    assert figures(asked("adoption", *inputs(20), scope=Scope(kind="comment")))["adoption"]["n"] == 0
