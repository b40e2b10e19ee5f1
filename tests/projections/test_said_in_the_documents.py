"""What the four documents say of criticism, claims and references: every row shown, each with the line it stands on.

The words are read from the documents themselves, and go through the slices like live ones.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ledger import claims as claim_slice
from ledger import inputs as input_slice
from ledger.bodies import BodyKind, BodyRegistered
from ledger.claims import (
    AddEvidence,
    ClaimEvidenceKind,
    ClaimKind,
    RecordClaim,
    StatedClaimEvidence,
)
from ledger.decisions.events import ScopeItem
from ledger.dispositions import SLICE as DISPOSITIONS
from ledger.dispositions import DispositionCode, ReasonCode, RecordDisposition
from ledger.inputs import AuthorKind, CriticismTarget, InputKind, LinkCriticism, ReceiveInput
from ledger.matters import MatterKind, MatterOpened
from ledger.messages import Command, Event, Slice, StatedSource
from ledger.processes import ProcessKind, ProcessOpened
from projections.rows.memory import MemoryRows
from projections.views import claims, criticism, influence, inputs
from tests.projections.history import rows_of
from tests.projections.town import decided
from tests.slices import given

DOCUMENTS = {"S0": "000_", "S1": "001_", "S2": "002_", "S3": "003_"}


@dataclass
class Told:
    """A history told by commands, each with the document and the line it was taken from."""

    folder: Path
    history: tuple[Event, ...]

    def line(self, seed: str, number: int) -> tuple[str, StatedSource]:
        """Return the words of a line, and where they stand."""
        (path,) = self.folder.glob(f"{DOCUMENTS[seed]}*.txt")
        content = path.read_bytes()
        source = StatedSource(basis="document", document=hashlib.sha256(content).hexdigest(), anchor=f"line {number}")
        return content.decode().splitlines()[number - 1], source

    def ask(self, subject: Slice, command: Command) -> None:
        self.history += given(subject, *self.history).when(command)

    def claim(self, claim: str, kind: ClaimKind, seed: str, line: int, words: str, **more: Any) -> None:
        """Record a claim whose words stand on a line."""
        text, source = self.line(seed, line)
        assert words in text
        self.ask(claim_slice.SLICE, RecordClaim(claim=claim, kind=kind, text=words, source=source, **more))

    def criticise(self, input: str, line: int, words: str, kind: CriticismTarget, target: str) -> None:
        """Receive a councillor's criticism out of the minutes of § 64, and say what it is aimed at."""
        text, source = self.line("S0", line)
        assert words in text
        received = ReceiveInput(
            input=input,
            kind=InputKind.CRITICISM,
            channel="minutes",
            matter="m",
            author="wasteson",
            author_kind=AuthorKind.OFFICIAL,
            party="V",
            text=words,
            source=source,
        )
        self.ask(input_slice.SLICE, received)
        self.ask(input_slice.SLICE, LinkCriticism(input=input, target_kind=kind, target=target, source=source))

    @property
    def rows(self) -> MemoryRows:
        return rows_of(*self.history)


@pytest.fixture
def told(shared: Path) -> Told:
    town: tuple[Event, ...] = (
        BodyRegistered(body="ks", kind=BodyKind.BOARD, name="Kommunstyrelsen"),
        MatterOpened(matter="m", title="Inflytande", language="sv", kind=MatterKind.DECISION, body="ks"),
        MatterOpened(matter="m1", title="Styrning", language="sv", kind=MatterKind.INFORMATION, body="ks"),
        ProcessOpened(process="hemtjanst", title="Kundval", kind=ProcessKind.DIALOGUE, owner="ks", matter="m"),
    )
    return Told(shared / "seeds", town)


@pytest.fixture
def criticised(told: Told) -> Told:
    told.criticise("a", 57, "Bortfallet i undersökningarna är ofta mycket stort.", CriticismTarget.SURVEY, "scb-2015")
    told.criticise("b", 57, "som man ropar får man svar", CriticismTarget.QUESTION, "q1")
    told.criticise("c", 59, "Att välja anordnare är ofta inte relevant", CriticismTarget.PROCESS, "hemtjanst")
    told.criticise("d", 61, "pressa kostnaderna", CriticismTarget.DECISION, "d1")
    return told


def claims_of(told: Told, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = claims.claims(told.rows, **asked)["claims"]
    return found


# --- S0: criticism --------------------------------------------------------------------------------
def test_s0_27_a_criticism_is_disposed_of_for_the_rights_of_others(criticised: Told) -> None:
    criticised.history += (decided("d1", ScopeItem(matter="m")).model_copy(update={"matter": "m"}),)
    words, _ = criticised.line("S0", 55)
    assert "inte negativt påverkar andra medborgares rättigheter" in words
    command = RecordDisposition(
        input="c",
        input_version=1,
        decision="d1",
        code=DispositionCode.CONSIDERED_NOT_ADOPTED,
        reason_codes=(ReasonCode.EQUALITY_OR_RIGHTS_OF_OTHERS,),
        text=words,
        by_role="officer",
    )
    criticised.ask(DISPOSITIONS, command)
    view = inputs.proposal(criticised.rows, "c", on="2015-06-01")
    assert view is not None
    (line,) = view["dispositions"]
    assert line["revisions"][-1]["reason_codes"] == ["equality_or_rights_of_others"]
    (still,) = (each for each in criticism.criticism(criticised.rows)["criticism"] if each["input"] == "c")
    assert still["answered"] is True


def test_s3_32_the_account_of_influence_names_what_nobody_answered(criticised: Told) -> None:
    view = influence.influence(criticised.rows, "m", on="2015-06-01")
    assert view is not None
    assert (view["decisions"], [each["input"] for each in view["undecided"]]) == ([], ["a", "b", "c", "d"])


# --- S0 and S1: what is asserted ------------------------------------------------------------------
def test_s0_36_s1_16_a_consequence_that_is_asserted_is_the_partys_and_can_be_measured_later(told: Told) -> None:
    told.claim(
        "c", ClaimKind.EFFECT, "S0", 61, "något som går ut över personal och brukare", by_party="V", decision="d"
    )
    told.claim(
        "r", ClaimKind.EFFECT, "S1", 45, "kommunen vältrar över ansvaret på de enskilda", by_party="V", matter="m1"
    )
    assert [(each["by_party"], each["without_evidence"]) for each in claims_of(told)] == [("V", True), ("V", True)]
    measured = StatedClaimEvidence(kind=ClaimEvidenceKind.INDICATOR, id="hemtjanst-kontinuitet")
    told.ask(claim_slice.SLICE, AddEvidence(claim="c", evidence=(measured,)))
    (shown,) = claims_of(told, about_kind="decision", about="d")
    assert (shown["without_evidence"], shown["evidence"][0]["id"]) == (False, "hemtjanst-kontinuitet")
    assert shown["recorded"]["source"]["anchor"] == "line 61"


# --- S2 and S3: what is claimed of effects --------------------------------------------------------
def test_s3_19_x10_the_unit_says_of_itself_that_it_was_strengthened(told: Told) -> None:
    told.claim("c", ClaimKind.EFFECT, "S3", 29, "stärkt förnyelseenheten", by_body="fe", beneficiary="förnyelseenheten")
    (shown,) = claims_of(told, without_evidence=True)
    assert (shown["by_body"], shown["beneficiary"]) == ("fe", "förnyelseenheten")


def test_s3_28_an_intention_without_a_day_is_listed_as_one_and_binds_nobody(told: Told) -> None:
    told.claim("c", ClaimKind.INTENTION, "S3", 29, "vi kan i framtiden behöva utveckla fler utforskande metoder")
    (shown,) = claims_of(told, kind="intention")
    assert shown["claim"] == "c"
    assert list(told.rows.scan("commitments")) == []


def test_s3_33_x10_an_effect_that_was_perceived_says_that_nobody_is_named_who_perceived_it(told: Told) -> None:
    told.claim("c", ClaimKind.EFFECT, "S3", 29, "upplevs haft bra effekter", by_body="fe")
    (shown,) = claims_of(told, without_evidence=True)
    assert (shown["perceived_by"], shown["without_evidence"]) == (None, True)


def test_s3_29_what_has_no_matter_yet_is_received_and_found(told: Told) -> None:
    command = ReceiveInput(
        input="early", kind=InputKind.COMMENT, channel="web", author_kind=AuthorKind.RESIDENT, text="Vi har problem."
    )
    told.ask(input_slice.SLICE, command)
    view = inputs.proposal(told.rows, "early", on="2016-06-01")
    assert view is not None
    assert (view["input"]["matter"], view["input"]["process"], view["dispositions"]) == (None, None, [])
