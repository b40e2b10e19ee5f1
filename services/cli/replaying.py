"""`liggare replay`: any view rebuilt from the record in scratch, as of any moment, and what differs between two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from projections.rows.memory import MemoryRows
from services.audit.bundled import Bundled, NotReplayed
from services.audit.difference import ABSENT, Change, difference
from services.audit.offline.bundle import Wanted
from services.audit.offline.main import keys_brought, opened_source
from services.audit.replaying import Entries, ModelDifference, Moment, Scratch, compare_models
from services.bootstrap import prepared
from services.cli.exits import Exit, Failure
from services.cli.output import emit, emit_outline, say, write
from services.cli.proving import moving
from services.cli.showing import KINDS, Asked, answer_of, check, day_of
from services.cli.verifying import verifying
from services.settings import Settings
from services.words import opened

VALUE_CHARACTERS_MAX = 240
"""Characters of a value shown to a reader; --json has all of it."""

NOW = "now"
POSITION_DIGITS_MAX = 19


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be replayed: a kind, perhaps an id, and one moment or two."""

    kind: str | None
    id: str | None
    at: int | None
    asof: str | None
    against: str | None
    as_json: bool

    def asked(self, moment: Moment) -> Asked:
        asof = None if isinstance(moment, int) else moment.isoformat()
        return Asked(
            self.kind or "", self.id, None, asof, as_json=self.as_json, as_csv=False, votes=False, totals=False
        )


class Answers:
    """Views of scratch rows, with the public words of today's readers opened."""

    def __init__(self, question: Question, scratch: Scratch, open_words: Callable[[Any, MemoryRows], Any]) -> None:
        self._question, self._scratch, self._open_words = question, scratch, open_words

    def of(self, moment: Moment) -> Any:
        """Return the view at a moment; raise Failure where there is no such thing at the time."""
        question = self._question
        assert question.kind is not None, "without a kind the read models are compared"
        rows = self._scratch.rows(moment)
        answer = answer_of(rows, KINDS.get(question.kind, question.kind), question.asked(moment))
        return from_json(to_json(self._open_words(answer, self._scratch.known)))

    def difference(self, one: Moment, other: Moment) -> list[Change]:
        """Return what differs between two moments; raise Failure where there is no such thing at either."""
        before, after = self._if_any(one), self._if_any(other)
        if before is ABSENT and after is ABSENT:
            self.of(other)
        for answer in (before, after):
            if answer is not ABSENT:
                # The moments differ, of course; the view's figures are what was asked about.
                answer.pop("position", None)
        return difference(before, after)

    def _if_any(self, moment: Moment) -> Any:
        try:
            return self.of(moment)
        except Failure as failure:
            if failure.code is not Exit.NOT_FOUND:
                raise
            return ABSENT


def replay(settings: Settings, question: Question) -> Exit:
    """Write a view, or a difference. Raises Failure for a moment that is not there yet, and where `show` does."""
    _check(question)
    with prepared(settings) as parts, closing(parts.reader()) as reader:

        def words(answer: Any, newest: MemoryRows) -> Any:
            return opened(answer, reader, parts.vault, newest)

        return _answered(question, reader, reader.head(), words)


def replay_bundle(place: str, keys: Sequence[str], question: Question) -> Exit:
    """Do the same over a bundle, verified first: by the log's key from elsewhere where `keys` has one.

    Raises as `replay`, and Failure for a bundle that is not what was signed.
    """
    _check(question)
    if not Path(place).exists():
        raise Failure(Exit.COULD_NOT_RUN, f"--from {place}: there is no such folder or zip file")
    with closing(opened_source(place)) as source:
        try:
            with verifying() as moved:
                bundle = Bundled(source, Wanted(keys_brought(keys)), moved)
        except NotReplayed as refused:
            code, verdict = Exit(refused.report.exit_code), refused.report.verdict
            raise Failure(code, f"{verdict}; `liggare verify {place}` says all that was found") from refused
        say(bundle.report.verdict)
        if not keys:
            say("The key came with the bundle; bring one from elsewhere with --vkey.")
        return _answered(question, bundle, bundle.head, lambda answer, _newest: bundle.open(answer))


def _answered(question: Question, source: Entries, head: int, open_words: Callable[[Any, MemoryRows], Any]) -> Exit:
    one, other = _moments(question, head)
    with moving("replaying", head) as moved:
        scratch = Scratch(source, head, moved)
    if question.kind is None:
        return _models(question, scratch, one, head if other is None else other)
    answers = Answers(question, scratch, open_words)
    if other is None:
        (emit if question.as_json else emit_outline)(answers.of(one))
    else:
        _write_difference(question, answers.difference(one, other), one, other, head)
    return Exit.FINE


# --- What was asked ---------------------------------------------------------------------------
def _check(question: Question) -> None:
    if question.kind is None:
        return
    kind = KINDS.get(question.kind or "", question.kind or "")
    asked = Asked(kind, question.id, question.at, question.asof, question.as_json, False, False, False)
    check(asked, kind)
    if kind == "event":
        raise Failure(Exit.USAGE, "an event is the same at any time: show event POSITION")


def _moments(question: Question, head: int) -> tuple[Moment, Moment | None]:
    """Return the moment, and the one to compare it with; none given means now."""
    one: Moment = head if question.at is None else _reached(question.at, head)
    if question.asof is not None:
        one = day_of(question.asof)
    return one, None if question.against is None else _against(question.against, head)


def _against(said: str, head: int) -> Moment:
    if said == NOW:
        return head
    if said.isdecimal() and len(said) <= POSITION_DIGITS_MAX:
        return _reached(int(said), head)
    try:
        return date.fromisoformat(said)
    except ValueError:
        sentence = f"--against {said!r} is no moment; write a position, a day such as 2015-12-14, or now"
        raise Failure(Exit.USAGE, sentence) from None


def _reached(position: int, head: int) -> int:
    if position > head:
        raise Failure(Exit.NOT_FOUND, f"the record has {head} events; there is no position {position} yet")
    return position


# --- A difference -----------------------------------------------------------------------------
def _said(moment: Moment, head: int) -> str:
    if not isinstance(moment, int):
        return f"the end of {moment.isoformat()}"
    return f"now (position {head})" if moment == head else f"position {moment}"


def _named(moment: Moment) -> int | str:
    return moment if isinstance(moment, int) else moment.isoformat()


def _write_difference(question: Question, changes: list[Change], one: Moment, other: Moment, head: int) -> None:
    counts = {"added": 0, "changed": 0, "removed": 0, "moved": 0}
    for change in changes:
        counts[_sort(change)] += 1
    if question.as_json:
        told = {"kind": question.kind, "id": question.id, "from": _named(one), "to": _named(other)}
        emit(told | {"counts": counts, "changes": [change.to_json() for change in changes]})
        return
    what = " ".join(each for each in (question.kind, question.id) if each)
    summary = ", ".join(f"{number} {sort}" for sort, number in counts.items() if number) or "no difference"
    lines = [f"{what}: {_said(one, head)} -> {_said(other, head)}: {summary}", *map(_line, changes)]
    write("".join(f"{line}\n" for line in lines).encode())


def _sort(change: Change) -> str:
    if change.moved_to is not None:
        return "moved"
    if change.before is ABSENT:
        return "added"
    return "removed" if change.after is ABSENT else "changed"


def _line(change: Change) -> str:
    named = "".join(change.named) or "/"
    if change.moved_to is not None:
        return f"> {named}: from place {int(change.path[-1]) + 1} to {change.moved_to + 1}"
    if change.before is ABSENT:
        return f"+ {named}: {_value(change.after)}"
    if change.after is ABSENT:
        return f"- {named}: {_value(change.before)}"
    return f"~ {named}: {_value(change.before)} -> {_value(change.after)}"


def _value(value: Any) -> str:
    text = to_json(value).decode()
    return text if len(text) <= VALUE_CHARACTERS_MAX else f"{text[:VALUE_CHARACTERS_MAX]}… ({len(text)} characters)"


# --- All read models --------------------------------------------------------------------------
def _models(question: Question, scratch: Scratch, one: Moment, other: Moment) -> Exit:
    found = compare_models(scratch.rows(one), scratch.rows(other))
    events = scratch.between(one, other)
    if question.as_json:
        told = {"from": _named(one), "to": _named(other), "events": events}
        emit(told | {"read_models": [each._asdict() for each in found]})
    else:
        head = f"read models: {_said(one, scratch.head)} -> {_said(other, scratch.head)}: {len(found)} differ"
        write("".join(f"{line}\n" for line in (head, *_model_lines(found, events))).encode())
    return Exit.FINE


def _model_lines(found: list[ModelDifference], events: dict[str, int]) -> Iterator[str]:
    for each in found:
        yield f"  {each.name}: {each.added} rows added, {each.changed} changed, {each.removed} removed"
        yield f"    {each.before} -> {each.after}"
    yield f"events in between: {sum(events.values())}"
    for name, number in events.items():
        yield f"  {name}: {number}"
