"""Random histories: whatever residents, officials, staff and bodies of a small town may do, in any order.

An act is a command, or several at once. All go through the real deciders; what those refuse leaves no event, so every
history is one that a ledger could hold. Ids are few, so that acts meet: votes are cast again, inputs merged in chains,
dispositions revised, deadlines moved, deliveries disputed, words erased.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple
from uuid import uuid4

from hypothesis import strategies as st

from ledger.application import Application
from ledger.messages import Receipt, Submission
from services.bootstrap import SLICES, Parts
from services.cli.doing import command_named

Act = tuple[dict[str, Any], ...]
"""Commands as `liggare do` takes them."""

START = datetime(2016, 5, 16, 8, 0, tzinfo=UTC)
BODIES, PROCESSES, MATTERS = ("ks", "bun"), ("p1", "p2"), ("m1", "m2")
DECISIONS = ("d1", "d2", "d3")
INPUTS = tuple(f"i{number}" for number in range(1, 9))
PEOPLE = ("anna", "bo", "cai", "disa")
BALLOTS = ("yes-no", "approval", "statements")
COMMITMENTS = ("c1", "c2", "c3")

SETUP: tuple[dict[str, Any], ...] = (
    {"command": "register-body", "body": "ks", "kind": "board", "name": "Kommunstyrelsen"},
    {"command": "register-body", "body": "bun", "kind": "board", "name": "Barnnämnden"},
    {"command": "open-matter", "matter": "m1", "title": "Torget", "kind": "decision", "body": "ks"},
    {"command": "open-matter", "matter": "m2", "title": "Skolan", "kind": "decision", "body": "bun"},
    {"command": "open-process", "process": "p1", "title": "Torgdialog", "kind": "dialogue", "owner": "ks", "matter": "m1"},
    {"command": "open-process", "process": "p2", "title": "Skoldialog", "kind": "dialogue", "owner": "bun", "matter": "m2"},
)  # fmt: skip

# --- What may be drawn --------------------------------------------------------------------------
inputs = st.sampled_from(INPUTS)
people = st.sampled_from(PEOPLE)
days = st.dates(datetime(2016, 1, 1, tzinfo=UTC).date(), datetime(2016, 5, 15, tzinfo=UTC).date()).map(
    lambda day: day.isoformat()
)
dues = st.sampled_from(("2016-02-01", "2016-04-01", "2016-05-16", "2016-05-20", "2016-08-01", "2030-01-01"))
places = st.sampled_from(({"process": "p1"}, {"process": "p2"}, {"matter": "m1"}, {"matter": "m2"}))
kinds_of_authors = st.sampled_from(("resident", "resident", "organisation", "official"))


def _received(name: str, place: dict[str, str], author_kind: str, day: str, more: dict[str, str]) -> dict[str, Any]:
    bare = {"command": "receive-input", "input": name, "kind": "proposal", "channel": "web", "author": f"a-{name}"}
    said = {"author_kind": author_kind, "text": f"Words of {name}", "occurred": day}
    return bare | place | said | more


details = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from(("web", "paper", "dialogue")),
        "kind": st.sampled_from(("proposal", "initiative", "petition")),
        "district": st.sampled_from(("norr", "soder")),
        "theme": st.sampled_from(("trees", "light")),
    },
)
receive = st.builds(lambda *drawn: (_received(*drawn),), inputs, places, kinds_of_authors, days, details)
comment = st.builds(
    lambda name, about, place, day: (
        _received(f"k-{name}", place, "resident", day, {"kind": "comment", "about": about}),
    ),
    inputs,
    inputs,
    places,
    days,
)


def _many(place: dict[str, str], first: int, codes: Sequence[str], by: str) -> Act:
    """Two dozen inputs at once, which some measures need to say anything."""
    names = [f"n{first}-{number}" for number in range(24)]
    made = [_received(name, place, "resident", "2016-03-01", {"channel": "web"}) for name in names]
    owed = [{"command": "set-response-due", "input": name, "by": by, "rule": "rule"} for name in names]
    judged = [
        _disposed(name, "d1", code, "record-disposition") for name, code in zip(names, codes, strict=False) if code
    ]
    return (*made, *owed, *judged)


CODES = (
    "adopted",
    "adopted_partly",
    "already_planned",
    "considered_not_adopted",
    "deferred",
    "forwarded",
    "out_of_scope",
)
many = st.builds(
    _many, places, st.integers(1, 2), st.lists(st.sampled_from(("", *CODES)), min_size=24, max_size=24), dues
)


def _disposed(name: str, decision: str, code: str, command: str) -> dict[str, Any]:
    own: dict[str, dict[str, Any]] = {
        "adopted": {"changed": [{"clause": 1}, {"commitment": "c1"}]},
        "adopted_partly": {"changed": [{"clause": 2}], "reason_codes": ["cost"]},
        "already_planned": {"earlier_decision": "d1", "reason_codes": ["timing"]},
        "considered_not_adopted": {"reason_codes": ["cost"]},
        "deferred": {"due": "2017-01-01", "reason_codes": ["timing"]},
        "forwarded": {"recipient": "bun", "due": "2017-01-01"},
        "out_of_scope": {"scope_clause": "1", "reason_codes": ["mandate"]},
    }
    bare = {
        "command": command,
        "input": name,
        "decision": decision,
        "input_version": 1,
        "code": code,
        "text": "Because.",
    }
    why = {"why": "Seen again."} if command == "revise-disposition" else {}
    return bare | own[code] | why | {"by_role": "officer"}


dispose = st.builds(
    lambda *drawn: (_disposed(*drawn),),
    inputs,
    st.sampled_from(DECISIONS),
    st.sampled_from(CODES),
    st.sampled_from(("record-disposition", "record-disposition", "revise-disposition")),
)


def _decided(name: str, scope: Sequence[dict[str, str]], day: str | None) -> Act:
    place = {"d1": ("m1", "ks"), "d2": ("m2", "bun"), "d3": ("m1", "bun")}[name]
    clauses = [{"number": number, "verb": "approve", "text": f"Clause {number} of {name}"} for number in (1, 2)]
    bare = {
        "command": "record-decision",
        "decision": name,
        "matter": place[0],
        "body": place[1],
        "title": f"Title {name}",
    }
    dated = {} if day is None else {"meeting_date": day, "occurred": day}
    return (bare | dated | {"force": "decided", "clauses": clauses, "scope": list(scope)},)


decide = st.builds(
    _decided,
    st.sampled_from(DECISIONS),
    st.lists(places, min_size=1, max_size=2, unique_by=str),
    st.none() | days,
)


def _command(name: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    return st.fixed_dictionaries({"command": st.just(name), **fields}).map(lambda command: (command,))


just = st.just
responses = (
    _command("set-response-due", input=inputs, by=dues, rule=just("rule")),
    st.builds(
        lambda name, kind, day, number: (
            {"command": "give-response", "response": f"r{number}", "input": name, "kind": kind}
            | {"text": "An answer", "by_office": "Kontoret", "occurred": day},
        ),
        inputs,
        st.sampled_from(("answer", "decision_notice", "receipt")),
        days,
        st.integers(1, 20),
    ),
)
lives = (
    st.builds(lambda name: ({"command": "withdraw-input", "input": name, "author": f"a-{name}"},), inputs),
    _command("merge-input", input=inputs, into=inputs, reason_code=just("same_content")),
    _command(
        "moderate-input",
        input=inputs,
        verdict=st.sampled_from(("accepted", "rejected")),
        reason_code=just("abuse"),
        by_role=just("moderator"),
    ),
    _command("restore-input", input=inputs, reason_code=just("mistake"), by_role=just("moderator")),
    _command("support-input", input=inputs, supporter=people),
    _command("withdraw-support", input=inputs, supporter=people),
    _command(
        "contest-disposition", input=inputs, decision=st.sampled_from(DECISIONS), author=just("x"), text=just("No")
    ),
    _command("close-account", decision=st.sampled_from(DECISIONS)),
)
promises = (
    st.builds(
        lambda name, owner, due, decision: (
            {"command": "make-commitment", "commitment": name, "owner": owner, "text": f"Promise {name}"}
            | ({} if due is None else {"due": due})
            | ({} if decision is None else {"decision": decision}),
        ),
        st.sampled_from(COMMITMENTS),
        st.sampled_from(BODIES),
        st.none() | dues,
        st.none() | st.sampled_from(DECISIONS),
    ),
    st.builds(
        lambda name, day: ({"command": "deliver-commitment", "commitment": name, "on": day, "text": "Done"},),
        st.sampled_from(COMMITMENTS),
        days,
    ),
    _command(
        "dispute-delivery",
        commitment=st.sampled_from(COMMITMENTS),
        author=people,
        author_kind=just("resident"),
        text=just("Not done"),
    ),
    _command(
        "answer-dispute",
        commitment=st.sampled_from(COMMITMENTS),
        outcome=st.sampled_from(("upheld", "reopened")),
        text=just("We looked"),
    ),
    _command("drop-commitment", commitment=st.sampled_from(COMMITMENTS), reason=just("No money")),
    st.builds(
        lambda number, decision, due: (
            {
                "command": "give-assignment",
                "assignment": f"u{number}",
                "decision": decision,
                "clause": 1,
                "by_body": "ks",
            }
            | {"to_unit": "bun", "report_to": "ks", "text": "Count the benches", "due": due},
        ),
        st.integers(1, 2),
        st.sampled_from(DECISIONS),
        dues,
    ),
)
OPTIONS = ({"option": "a", "label": "Benches"}, {"option": "b", "label": "Trees"}, {"option": "c", "label": "Light"})
BALLOTS_OPENED: tuple[dict[str, Any], ...] = (
    {"ballot": "yes-no", "question": "Torget?", "rule": "yes_no_abstain", "process": "p1", "electorate_size": 40},
    {"ballot": "approval", "question": "Vad?", "rule": "approval", "options": list(OPTIONS), "winners": 1},
    {"ballot": "statements", "question": "Tycker?", "rule": "agree_disagree_pass", "process": "p1"},
)
votes = st.one_of(
    _command("cast-vote", ballot=just("yes-no"), voter=people, choice=st.sampled_from(("yes", "no", "abstain"))),
    _command(
        "cast-vote",
        ballot=just("approval"),
        voter=people,
        choices=st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True),
    ),
    _command("withdraw-vote", ballot=st.sampled_from(("yes-no", "approval")), voter=people),
)
ballots = (
    votes,
    votes,
    votes,
    st.builds(
        lambda ballot, batch, voters: (
            {"command": "invalidate-votes", "ballot": ballot, "batch": f"b{batch}", "rule": "one each"}
            | {"reason_code": "double", "authority": "Valnämnden", "votes": [{"voter": voter} for voter in voters]},
        ),
        st.sampled_from(("yes-no", "approval")),
        st.integers(1, 9),
        st.lists(people, min_size=1, max_size=2, unique=True),
    ),
    _command("close-ballot", ballot=st.sampled_from(BALLOTS)),
)
surveys = (
    just(
        (
            {"command": "plan-survey", "survey": "s1", "title": "Enkät", "commissioner": "ks", "population": "Alla"}
            | {"design": "srs", "process": "p1"},
        )
    ),
    _command("send-invitations", survey=just("s1"), count=st.integers(20, 400), mode=just("web")),
)
erasures = (
    st.builds(
        lambda number, name: (
            {
                "command": "request-erasure",
                "request": f"e{number}",
                "participant": f"a-{name}",
                "scope": ["public_words"],
            },
            {"command": "decide-erasure", "request": f"e{number}", "outcome": "granted", "by_role": "dpo"}
            | {"basis": "consent_withdrawn", "keys": [f"author:a-{name}|P"]},
        ),
        st.integers(1, 3),
        inputs,
    ),
)

acts: st.SearchStrategy[Act] = st.one_of(
    receive, receive, comment, many, dispose, dispose, dispose, decide, *responses, *lives, *promises, *ballots, *surveys,
    *erasures,
)  # fmt: skip


def _received_as(name: str) -> st.SearchStrategy[Act]:
    return st.builds(lambda *drawn: (_received(name, *drawn),), places, kinds_of_authors, days, details)


scopes = st.lists(places, min_size=1, max_size=2, unique_by=str)
openings: st.SearchStrategy[list[Act]] = st.tuples(
    *(st.builds(_decided, just(name), scopes, st.none() | days) for name in DECISIONS),
    *(_received_as(name) for name in INPUTS[:5]),
    *(just(({"command": "open-ballot"} | each,)) for each in BALLOTS_OPENED),
    promises[0],
    promises[0],
).map(list)
"""What later acts are about: without it nearly all of them would be refused."""

histories: st.SearchStrategy[list[Act]] = st.builds(
    lambda opening, acts: [*opening, *acts], openings, st.lists(acts, min_size=15, max_size=60)
)


# --- Recording them -------------------------------------------------------------------------------
class Recorder(NamedTuple):
    """Records commands of one ledger, an hour between every two."""

    application: Application
    moment: count[int]
    close: Callable[[], Any]

    @classmethod
    def of(cls, parts: Parts, first: int = 0) -> Recorder:
        moment = count(first)
        appender = parts.engine.appender()
        now = (START + timedelta(hours=each) for each in moment)
        application = Application(parts.settings.ledger, SLICES, appender, parts.vault, lambda: next(now))
        return cls(application, moment, appender.close)

    async def record(self, commands: Iterable[dict[str, Any]]) -> tuple[int, list[str]]:
        """Record what is allowed; return how many events that was, and what was refused."""
        events, refused = 0, []
        for each in commands:
            fields = dict(each)
            kind = command_named(fields.pop("command"))
            submission = Submission(kind.model_validate(fields), uuid4(), "channel:test")
            (outcome,) = await self.application.execute([submission])
            if isinstance(outcome, Receipt):
                events += len(outcome.ids)
            else:
                refused.append(f"{each['command']}: {outcome}")
        return events, refused
