"""Read models as messages: each rpc is a view function over the rows of one moment.

The answers are plain JSON with the names of the protos' fields. `at_position` picks the moment the
ledger knew things at; `as_of_date` replays what had happened by a day, on one thread of its own, and
keeps the last few days in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from inspect import signature
from typing import Any, cast

from google.protobuf.json_format import ParseDict

from ledger.store.port import Reader
from projections.measures import catalogue as measures
from projections.measures.scope import Scope
from projections.projection import Rows
from projections.references import swedish_day
from projections.views import (
    assignments,
    ballots,
    bodies,
    claims,
    commitments,
    corrections,
    criticism,
    custody,
    decisions,
    delegations,
    documents,
    gaps,
    groups,
    indicators,
    influence,
    inputs,
    matters,
    meetings,
    mine,
    notices,
    overview,
    participants,
    positions,
    processes,
    programmes,
    responses,
    rules,
    survey_compare,
    surveys,
)
from projections.views import methods as method_views
from projections.views.answer import PAGE_SIZE, Answer, Page, PageTokenInvalid, read_page_token
from services.days import Days
from services.readers import Readers
from services.rpc.catalogue import message_class, methods
from services.rpc.chain import Context
from services.rpc.refusals import LedgerUnknown, ViewUnknown, field_invalid

VIEW_THREADS = 4
ENVELOPE = frozenset({"ledger", "at_position", "as_of_date", "page_size", "page_token"})

Shown = dict[str, Any] | None
View = Callable[..., Shown]


# --- Which view an rpc shows ------------------------------------------------------------------
def _inputs(rows: Rows, page: Page, process: str = "", matter: str = "", status: str = "") -> Shown:
    if process and matter:
        raise field_invalid("matter", "cannot be asked for together with process; ask for one of them")
    place = f"process:{process}" if process else f"matter:{matter}" if matter else None
    return inputs.inputs(rows, page, place, status or None)


def _influence(rows: Rows, decision: str = "", matter: str = "", *, on: str) -> Shown:
    if bool(decision) is bool(matter):
        raise field_invalid("matter", "give a decision or a matter: one of them")
    if decision:
        return influence.of_decision(rows, decision, on=on)
    return influence.of_matter(rows, matter, on=on)


def _compared(
    rows: Rows, survey: str, earlier: str = "", question: str = "", index: str = "", answer_code: str = ""
) -> Shown:
    wrong = survey_compare.misasked(rows, survey, earlier, question, index)
    if wrong is not None:
        raise field_invalid(*wrong)
    return survey_compare.compare(rows, survey, earlier, question, index, answer_code)


def _measure(rows: Rows, name: str, *, on: str, **scope: str) -> Shown:
    try:
        return measures.measure(rows, name, Scope(**scope), on=on)
    except measures.Misasked as wrong:
        raise field_invalid(wrong.place, str(wrong)) from None


def _measures(rows: Rows, *, on: str, **scope: str) -> Shown:
    try:
        return measures.listed(rows, Scope(**scope), on=on)
    except measures.Misasked as wrong:
        raise field_invalid(wrong.place, str(wrong)) from None


VIEWS: dict[str, View] = {
    "GetOverview": overview.overview,
    "GetBody": bodies.body,
    "ListBodies": bodies.bodies,
    "GetMatter": matters.matter,
    "ListMatters": matters.matters,
    "GetProcess": processes.process,
    "ListProcesses": processes.processes,
    "ListOpenProcesses": processes.open_processes,
    "GetParticipation": groups.participation,
    "GetInput": inputs.proposal,
    "ListInputs": _inputs,
    "ListCriticism": criticism.criticism,
    "GetBallot": ballots.ballot,
    "ListBallots": ballots.ballots,
    "ListBallotVotes": ballots.votes,
    "GetAnswerTimes": responses.answer_times,
    "GetDecision": decisions.decision,
    "ListDecisionTrace": decisions.trace,
    "ListDecisions": decisions.decisions,
    "GetInfluence": _influence,
    "ListDelegatedDecisions": delegations.delegated,
    "ListPositions": positions.positions,
    "GetProgramme": programmes.programme,
    "ListProgrammes": programmes.programmes,
    "GetGoals": programmes.goals,
    "GetMeeting": meetings.meeting,
    "GetMeetingItem": meetings.item,
    "ListMeetings": meetings.meetings,
    "ListNotices": notices.notices,
    "GetAssignment": assignments.assignment,
    "ListAssignments": assignments.assignments,
    "GetSurvey": surveys.survey,
    "ListSurveys": surveys.surveys,
    "CompareSurveys": _compared,
    "GetIndicator": indicators.indicator,
    "ListIndicators": indicators.indicators,
    "ListErasures": participants.erasures,
    "GetErasure": participants.erasure,
    "GetParticipant": participants.participant,
    "GetMine": mine.mine,
    "GetRule": rules.rule,
    "ListRules": rules.rules,
    "GetDocument": documents.document,
    "ListDocuments": documents.documents,
    "GetMethod": method_views.method,
    "ListMethods": method_views.methods,
    "ListChannels": method_views.channels,
    "GetCommitment": commitments.commitment,
    "ListCommitments": commitments.commitments,
    "GetClaim": claims.claim,
    "ListClaims": claims.claims,
    "ListReferences": claims.references,
    "ListCorrections": corrections.corrections,
    "GetSigningKey": custody.signing_key,
    "ListSigningKeys": custody.signing_keys,
    "ListRestorations": custody.restorations,
    "ListGaps": gaps.gaps,
    "GetMeasure": _measure,
    "ListMeasures": _measures,
    "ListDefinitions": measures.definitions,
}
VIEWS |= {
    name: corrections.with_corrections(kind, VIEWS[name])
    for kind in corrections.CORRECTED
    if (name := f"Get{kind.capitalize()}") in VIEWS
}
VIEWS |= {
    # A list is never None, only empty.
    name: corrections.with_marks(kind, items, cast(Callable[..., Answer], VIEWS[name]))
    for kind, items in corrections.MARKED.items()
    if (name := f"List{items.capitalize()}") in VIEWS
}
"""The view of each rpc. What it is asked with, beyond moment and page, are its arguments by name."""

SERVICE = "participation.transparency.v1.TransparencyService"


class ViewsDiffer(TypeError):
    """An rpc has no view, or a view no rpc; the server must not start."""


class TransparencyHandlers:
    """Shows the read models of one ledger."""

    def __init__(
        self,
        ledger: str,
        rows: Callable[[int | None], AbstractContextManager[Rows]],
        open_reader: Callable[[], Reader],
    ) -> None:
        self._ledger, self._rows = ledger, rows
        self._executor = ThreadPoolExecutor(VIEW_THREADS, thread_name_prefix="view")
        self._replaying: Readers[Reader] = Readers(open_reader, threads=1)
        self._days = Days()

    def handlers(self) -> dict[str, Callable[[Any, Context], Awaitable[Any]]]:
        """Return the handler of every method, by path. Raises ViewsDiffer."""
        declared = {path: each for path, each in methods().items() if path.startswith(f"/{SERVICE}/")}
        names = {each.descriptor.name for each in declared.values()}
        if names != set(VIEWS):
            raise ViewsDiffer(f"rpcs and views differ in {sorted(names ^ set(VIEWS))}")
        return {
            path: self._handler(VIEWS[each.descriptor.name], message_class(each.descriptor.output_type))
            for path, each in declared.items()
        }

    async def close(self) -> None:
        await asyncio.to_thread(self._executor.shutdown)
        await self._replaying.close()

    def _handler(self, view: View, response_class: type[Any]) -> Callable[[Any, Context], Awaitable[Any]]:
        async def handle(request: Any, context: Context) -> Any:
            if request.ledger != self._ledger:
                raise LedgerUnknown(asked=request.ledger, ledger=self._ledger)
            asked = Asked(request, judged="on" in signature(view).parameters)
            if asked.day is None:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._executor, self._answer, view, asked, response_class)
            return await self._replaying(lambda reader: self._replayed(reader, view, asked, response_class))

        return handle

    def _answer(self, view: View, asked: Asked, response_class: type[Any]) -> Any:
        with self._rows(asked.position) as rows:
            return asked.answered(view, rows, response_class)

    def _replayed(self, reader: Reader, view: View, asked: Asked, response_class: type[Any]) -> Any:
        assert asked.day is not None
        rows = self._days.rows(reader, asked.day, asked.position)
        return asked.answered(view, rows, response_class)


class Asked:
    """A request taken apart: the moment, the page, and the view's own arguments. Raises FieldsInvalid.

    A view that is `judged` on a day (`on`) gets the day asked for, else today in Sweden.
    """

    def __init__(self, request: Any, *, judged: bool) -> None:
        self.position: int | None = getattr(request, "at_position", 0) or None
        self.day: date | None = None
        if getattr(request, "as_of_date", ""):
            try:
                self.day = date.fromisoformat(request.as_of_date)
            except ValueError:
                raise field_invalid("as_of_date", f"{request.as_of_date} is not a day of the calendar") from None
        fields = request.DESCRIPTOR.fields_by_name
        own = [name for name in fields if name not in ENVELOPE]
        self.arguments = {name: value for name in own if (value := getattr(request, name))}
        self.subject = next((name for name in own if name in self.arguments), own[0] if own else "")
        if "page_size" in fields:
            self.arguments["page"] = self._page(request.page_size, request.page_token)
        if judged:
            self.arguments["on"] = (self.day or swedish_day(datetime.now(UTC))).isoformat()

    def _page(self, size: int, token: str) -> Page:
        after = ""
        if token:
            try:
                self.position, after = read_page_token(token)
            except PageTokenInvalid as error:
                raise field_invalid("page_token", str(error), "page_token") from None
        return Page(size or PAGE_SIZE, after)

    def answered(self, view: View, rows: Rows, response_class: type[Any]) -> Any:
        """Return the view's answer as a message. Raises ViewUnknown."""
        shown = view(rows, **self.arguments)
        if shown is None:
            raise ViewUnknown(kind=self.subject, id=self.arguments.get(self.subject, ""), position=rows.position)
        if self.day is not None:
            shown = shown | {"as_of_date": self.day.isoformat()}
        return ParseDict(shown, response_class())
