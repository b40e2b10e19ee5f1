"""What a record says, counted a second time: plain loops over its events, with no read model and no view of the product.

Written from the published definitions alone. Slow on purpose: every question goes through all events again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import sqrt
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ledger.messages import RecordedEvent

SWEDEN = ZoneInfo("Europe/Stockholm")
OUTCOMES = ("changed", "weighed", "declined", "unanswered")
STANDINGS = ("on_time", "late", "overdue", "waiting", "withdrawn")
Z = 1.959963984540054
LEAST = 20


class Given(NamedTuple):
    """An input as it stands: where it was received, by whom, how it ended, and into which it was merged."""

    name: str
    position: int
    author_kind: str
    channel: str
    kind: str
    process: str | None
    matter: str | None
    theme: str | None
    about: str | None
    day: str
    status: str
    merged_into: str | None

    @property
    def is_official(self) -> bool:
        return self.author_kind == "official"

    @property
    def places(self) -> set[str]:
        return {f"process:{self.process}", f"matter:{self.matter}"}


def day_of(event: RecordedEvent) -> str:
    """Return the Swedish day of an event: that on which it occurred, else that on which it was recorded."""
    text = event.event.occurred or event.time
    if "T" not in text:
        return text
    return datetime.fromisoformat(text).astimezone(SWEDEN).date().isoformat()


class Oracle:
    """Counts the events of a record up to a position, or those that had happened by a day; judges on a day."""

    def __init__(self, events: Iterable[RecordedEvent], on: str, *, by: str | None = None) -> None:
        self.events: Sequence[RecordedEvent] = [each for each in events if by is None or day_of(each) <= by]
        self.on = on

    def of(self, *topics: str) -> list[RecordedEvent]:
        """Return the events of some types, in order."""
        return [each for each in self.events if each.event.topic in topics]

    # --- Inputs -------------------------------------------------------------------------------
    def inputs(self) -> dict[str, Given]:
        found: dict[str, Given] = {}
        for each in self.events:
            event: Any = each.event
            name = getattr(event, "input", "")
            if event.topic == "input-received":
                found[name] = Given(
                    *(name, each.position, str(event.author_kind), event.channel, str(event.kind)),
                    *(event.process, event.matter, event.theme, event.about, day_of(each), "live", None),
                )
            elif name not in found or found[name].status == "withdrawn":
                continue
            elif event.topic == "input-withdrawn":
                found[name] = found[name]._replace(status="withdrawn", merged_into=None)
            elif event.topic == "input-merged":
                found[name] = found[name]._replace(status="merged", merged_into=event.into)
            elif event.topic == "input-moderated" and str(event.verdict) == "rejected":
                found[name] = found[name]._replace(status="rejected", merged_into=None)
            elif event.topic == "input-restored":
                found[name] = found[name]._replace(status="live", merged_into=None)
        return found

    def supporters(self, name: str) -> set[str]:
        """Return who stands behind an input."""
        found: set[str] = set()
        for each in self.of("support-given", "support-withdrawn"):
            event: Any = each.event
            if event.input == name:
                (found.add if event.topic == "support-given" else found.discard)(event.supporter)
        return found

    # --- What became of them --------------------------------------------------------------------
    def decisions(self) -> dict[str, Any]:
        return {each.event.decision: each.event for each in self.of("decision-recorded")}  # type: ignore[attr-defined]

    def scope(self, decision: str) -> list[Given]:
        """Return the inputs that a decision answers for: of its processes and matters, until its account was closed."""
        event = self.decisions()[decision]
        places = {f"process:{each.process}" if each.process else f"matter:{each.matter}" for each in event.scope}
        closed = [each.position for each in self.of("account-closed") if each.event.decision == decision]  # type: ignore[attr-defined]
        return [
            each
            for each in self.inputs().values()
            if places & each.places and (not closed or each.position <= closed[0])
        ]

    def account(self, decision: str | None) -> dict[str, str]:
        """Return the code stated last of each input, in one decision or in whichever."""
        found: dict[str, str] = {}
        for each in self.of("disposition-recorded", "disposition-revised"):
            event: Any = each.event
            if decision in {None, event.decision}:
                found[event.input] = str(event.code)
        return found

    def code(self, given: Given, account: dict[str, str]) -> str:
        """Return what became of an input: what is stated of it, else of the one it was merged into, else its own end."""
        if given.name in account:
            return account[given.name]
        known, seen = self.inputs(), {given.name}
        while given.merged_into is not None and given.merged_into not in seen:
            given = known[given.merged_into]
            seen.add(given.name)
        if given.name in account:
            return account[given.name]
        return {"withdrawn": "withdrawn", "rejected": "moderated"}.get(given.status, "pending")

    def outcomes(self, decision: str, *, official: bool = False) -> dict[str, int]:
        """Return how many of a decision's inputs met each outcome."""
        account = self.account(decision)
        return _outcomes(
            self.code(each, account)
            for each in self.scope(decision)
            if each.status != "merged" and each.is_official is official
        )

    def aside(self, decision: str) -> int:
        """Return how many inputs of residents and organisations were taken back or rejected."""
        account = self.account(decision)
        return sum(
            self.code(each, account) in {"withdrawn", "moderated"}
            for each in self.scope(decision)
            if each.status != "merged" and not each.is_official
        )

    def strongest(self) -> dict[str, str]:
        """Return the outcome of every input of residents and organisations that some decision answers for."""
        found: dict[str, str] = {}
        for decision in self.decisions():
            account = self.account(decision)
            for each in self.scope(decision):
                met = outcome(self.code(each, account))
                if met is None or each.is_official or each.status == "merged":
                    continue
                if each.name not in found or OUTCOMES.index(met) < OUTCOMES.index(found[each.name]):
                    found[each.name] = met
        return found

    def owed(self) -> set[str]:
        """Return the inputs of residents and organisations that a decision or a day promises something."""
        answered_for, dues = self.strongest(), self.dues()
        return {
            each.name
            for each in self.inputs().values()
            if not each.is_official and (each.name in answered_for or (each.name in dues and each.status != "merged"))
        }

    # --- A place ------------------------------------------------------------------------------
    def counted(self, place: str = "") -> list[Given]:
        """Return the inputs that the measures count, of the ledger or of a body or process: no merged, no mere comments."""
        promised = {
            f"process:{each.process}" if each.process else f"matter:{each.matter}"
            for event in self.decisions().values()
            for each in event.scope
        }
        return [
            each
            for each in self.inputs().values()
            if each.status != "merged"
            and (each.about is None or promised & each.places)
            and (not place or place in {f"process:{each.process}", f"body:{self._owner(each)}"})
        ]

    def _owner(self, given: Given) -> str:
        for each in self.of("process-opened"):
            event: Any = each.event
            if event.process == given.process:
                return str(event.owner)
        for each in self.of("matter-opened"):
            event = each.event
            if event.matter == given.matter:
                return str(event.body)
        return ""

    def of_place(self, place: str) -> dict[str, int]:
        account = self.account(None)
        return _outcomes(self.code(each, account) for each in self.counted(place) if not each.is_official)

    def coverage(self) -> tuple[int, int]:
        """Return how many of residents' and organisations' inputs are answered for, and of how many."""
        account = self.account(None)
        codes = [self.code(each, account) for each in self.counted() if not each.is_official]
        return sum(code != "pending" for code in codes), len(codes)

    def adopted(self, by: str = "") -> dict[str, tuple[int, int]]:
        """Return by an attribute how many inputs were adopted, and of how many that no disposition put out of scope."""
        account = self.account(None)
        found: dict[str, tuple[int, int]] = {}
        for each in self.counted():
            code = self.code(each, account)
            if not each.is_official and code != "out_of_scope":
                key = str(getattr(each, by)) if by else ""
                met, all_of_them = found.get(key, (0, 0))
                found[key] = met + (code in {"adopted", "adopted_partly"}), all_of_them + 1
        return found

    # --- Answers ------------------------------------------------------------------------------
    def dues(self) -> dict[str, str]:
        """Return the day by which each input is to be answered, as it was stated last."""
        return {each.event.input: each.event.by for each in self.of("response-due")}  # type: ignore[attr-defined]

    def answers(self) -> dict[str, str]:
        """Return the day of the first answer in substance."""
        found: dict[str, str] = {}
        for each in self.of("response-given"):
            event: Any = each.event
            if str(event.kind) in {"answer", "decision_notice"}:
                found.setdefault(event.input, day_of(each))
        return found

    def standings(self, *, official: bool = False) -> dict[str, str]:
        """Return how each input that is owed an answer stands."""
        answers, known, found = self.answers(), self.inputs(), {}
        taken_back = {each.event.input for each in self.of("input-withdrawn")}  # type: ignore[attr-defined]
        for name, by in self.dues().items():
            if known[name].is_official is not official:
                continue
            if name in answers:
                found[name] = "on_time" if answers[name] <= by else "late"
            elif name in taken_back:
                found[name] = "withdrawn"
            else:
                found[name] = "overdue" if by < self.on else "waiting"
        return found

    def on_time(self) -> tuple[int, int]:
        """Return how many of those whose last day has passed were answered by it, and of how many."""
        dues = self.dues()
        passed = [stands for name, stands in self.standings().items() if dues[name] < self.on]
        return passed.count("on_time"), len(passed)

    # --- Promises -----------------------------------------------------------------------------
    def commitments(self) -> dict[str, str]:
        """Return how each commitment stands; one that a disposition names was made, or could not have been named."""
        found: dict[str, str] = {}
        for made in self.of("commitment-made"):
            due: str | None = made.event.due  # type: ignore[attr-defined]
            name: str = made.event.commitment  # type: ignore[attr-defined]
            delivered: list[str] = []
            disputed = dropped = False
            for each in self.events:
                event: Any = each.event
                if getattr(event, "commitment", None) != name:
                    continue
                if event.topic == "commitment-delivered":
                    delivered.append(event.on)
                elif event.topic == "commitment-dropped":
                    dropped = True
                elif event.topic == "delivery-disputed":
                    disputed = True
                elif event.topic == "dispute-answered":
                    disputed = False
                    if str(event.outcome) == "reopened" and delivered:
                        delivered.pop()
            if dropped:
                found[name] = "dropped"
            elif not delivered:
                found[name] = "open" if due is None else "broken" if due < self.on else "due"
            elif disputed:
                found[name] = "disputed"
            else:
                found[name] = "kept" if due is None or delivered[-1] <= due else "late"
        return found

    def assignments(self) -> dict[str, str]:
        """Return how each assignment stands; none of these histories reports one."""
        found: dict[str, str] = {}
        for each in self.of("assignment-given"):
            event: Any = each.event
            found[event.assignment] = "open" if event.due is None else "overdue" if event.due < self.on else "due"
        return found

    # --- Votes --------------------------------------------------------------------------------
    def votes(self, ballot: str) -> tuple[int, dict[str, Any]]:
        """Return how many votes were ever cast, and the one of each voter that stands."""
        cast, standing = 0, dict[str, Any]()
        for each in self.of("vote-cast", "vote-withdrawn", "votes-invalidated"):
            event: Any = each.event
            if event.ballot != ballot:
                continue
            if event.topic == "vote-cast":
                cast += 1
                standing[event.voter] = event
            elif event.topic == "vote-withdrawn":
                standing.pop(event.voter, None)
            else:
                for struck in event.votes:
                    standing.pop(struck.voter, None)
        return cast, standing

    def choices(self, ballot: str) -> tuple[Counter[str], Counter[str]]:
        """Return how often each choice was ever named, and how often by votes that stand."""
        ever: Counter[str] = Counter()
        for each in self.of("vote-cast"):
            event: Any = each.event
            if event.ballot == ballot:
                ever.update(_named(event))
        current = Counter(choice for event in self.votes(ballot)[1].values() for choice in _named(event))
        return ever, current


def _named(event: Any) -> list[str]:
    return list(event.choices) if event.choices is not None else [event.choice]


def outcome(code: str) -> str | None:
    """Return the outcome that a glance can hold, None for what ended by itself."""
    if code in {"withdrawn", "moderated"}:
        return None
    if code in {"adopted", "adopted_partly"}:
        return "changed"
    if code in {"considered_not_adopted", "out_of_scope"}:
        return "declined"
    return "unanswered" if code == "pending" else "weighed"


def _outcomes(codes: Iterable[str]) -> dict[str, int]:
    met = Counter(outcome(code) for code in codes)
    return {name: met[name] for name in OUTCOMES}


def wilson(met: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share, by the formula."""
    share = met / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
