"""The appeal time (KL 13:5): from which announcement of the minutes it runs, until when, and whether it was cut short."""

from __future__ import annotations

from typing import Any, NamedTuple

from projections.projection import Rows
from projections.views.deadlines import last_day
from projections.views.rules import rule_on

Shown = dict[str, Any]


class AppealTime(NamedTuple):
    """The appeal time of one meeting's decisions.

    `announced` is the announcement it runs from and `removed` its being taken down, both as MEETINGS holds them;
    `rule` is the rule of the day of the announcement and `until` the last ISO day, None where no rule was adopted.
    """

    announced: Shown
    removed: Shown | None
    rule: Shown | None
    until: str | None

    @property
    def is_cut_short(self) -> bool:
        """Whether the announcement came down before the time had run, so that it never runs out."""
        return self.until is not None and self.removed is not None and bool(self.removed["on"] <= self.until)

    def is_over(self, on: str) -> bool | None:
        """Tell whether the time has run out by an ISO day; None where no rule says how long it is."""
        return None if self.until is None else not self.is_cut_short and on > self.until


def appeal_time(rows: Rows, meeting: Shown, on: str) -> AppealTime | None:
    """Return the appeal time as it stands on an ISO day; None while the minutes are not announced.

    It runs from the first announcement that was left up long enough; a notice put up anew after that opens
    nothing again. Where every one came down too early, the last counts, and the time has not run out.
    """
    times = [_from(rows, meeting["body"], each, on) for each in meeting["announcements"] if each["on"] <= on]
    return next((each for each in times if not each.is_cut_short), times[-1]) if times else None


def _from(rows: Rows, body: str, announced: Shown, on: str) -> AppealTime:
    removed = announced["removed"]
    removed = removed if removed is not None and removed["on"] <= on else None
    rule = rule_on(rows, "appeal_days", announced["on"], body)
    days = None if rule is None else rule["value"]
    until = None if days is None else last_day(announced["on"], days)
    return AppealTime(announced, removed, None if days is None else rule, until)
