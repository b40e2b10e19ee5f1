"""The events tests are told with: one matter, one dialogue, a handful of inputs."""

from __future__ import annotations

from typing import Any

from ledger.ballots.events import BallotOpened, InvalidVote, VoteCast, VotesInvalidated
from ledger.bodies import BodyKind, BodyRegistered
from ledger.decisions.events import Clause, DecisionRecorded, ScopeItem
from ledger.dispositions.events import DispositionRecorded
from ledger.fields import ApproxNumber, ExternalNumber, Facet
from ledger.inputs.events import AuthorKind, InputKind, InputReceived
from ledger.matters import MatterKind, MatterOpened
from ledger.messages import Event, Sealed, Source
from ledger.processes import ProcessKind, ProcessOpened, SessionGroup, SessionHeld

SEALED = Sealed(commit="A" * 43, sealing_class="P")

BOARD = BodyRegistered(body="ks", kind=BodyKind.BOARD, name="Kommunstyrelsen")
COMMITTEE = BodyRegistered(body="au", kind=BodyKind.COMMITTEE, name="Arbetsutskottet", parent="ks")
MATTER = MatterOpened(
    matter="m1",
    title="Medborgardialog",
    language="sv",
    kind=MatterKind.DECISION,
    body="ks",
    numbers=(ExternalNumber(scheme="dnr", value="KFKS 2015/174-001"),),
)
PROCESS = ProcessOpened(process="p1", title="Skolvägen", kind=ProcessKind.DIALOGUE, owner="au", matter="m1")
TOWN: tuple[Event, ...] = (BOARD, COMMITTEE, MATTER, PROCESS)


def received(
    input: str, author_kind: AuthorKind = AuthorKind.RESIDENT, matter: str | None = "m1", **more: Any
) -> InputReceived:
    """Return an input of the process p1 in the matter m1."""
    return InputReceived(
        input=input,
        kind=InputKind.PROPOSAL,
        channel="web",
        process=more.pop("process", "p1"),
        matter=matter,
        author=f"author-of-{input}",
        author_kind=author_kind,
        text=SEALED,
        language="sv",
        **more,
    )


def decided(decision: str, *scope: ScopeItem, **more: Any) -> DecisionRecorded:
    """Return a decision of the board that answers for the process p1, or for what is named."""
    return DecisionRecorded(
        decision=decision,
        matter="m1",
        body=more.pop("body", "ks"),
        title="§ 64",
        force=more.pop("force", "decided"),
        clauses=(Clause(number=1, verb="adopt", text=SEALED),),
        scope=scope or (ScopeItem(process="p1"),),
        **more,
    )


def disposed(decision: str, input: str, code: str = "considered_not_adopted", **more: Any) -> DispositionRecorded:
    """Return the first wording of a disposition."""
    return DispositionRecorded(
        input=input, input_version=1, decision=decision, code=code, by_role="officer", text=SEALED, **more
    )


def opened(ballot: str = "b", rule: str = "yes_no_abstain", **terms: Any) -> BallotOpened:
    """Return a ballot of that rule."""
    return BallotOpened(
        ballot=ballot, question="Ska det göras?", rule=rule, tie_rule="none", definition="0" * 64, **terms
    )


def cast(voter: str, choice: str, revision: int = 1, statement: str | None = None, **more: Any) -> VoteCast:
    """Return a vote in the ballot b."""
    return VoteCast(ballot="b", voter=voter, choice=choice, statement=statement, revision=revision, **more)


def struck(batch: str, *voters: str, statement: str | None = None) -> VotesInvalidated:
    """Return a batch that strikes the votes of some voters in the ballot b."""
    return VotesInvalidated(
        ballot="b",
        batch=batch,
        rule="En röst per person",
        reason_code="duplicate",
        authority="Valnämnden",
        count=len(voters),
        votes=tuple(InvalidVote(voter=voter, statement=statement, revision=1) for voter in voters),
    )


# --- A network of many units -----------------------------------------------------------------
NETWORK_LETTER = Source(basis="document", document="f" * 64, anchor="lines 9-25")
NETWORK = ProcessOpened(
    process="network",
    title="Nätverk för medborgardialog kring verksamhetsresultat",
    kind=ProcessKind.NETWORK,
    owner="ks",
    period="2018-04-10/2019-04-10",
    period_as_decided="2018-04/2019-04",
    groups=("residents", "older_residents"),
    methods=("dialog",),
    facets=(Facet(component="way_of_working", attribute="small_scale"),),
    programme="goals",
    decision="join",
    planned_sessions=7,
    participants=ApproxNumber(minimum=8, maximum=10),
    unit_named_later=True,
    legal_basis="KL 8:3",
    scope_method="hur dialogen förs",
    scope_object="vad dialogen rör",
    occurred="2018-04-10",
    source=NETWORK_LETTER,
)
NETWORK_STARTED = SessionHeld(
    process="network",
    session="s1",
    date="2018-04-10",
    groups=(SessionGroup(group="residents", count=12), SessionGroup(group="staff")),
    shown_indicators=("nii",),
    occurred="2018-04-10",
)
