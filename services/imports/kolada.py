"""Kolada files: the values of indicators (nyckeltal), as its API hands them out and as they stand in a file.

A file holds one or several answers of version 2: `values` lists either data, `{kpi, municipality, period,
values: [{gender, count, status, value}]}`, or indicators, `{id, title, description, …}`. Everybody is `T`,
women `K` (`F` in older files), men `M`. What is missing stays missing, with the status Kolada gives.
Nothing is fetched. A value that differs from the recorded one revises it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from ledger.fields import StatedNumber
from ledger.indicators.commands import DefineIndicator, RecordValue, ReviseValue
from ledger.indicators.events import IndicatorDirection, IndicatorGroup, IndicatorOrigin
from ledger.indicators.rejections import IndicatorExists, ValueExists, ValueUnchanged
from ledger.messages import Command, Rejection, StatedSource, Submission
from services.imports.loading import Item
from services.imports.polis import ACTOR, request_id
from services.imports.tables import ImportBroken

GROUPS = {
    "T": IndicatorGroup.TOTAL,
    "K": IndicatorGroup.WOMEN,
    "F": IndicatorGroup.WOMEN,
    "M": IndicatorGroup.MEN,
}
SOURCE = "kolada"
DIGITS_MAX = 12
MISSING = "missing"
REVISED = "newer_export"

_KPI = re.compile(r"[A-Za-z][A-Za-z0-9]{1,20}")
_YEAR = re.compile(r"[0-9]{4}")
_NOT_IN_CODES = re.compile(r"[^a-z0-9]+")


class Kpi(NamedTuple):
    """An indicator of Kolada: its number, what it is called, and its official words."""

    number: str
    title: str
    definition: str | None


class Value(NamedTuple):
    """One value; None where it is missing, and then `status` says why. `place` says where it stands in the file."""

    kpi: str
    period: str
    group: IndicatorGroup
    value: str | None
    status: str | None
    place: int


class Export(NamedTuple):
    """A whole file, of one municipality; `others` counts values of others, which are left out."""

    file: str
    municipality: str
    kpis: tuple[Kpi, ...]
    values: tuple[Value, ...]
    others: int


def read_export(path: Path, municipality: str | None = None) -> Export:
    """Return the file, read whole; where it holds several municipalities, one must be named. Raises ImportBroken."""
    items = list(_items(path))
    data = [(place, item) for place, item in items if "kpi" in item]
    found = sorted({str(item.get("municipality", "")) for _, item in data})
    if not data:
        raise ImportBroken(f"{path.name} holds no data; ask Kolada for data of a kpi, a municipality and years")
    if municipality is None and len(found) > 1:
        raise ImportBroken(
            f"{path.name} holds several municipalities ({', '.join(found)}); name one: --municipality ID"
        )
    chosen = municipality or found[0]
    if chosen not in found:
        raise ImportBroken(f"{path.name} has no values of {chosen}; it has those of {', '.join(found)}")
    own = [each for each in data if str(each[1].get("municipality", "")) == chosen]
    values = tuple(value for place, item in own for value in _values(path.name, place, item))
    _check_once(path.name, values)
    described = {kpi.number: kpi for _, item in items if "title" in item and (kpi := _kpi(item))}
    numbers = dict.fromkeys(value.kpi for value in values)
    kpis = tuple(described.get(number, Kpi(number, number, None)) for number in numbers)
    return Export(path.name, chosen, kpis, values, len(data) - len(own))


def _items(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every object of every answer in the file, with its place counted from 1."""
    try:
        # Numbers stay as they are written: a binary fraction would change them.
        answers = json.loads(path.read_bytes().decode("utf-8-sig"), parse_float=str, parse_int=str)
    except OSError as error:
        raise ImportBroken(f"{path} cannot be read: {error.strerror}; name a file saved from Kolada") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ImportBroken(f"{path.name} is not JSON in UTF-8 ({error}); save the answer of Kolada again") from None
    place = 0
    for answer in answers if isinstance(answers, list) else [answers]:
        listed = answer.get("values") if isinstance(answer, dict) else None
        if not isinstance(listed, list):
            raise ImportBroken(f"{path.name} has no list `values`; save the answer of Kolada's version 2 as it is")
        for item in listed:
            place += 1
            if not isinstance(item, dict):
                raise ImportBroken(f"{path.name}, value {place}: is no object")
            yield place, item


def _kpi(item: dict[str, Any]) -> Kpi | None:
    title = " ".join(str(item["title"]).split())[:300]
    words = "\n\n".join(str(item[name]).strip() for name in ("definition", "description") if item.get(name))
    return Kpi(str(item.get("id", "")), title, words[:20_000] or None) if title else None


def _values(file: str, place: int, item: dict[str, Any]) -> Iterator[Value]:
    kpi, period, listed = str(item["kpi"]), str(item.get("period", "")), item.get("values")
    if not _KPI.fullmatch(kpi) or not _YEAR.fullmatch(period) or not isinstance(listed, list):
        raise ImportBroken(f"{file}, value {place}: kpi, period (a year) and values are what each value must have")
    for each in listed:
        group = GROUPS.get(str(each.get("gender", ""))) if isinstance(each, dict) else None
        if group is None:
            raise ImportBroken(f"{file}, value {place}: gender must be one of {', '.join(GROUPS)}")
        value, status = _decimal(file, place, each.get("value")), _status(each)
        # What Kolada withdrew is missing, whatever number still stands there.
        if str(each.get("isdeleted", each.get("is_deleted", ""))).lower() == "true":
            value, status = None, "deleted"
        yield Value(kpi, period, group, value, status or (MISSING if value is None else None), place)


def _status(each: dict[str, Any]) -> str | None:
    code = _NOT_IN_CODES.sub("_", str(each.get("status") or "").lower()).strip("_")[:64]
    return (code if code[0].isalpha() else f"status_{code}"[:64]) if code else None


def _decimal(file: str, place: int, value: Any) -> str | None:
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ImportBroken(f"{file}, value {place}: {value!r} is not a number")
    written = format(number, "f")
    # Binary fractions come with up to 17 digits; the record keeps twelve of them.
    return (
        written if len(written.partition(".")[2]) <= DIGITS_MAX else f"{number:.{DIGITS_MAX}f}".rstrip("0").rstrip(".")
    )


def _check_once(file: str, values: Iterable[Value]) -> None:
    seen = set()
    for each in values:
        key = each.kpi, each.period, each.group
        if key in seen:
            raise ImportBroken(f"{file}, value {each.place}: {each.kpi} {each.period} {each.group} stands there twice")
        seen.add(key)


# --- What it becomes --------------------------------------------------------------------------
def indicator_of(kpi: str) -> str:
    """Return the id of the indicator that a kpi becomes."""
    return f"{SOURCE}-{kpi.lower()}"


def phases(export: Export) -> tuple[Iterable[Item], ...]:
    """Return everything to be recorded: the indicators, then their values, each recorded and then revised if it differs.

    Raises ImportBroken for what cannot be recorded.
    """
    return (list(_definitions(export)), list(_recorded(export)))


def count(export: Export) -> int:
    """Return how many items an export has."""
    return len(export.kpis) + 2 * len(export.values)


def benign(item: Item, rejection: Rejection) -> bool:
    """Tell whether a rejection says that this stands in the record already."""
    return isinstance(rejection, IndicatorExists | ValueExists | ValueUnchanged)


def _definitions(export: Export) -> Iterator[Item]:
    for place, kpi in enumerate(export.kpis, 1):
        try:
            command = DefineIndicator(
                indicator=indicator_of(kpi.number),
                title=kpi.title,
                direction=IndicatorDirection.NONE,
                origin=IndicatorOrigin.KOLADA,
                numbers=(StatedNumber(scheme=SOURCE, value=kpi.number),),
                definition=kpi.definition,
                source=_source(export, kpi.number),
            )
        except ValidationError as error:
            raise _broken(export, place, error) from None
        yield _item(export, place, command, kpi.number, kpi.title, kpi.definition or "")


def _recorded(export: Export) -> Iterator[Item]:
    for each in export.values:
        fields: dict[str, Any] = {"indicator": indicator_of(each.kpi), "period": each.period, "group": each.group}
        fields |= {"value": each.value, "status": each.status, "origin": IndicatorOrigin.KOLADA}
        content = (each.kpi, each.period, each.group, each.value or "", each.status or "")
        source = _source(export, f"{each.kpi} {export.municipality} {each.period}")
        try:
            record = RecordValue(**fields, source=source)
            revise = ReviseValue(**fields, reason_code=REVISED, source=source)
        except ValidationError as error:
            raise _broken(export, each.place, error) from None
        yield _item(export, each.place, record, *content)
        yield _item(export, each.place, revise, *content)


def _source(export: Export, external_id: str) -> StatedSource:
    return StatedSource(basis="import", external_id=external_id, anchor="Källa: Kolada")


def _item(export: Export, place: int, command: Command, *content: str) -> Item:
    request = request_id(SOURCE, export.municipality, type(command).__name__, *content)
    return Item(Submission(command, request, ACTOR), export.file, place)


def _broken(export: Export, place: int, error: ValidationError) -> ImportBroken:
    what = error.errors()[0]
    return ImportBroken(f"{export.file}, value {place}: {'.'.join(map(str, what['loc']))} {what['msg']}")
