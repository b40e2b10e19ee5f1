"""A small town with something of everything that feeds and files show, and words that none of them may show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from random import Random
from uuid import UUID

from ledger.assignments.events import GiveAssignment
from ledger.ballots import CastVote, CloseBallot, OpenBallot
from ledger.bodies import RegisterBody
from ledger.commitments import DeliverCommitment, MakeCommitment
from ledger.decisions import RecordDecision
from ledger.dispositions import RecordDisposition
from ledger.inputs import ModerateInput, ReceiveInput, WithdrawInput
from ledger.matters import OpenMatter
from ledger.messages import Command, Receipt, Submission
from ledger.participants import DecideErasure, RequestErasure
from ledger.responses import GiveResponse
from ledger.surveys.commands import PlanSurvey
from services.bootstrap import prepared, running
from services.engines import engine
from services.erasing import erase
from services.keys import make_keys
from services.settings import Settings, settings
from services.web.pace import Pace, networks
from services.web.pages import PAGES
from services.web.server import web_serving
from services.web.site import site_of
from tests.services.web.site import Site
from tests.threads import in_thread

ORIGIN = "kommun.example/inflytande"
HOSTILE = '<script>alert("1")</script> =2+2 ]]> &amp; BEGIN:VEVENT'
CANARY = {each: f"canary-{each}-9f3e" for each in ("withdrawn", "rejected", "erased", "area", "open-vote", "request")}
"""Words that may never be shown: taken back, rejected, erased, private, and whom somebody voted for in an open ballot."""


def _input(name: str, text: str, **more: object) -> ReceiveInput:
    given = {"kind": "proposal", "channel": "web", "matter": "bankar", "author_kind": "resident", "author": f"a-{name}"}
    return ReceiveInput.model_validate(given | {"input": name, "text": text, "language": "sv"} | more)


def commands() -> list[Command]:
    """What happened before anything was erased."""
    return [
        RegisterBody.model_validate(
            {"body": "fullmaktige", "kind": "council", "name": "Fullmäktige", "name_en": "Council"}
        ),
        RegisterBody.model_validate({"body": "park", "kind": "board", "name": f"Parknämnden {HOSTILE}"}),
        OpenMatter.model_validate({"matter": "bankar", "title": HOSTILE, "kind": "decision", "body": "park"}),
        _input("nf-1", f"Fler bänkar {HOSTILE}", area=CANARY["area"]),
        _input("nf-2", CANARY["withdrawn"]),
        _input("nf-3", CANARY["rejected"]),
        _input("nf-4", CANARY["erased"]),
        WithdrawInput.model_validate({"input": "nf-2", "author": "a-nf-2"}),
        ModerateInput.model_validate(
            {"input": "nf-3", "verdict": "rejected", "reason_code": "abuse", "by_role": "moderator"}
        ),
        GiveResponse.model_validate(
            {"response": "r-1", "input": "nf-1", "kind": "answer", "text": f"Ja {HOSTILE}", "by_office": "park"}
        ),
        RecordDecision.model_validate(
            {
                "decision": "park-1",
                "matter": "bankar",
                "body": "park",
                "title": HOSTILE,
                "force": "decided",
                "paragraph": "§ 1",
                "clauses": [{"number": 1, "verb": "approve", "text": f"Tio bänkar {HOSTILE}"}],
                "scope": [{"matter": "bankar"}],
            }
        ),
        MakeCommitment.model_validate(
            {"commitment": "tio", "owner": "park", "text": f"Tio, bänkar; {HOSTILE}\nsnart", "due": "2016-05-01"}
            | {"decision": "park-1"}
        ),
        MakeCommitment.model_validate(
            {"commitment": "fem", "owner": "park", "text": "Fem lampor", "due": "2016-05-02"}
        ),
        MakeCommitment.model_validate({"commitment": "utan-dag", "owner": "park", "text": "Någon gång"}),
        RecordDisposition.model_validate(
            {
                "input": "nf-1",
                "input_version": 1,
                "decision": "park-1",
                "code": "adopted",
                "text": f"Därför {HOSTILE}",
                "changed": [{"clause": 1}, {"commitment": "tio"}],
                "by_role": "officer",
            }
        ),
        DeliverCommitment.model_validate({"commitment": "tio", "on": "2016-04-01", "text": "Nu står de där"}),
        OpenBallot.model_validate({"ballot": "oppen", "question": HOSTILE, "rule": "yes_no_abstain"}),
        OpenBallot.model_validate({"ballot": "stangd", "question": "Bänkar?", "rule": "yes_no_abstain"}),
        CastVote.model_validate({"ballot": "oppen", "voter": CANARY["open-vote"], "choice": "yes"}),
        CastVote.model_validate({"ballot": "stangd", "voter": "v-1", "choice": "no"}),
        CloseBallot(ballot="stangd"),
        GiveAssignment.model_validate(
            {"assignment": "upp", "decision": "park-1", "clause": 1, "by_body": "park"}
            | {"to_unit": "fullmaktige", "report_to": "park", "text": "Räkna bänkarna", "due": "2016-06-01"}
        ),
        PlanSurvey.model_validate(
            {"survey": "enkat", "title": HOSTILE, "commissioner": "park", "population": "Alla", "design": "open"}
        ),
        RequestErasure.model_validate(
            {"request": "e-1", "participant": "a-nf-4", "scope": ["public_words"], "text": CANARY["request"]}
        ),
        DecideErasure.model_validate(
            {"request": "e-1", "outcome": "granted", "by_role": "dpo", "basis": "consent_withdrawn"}
            | {"keys": ["author:a-nf-4|P"]}
        ),
    ]


def nothing(folder: Path, store: str | None = None, **environment: str) -> Settings:
    """Make a ledger, on SQLite if nothing else is named."""
    chosen = settings(store or f"sqlite:///{folder / 'ledger.sqlite'}", ORIGIN, str(folder / "keys"), environment)
    engine(chosen).prepare()
    make_keys(chosen)
    return chosen


def town(folder: Path, store: str | None = None, **environment: str) -> Settings:
    """Make the town's ledger, all of it signed."""
    chosen = nothing(folder, store, **environment)
    record(chosen, commands(), erasing="e-1")
    return chosen


def record(chosen: Settings, asked: Sequence[Command], erasing: str | None = None) -> None:
    """Record commands, carry out an erasure, and bring read models and the signed head up."""
    chance = Random(str(asked))

    async def submit() -> None:
        async with running(chosen, background=False) as ledger:
            for each in asked:
                (outcome,) = await ledger.submit([Submission(each, UUID(int=chance.getrandbits(128)), "role:clerk")])
                assert isinstance(outcome, Receipt), (each, outcome)
            if erasing is not None:
                await erase(ledger, erasing, "archivist")

    asyncio.run(submit())


@contextmanager
def served(chosen: Settings, pace: Pace | None = None) -> Iterator[Site]:
    """Serve a ledger's site on a real socket, from a thread of its own, until the block ends."""

    @asynccontextmanager
    async def serving() -> AsyncIterator[Site]:
        with prepared(chosen) as parts:
            async with (
                site_of(parts, PAGES, pace, networks(["127.0.0.1"]) if pace is not None else ()) as site,
                web_serving(parts.folder, parts.reader, "127.0.0.1:0", site.routes()) as server,
            ):
                yield Site(server.port)

    with in_thread(serving) as site:
        yield site
