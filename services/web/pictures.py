"""From the JSON of a page to its pictures: templates call these with the page's contents and their words for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from projections.views.responses import STANDINGS
from services.web import language as languages
from services.web.charts import flow, heat, response, trend
from services.web.charts.bar import Part, bar, drawn_bar
from services.web.charts.drawn import Drawn
from services.web.outcomes import KINDS

Json = Mapping[str, Any]
THIN = 16


class Pictures:
    """Draws in one language; every function is pure."""

    def __init__(self, language: str) -> None:
        self._language = language

    def globals(self) -> dict[str, Callable[..., Any]]:
        """Return the functions of templates, by name."""
        return {
            "outcome_bar": self.outcome_bar,
            "thin_bar": self.thin_bar,
            "flow_picture": self.flow,
            "heat_picture": self.heat,
            "heat_lines": self.heat_lines,
            "trend_picture": self.trend,
            "answered_picture": self.answered,
            "bounds_picture": self.bounds,
            "channel_names": self.channel_names,
            "named_shares": self.named_shares,
            "fields_of": fields_of,
        }

    def _say(self, value: float | Decimal | str) -> str:
        return languages.number(round(value, 4) if isinstance(value, float) else value, self._language)

    def _percent(self, share: float | Decimal | str) -> str:
        return languages.percent(share, self._language)

    # --- Outcomes -------------------------------------------------------------------------------
    def outcome_bar(
        self, title: str, counts: Mapping[str, int], names: Mapping[str, str], heads: tuple[str, str, str]
    ) -> Drawn:
        """Return what became of inputs as one bar and its table."""
        return drawn_bar(title, _outcomes(counts, names), heads, self._say, self._percent)

    def thin_bar(self, title: str, counts: Mapping[str, int], names: Mapping[str, str]) -> Any:
        """Return the same bar for a line of a list, without numbers in it."""
        return bar(title, _outcomes(counts, names), THIN, labelled=False)

    def flow(self, title: str, streams: Iterable[Json], names: Mapping[str, str], said: Json) -> Drawn:
        """Return the flow of `{"channel", "theme", "kind", "outcome", "count"}`.

        `said` has heads, other and total, what channels and kinds are called, and the decision with `link`, which makes
        addresses: those of the lists that the numbers count.
        """
        every = list(streams)
        names_of = [
            (
                said["channels"].get(each["channel"], each["channel"]),
                each["theme"] or said["kinds"].get(each["kind"], each["kind"]),
            )
            for each in every
        ]
        found = [flow.Stream(*name, each["outcome"], each["count"]) for name, each in zip(names_of, every, strict=True)]
        outcomes = [(kind, names[kind]) for kind in KINDS]
        link = _flow_links(list(zip(names_of, every, strict=True)), said)
        made = flow.Said(title, tuple(said["heads"]), outcomes, said["other"], said["total"], link)
        return flow.flow(found, made, self._say)

    # --- Over time ------------------------------------------------------------------------------
    def heat(
        self, title: str, columns: Sequence[str], rows: Iterable[tuple[str, Sequence[Any]]], promised: Any, head: str
    ) -> Drawn:
        """Return a heat map; a field is a number, None, or `(number, link)`."""
        made = [(name, [_field(each) for each in fields]) for name, fields in rows]
        grid = heat.Grid(columns, made, None if promised is None else float(promised))
        return heat.heat(title, grid, head, self._say)

    def heat_lines(self, waits: Json, names: Mapping[str, Any], links: Callable[..., str]) -> Json:
        """Return what a heat map of waits shows: months as columns, bodies with anything to show as rows, the longest wait."""
        rows = [
            (
                languages.named(names.get(line["body"]), self._language, line["body"]),
                fields_of(line, links),
            )
            for line in waits["bodies"]
        ]
        kept = [(name, fields) for name, fields in rows if any(each is not None for each, _ in fields)]
        most = max((each for _, fields in kept for each, _ in fields if each is not None), default=0)
        return {
            "columns": [languages.month(each, self._language) for each in waits["months"]],
            "rows": kept,
            "most": most,
        }

    def trend(
        self, title: str, points: Iterable[Json], header: tuple[str, str, str, str], event: Callable[[int], str]
    ) -> Drawn:
        """Return a trend of `{"period", "value", "low", "high", "series", "recorded"}`; numbers may be decimal texts.

        `event` gives the address of the event that a value was recorded in.
        """
        made = [
            trend.Point(
                str(each["period"]),
                float(each["value"]),
                _float(each.get("low")),
                _float(each.get("high")),
                each.get("series", 0),
                event(each["recorded"]["position"]),
            )
            for each in points
        ]
        return trend.trend(title, made, header, self._say)

    def channel_names(self, channels: Mapping[str, Any], otherwise: Mapping[str, str]) -> dict[str, str]:
        """Return what channels are called: as they were registered, else by the page's own words, else by their code."""
        return {
            code: languages.named(names, self._language, otherwise.get(code, code)) for code, names in channels.items()
        }

    # --- Surveys --------------------------------------------------------------------------------
    def answered(
        self,
        title: str,
        counts: tuple[int, int],
        names: tuple[str, str],
        heads: tuple[str, str, str],
        link: str | None = None,
    ) -> Drawn:
        """Return who answered and who did not, `counts` of those who did and all, as a bar and its table."""
        answered, asked = counts
        parts = [
            Part("changed", names[0], answered, link),
            Part("unanswered", names[1], max(asked - answered, 0), link),
        ]
        return drawn_bar(title, parts, heads, self._say, self._percent)

    def bounds(self, title: str, shares: Iterable[Json], said: Json) -> Drawn:
        """Return shares `{"name", "value", "low", "high", "least", "most", "recorded"}` of one.

        `said` has of_answered, possible, header, and `event`, which gives the address of an event.
        """
        made = [
            response.Share(
                each["name"],
                float(each["value"]),
                _float(each.get("low")),
                _float(each.get("high")),
                _float(each.get("least")),
                _float(each.get("most")),
                said["event"](each["recorded"]["position"]),
            )
            for each in shares
        ]
        words = response.Said(said["of_answered"], said["possible"], tuple(said["header"]))
        return response.bounds(title, made, words, self._percent)

    def named_shares(self, shares: Iterable[Json]) -> list[Json]:
        """Return shares with a `name`: the question where its words may be read, and the answer."""
        return [{**each, "name": _asked(each, self._language)} for each in shares]


def _asked(share: Json, language: str) -> str:
    """Return the question in a language, else in the one it was asked in, and the answer the share is of."""
    texts = {each["language"]: each["text"].get("text", "") for each in share["wordings"] if each["text"]}
    text = texts.get(language) or next(iter(texts.values()), "")
    return f"{text} {share['answer']}".strip()


def fields_of(line: Json, links: Callable[..., str]) -> list[tuple[int | None, str]]:
    """Return the fields of a body's line of waits: the days, and the address of the inputs they were counted from."""
    return [
        (
            each["median_days"],
            links("/forslag", namnd=line["body"], manad=each["month"], svar=",".join(STANDINGS)),
        )
        for each in line["months"]
    ]


def _flow_links(streams: Sequence[tuple[tuple[str, str], Json]], said: Json) -> Callable[[str, str, str], str | None]:
    """Return what gives the address of the inputs that a number of a flow counts, None where no list has just those."""
    has_themes = any(each["theme"] for _, each in streams)

    def link(source: str, group: str, outcome: str) -> str | None:
        channels = sorted({each["channel"] for (name, _), each in streams if name == source})
        themes = sorted({each["theme"] or "" for (_, name), each in streams if name == group})
        kinds = sorted({each["kind"] for (_, name), each in streams if name == group})
        if said["other"] in {source, group} or not channels or not kinds:
            return None
        if has_themes and (themes != [group] or "," in group):
            return None
        about = {"tema": group} if has_themes else {"typ": ",".join(kinds)}
        wanted = {"beslut": said["decision"], "kanal": ",".join(channels), "utfall": outcome or ",".join(KINDS)}
        found: str = said["link"]("/forslag", **wanted, **about)
        return found

    return link


def _outcomes(counts: Mapping[str, int], names: Mapping[str, str]) -> list[Part]:
    return [Part(kind, names[kind], counts[kind]) for kind in KINDS]


def _field(value: Any) -> heat.Field:
    if isinstance(value, list | tuple):
        return heat.Field(_float(value[0]), value[1])
    return heat.Field(_float(value))


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
