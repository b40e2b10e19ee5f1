from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.indicators import DefineIndicator, IndicatorGroup, RecordValue, ReviseValue
from ledger.messages import Command
from services.imports import kolada
from services.imports.tables import ImportBroken


def data(period: int, *values: dict[str, Any], kpi: str = "U00001", municipality: str = "9998") -> dict[str, Any]:
    return {"kpi": kpi, "municipality": municipality, "period": period, "values": list(values)}


def value(number: Any, gender: str = "T", status: str = "", **more: Any) -> dict[str, Any]:
    return {"count": 1, "gender": gender, "status": status, "value": number} | more


DATA = {"count": 2, "values": [data(2015, value(97986), value(48.25, "K"), value(49, "M")), data(2016, value(None))]}
KPIS = {"count": 1, "values": [{"id": "U00001", "title": "Trygghet, index", "description": "Andel som svarat."}]}


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Any], Path]:
    def save(content: Any) -> Path:
        path = tmp_path / "kolada.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return save


def commands(path: Path, municipality: str | None = None) -> list[Command]:
    phases = kolada.phases(kolada.read_export(path, municipality))
    return [item.submission.command for phase in phases for item in phase]


def recorded(path: Path) -> list[RecordValue]:
    return [each for each in commands(path) if isinstance(each, RecordValue)]


def test_question_27_values_keep_group_status_and_where_they_come_from(saved: Callable[[Any], Path]) -> None:
    values = recorded(saved(DATA))
    assert [(each.period, each.group, each.value, each.status) for each in values] == [
        ("2015", IndicatorGroup.TOTAL, "97986", None),
        ("2015", IndicatorGroup.WOMEN, "48.25", None),
        ("2015", IndicatorGroup.MEN, "49", None),
        ("2016", IndicatorGroup.TOTAL, None, "missing"),
    ]
    source = values[0].source
    assert source is not None
    assert (source.basis, source.external_id, source.anchor) == ("import", "U00001 9998 2015", "Källa: Kolada")


@pytest.mark.parametrize(
    "held, number, status",
    [
        (value(None, status="Private"), None, "private"),
        (value(5.0, status="Preliminary"), "5.0", "preliminary"),
        (value(5.0, is_deleted=True), None, "deleted"),
        (value(0.1), "0.1", None),
        (value(33.333333333333336), "33.333333333333", None),
        (value(1e-05), "0.00001", None),
    ],
)
def test_a_number_stays_as_it_is_written_and_what_is_missing_says_why(
    held: dict[str, Any], number: str | None, status: str | None, saved: Callable[[Any], Path]
) -> None:
    (only,) = recorded(saved({"values": [data(2015, held)]}))
    assert (only.value, only.status) == (number, status)


def test_an_indicator_is_defined_once_with_its_number_and_words_where_the_file_has_them(
    saved: Callable[[Any], Path],
) -> None:
    (described,) = [each for each in commands(saved([DATA, KPIS])) if isinstance(each, DefineIndicator)]
    assert (described.indicator, described.title, described.definition) == (
        "kolada-u00001",
        "Trygghet, index",
        "Andel som svarat.",
    )
    assert [(each.scheme, each.value) for each in described.numbers] == [("kolada", "U00001")]
    (bare,) = [each for each in commands(saved(DATA)) if isinstance(each, DefineIndicator)]
    assert (bare.title, bare.definition) == ("U00001", None)


def test_each_value_is_recorded_or_else_revised_with_the_same_content(saved: Callable[[Any], Path]) -> None:
    asked = [each for each in commands(saved(DATA)) if isinstance(each, RecordValue | ReviseValue)]
    pairs = list(zip(asked[::2], asked[1::2], strict=True))
    assert all(isinstance(one, RecordValue) and isinstance(other, ReviseValue) for one, other in pairs)
    assert all((one.value, one.period, one.group) == (other.value, other.period, other.group) for one, other in pairs)


def test_of_several_municipalities_one_is_chosen_by_name(saved: Callable[[Any], Path]) -> None:
    path = saved({"values": [data(2015, value(1)), data(2015, value(2), municipality="9997")]})
    with pytest.raises(ImportBroken, match="several municipalities"):
        kolada.read_export(path)
    with pytest.raises(ImportBroken, match="no values of 1234"):
        kolada.read_export(path, "1234")
    export = kolada.read_export(path, "9997")
    assert ([each.value for each in export.values], export.others) == (["2"], 1)


@pytest.mark.parametrize(
    "content, complaint",
    [
        ("{", "is not JSON"),
        ({"values": {}}, "has no list `values`"),
        ({"values": [1]}, "value 1: is no object"),
        (KPIS, "holds no data"),
        ({"values": [data(15, value(1))]}, "value 1: kpi, period"),
        ({"values": [data(2015, value(1, "X"))]}, "value 1: gender"),
        ({"values": [data(2015, value("mycket"))]}, "value 1: 'mycket' is not a number"),
        ({"values": [data(2015, value(1)), data(2015, value(2))]}, "value 2: U00001 2015 total stands there twice"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(content: Any, complaint: str, saved: Callable[[Any], Path]) -> None:
    with pytest.raises(ImportBroken) as refused:
        kolada.read_export(saved(content))
    assert complaint in str(refused.value)
