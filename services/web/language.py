"""Swedish and English: messages, numbers and days. The message ids are English; `locale/sv/*.po` has the Swedish."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

LANGUAGES = ("sv", "en")
ZONE = ZoneInfo("Europe/Stockholm")
_ACCEPTED_CHARACTERS = 200
_WEIGHT = re.compile(r"q=([01](?:\.[0-9]{0,3})?)", re.ASCII)
_OPEN = {"", ".."}
_MONTH_TEXT, _DAY_TEXT = len("2015-05"), len("2015-05-12")


class Swedish(Translations):
    """The messages of all catalogues of this folder; one per part of the site, so that they stay short."""

    def __init__(self) -> None:
        super().__init__()
        self._catalog: dict[Any, Any] = {}
        self.plural = lambda n: int(n != 1)
        for each in sorted(files("services.web").joinpath("locale/sv").iterdir(), key=lambda found: found.name):
            if each.name.endswith(".po"):
                with each.open("rb") as file:
                    self._read(read_po(file, locale="sv"))

    def _read(self, catalogue: Any) -> None:
        for message in catalogue:
            if not message.id:
                continue
            if isinstance(message.id, tuple):
                for number, text in enumerate(message.string):
                    self._catalog[message.id[0], number] = text
            else:
                self._catalog[message.id] = message.string


class English(Translations):
    """The message ids as they are."""


@cache
def translations(language: str) -> Translations:
    """Return the messages of a language."""
    return Swedish() if language == "sv" else English()


@cache
def locale(language: str) -> Locale:
    """Return Babel's locale: Swedish in Sweden, or English with the day before the month."""
    return Locale("sv", "SE") if language == "sv" else Locale("en", "GB")


def prefers_english(accepted: str) -> bool:
    """Tell whether an `Accept-Language` puts English before Swedish; whatever it holds, it does no more than hint."""
    weights: dict[str, float] = {}
    for each in accepted[:_ACCEPTED_CHARACTERS].split(","):
        name, _, weight = each.strip().lower().partition(";")
        found = _WEIGHT.fullmatch(weight.replace(" ", "")) if weight else None
        if weight and found is None:
            continue
        language = name.partition("-")[0].strip()
        weights[language] = max(weights.get(language, 0.0), float(found[1]) if found else 1.0)
    return weights.get("en", 0.0) > weights.get("sv", 0.0)


# --- Numbers ----------------------------------------------------------------------------------
def number(value: float | Decimal | str, language: str, digits: int | None = None) -> str:
    """Return a number as it is written in a language; decimals come as texts (`"0.35"`), to `digits` places."""
    exact = Decimal(value) if isinstance(value, str) else value
    pattern = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(exact, format=pattern, locale=locale(language)))


def percent(share: float | Decimal | str, language: str, digits: int = 0) -> str:
    """Return a share of one as a percentage: `"0.351"` is 35 %."""
    return points(share, language, digits) + "\N{NO-BREAK SPACE}%"


def points(share: float | Decimal | str, language: str, digits: int = 0) -> str:
    """Return a share of one in hundredths, without the sign: `"0.351"` is 35."""
    return number(Decimal(str(share)) * 100, language, digits)


def of_hundred(value: float | Decimal | str, language: str, digits: int = 0) -> str:
    """Return what is counted of a hundred already as a percentage: `"35.1"` is 35 %."""
    return number(Decimal(str(value)), language, digits) + "\N{NO-BREAK SPACE}%"


# --- Days -------------------------------------------------------------------------------------
def day(edtf: str, language: str) -> str:
    """Return an EDTF value (level 1) as one says it: `2015-05-12` is 12 maj 2015, `2012~` is omkring 2012.

    Of a time with hours only the day is said; what is no EDTF is returned as it is.
    """
    said = translations(language).gettext
    start, slash, end = edtf.partition("/")
    if slash:
        if start in _OPEN:
            return said("no later than %(day)s") % {"day": _one_day(end, language)}
        if end in _OPEN:
            return said("from %(day)s") % {"day": _one_day(start, language)}
        return f"{_first_day(start, end, language)}\N{EN DASH}{_one_day(end, language)}"
    return _one_day(start, language)


def _first_day(start: str, end: str, language: str) -> str:
    """Return the first day of a range without the month and the year that the last one says anyhow: 5–25 november 2018."""
    try:
        first, last = date.fromisoformat(start), date.fromisoformat(end)
    except ValueError:  # not two whole days
        return _one_day(start, language)
    if first.year != last.year:
        return _one_day(start, language)
    form = "d" if first.month == last.month else "d MMMM"
    return str(format_date(first, form, locale=locale(language)))


def _one_day(edtf: str, language: str) -> str:
    said = translations(language).gettext
    bare = edtf.rstrip("?~%")
    text = _plain_day(bare, language)
    match edtf[len(bare) :]:
        case "?":
            return said("probably %(day)s") % {"day": text}
        case "~":
            return said("around %(day)s") % {"day": text}
        case "%":
            return said("probably around %(day)s") % {"day": text}
    return text


def _plain_day(text: str, language: str) -> str:
    try:
        if "T" in text:
            found = datetime.fromisoformat(text)
            there = found if found.tzinfo is None else found.astimezone(ZONE)
            return str(format_date(there.date(), "d MMMM y", locale=locale(language)))
        if len(text) == _DAY_TEXT:
            return str(format_date(date.fromisoformat(text), "d MMMM y", locale=locale(language)))
        if len(text) == _MONTH_TEXT:
            return str(format_date(date.fromisoformat(f"{text}-01"), "MMMM y", locale=locale(language)))
    except ValueError:
        pass  # a season, or digits left open: EDTF beyond what days have words for
    return text


def month(text: str, language: str) -> str:
    """Return a month (`2015-05`) in three letters, as the heads of narrow columns have it."""
    return str(format_date(date.fromisoformat(f"{text}-01"), "LLL", locale=locale(language))).rstrip(".")[:3]


def short_month(month: str, language: str) -> str:
    """Return the month of `2016-05` in three letters: maj."""
    return str(format_date(date.fromisoformat(f"{month}-01"), "LLL", locale=locale(language)))[:3]


def clock(time: str, language: str) -> str:
    """Return an RFC 3339 time as clocks in Sweden showed it: 12 maj 2015 16.20."""
    found = datetime.fromisoformat(time).astimezone(ZONE)
    form = "d MMMM y HH.mm" if language == "sv" else "d MMMM y HH:mm"
    return str(format_datetime(found, form, locale=locale(language)))


def when(moment: Mapping[str, Any], language: str) -> str:
    """Return when something occurred, else the day it was recorded (a moment of `projections.references`)."""
    return day(moment["occurred"] or moment["time"], language)


def tongue(code: str, language: str) -> str:
    """Return what a language (ISO 639) is called; "und" is one that nobody stated."""
    if code == "und":
        return translations(language).gettext("not stated")
    return locale(language).languages.get(code) or code


def named(names: Mapping[str, str | None] | None, language: str, otherwise: str = "") -> str:
    """Return a name in a language (`{"sv", "en"}`), else in the other one, else what it is called otherwise."""
    if names is None:
        return otherwise
    return names[language] or names["sv"] or names["en"] or otherwise


def filters(language: str) -> Mapping[str, Callable[..., str]]:
    """Return the filters of templates in a language."""

    def bound(function: Callable[..., str]) -> Callable[..., str]:
        return lambda value, *more: function(value, language, *more)

    functions: dict[str, Callable[..., str]] = {
        "number": number,
        "percent": percent,
        "points": points,
        "of_hundred": of_hundred,
        "day": day,
        "clock": clock,
        "when": when,
        "named": named,
        "tongue": tongue,
    }
    return {name: bound(function) for name, function in functions.items()}
