"""Which moment a page shows: now, a position (what was known then) or a day (what had happened by then)."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple, Self

from services.web.wrong import Wrong

_POSITION = re.compile(r"[1-9][0-9]{0,17}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Moment(NamedTuple):
    """What was asked for: at most one of the two; neither is now."""

    position: int | None = None
    day: date | None = None

    @classmethod
    def asked(cls, at: str | None, asof: str | None) -> Self:
        """Read `?at=` and `?asof=`; an empty one, as a form sends it, stands for none. Raises Wrong."""
        if at and asof:
            raise Wrong("at", "cannot be asked for together with asof; choose one of them")
        if at:
            if not _POSITION.fullmatch(at):
                raise Wrong("at", "is no position; write a whole number from 1, such as 12")
            return cls(position=int(at))
        if asof:
            return cls(day=_day(asof))
        return cls()

    @property
    def query(self) -> dict[str, str]:
        """The moment as the query of a link, empty for now."""
        if self.position is not None:
            return {"at": str(self.position)}
        return {} if self.day is None else {"asof": self.day.isoformat()}


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Wrong("asof", "is no day of the calendar; write it as 2015-12-14")


NOW = Moment()
"""The record as it is."""
