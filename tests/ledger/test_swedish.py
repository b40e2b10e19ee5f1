"""What a Swedish sentence says in place of a code."""

import json
from enum import StrEnum
from pathlib import Path

import pytest

from ledger.claims.events import ClaimEvidenceKind, ReferenceTarget
from ledger.claims.rejections import TargetUnknown
from ledger.decisions.rejections import NotDelegable
from ledger.dispositions import DispositionCode
from ledger.inputs.events import InputKind, Instrument
from ledger.processes.events import ParticipationLevel, ProcessPhase
from ledger.processes.rejections import PromiseLeavesNothingOpen
from ledger.swedish import WORDS, in_words

RULES = Path(__file__).parents[2] / "services" / "rules" / "sweden.json"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("kind", InputKind),
        ("kind", ClaimEvidenceKind),
        ("target_kind", ReferenceTarget),
        ("instrument", Instrument),
        ("level", ParticipationLevel),
        ("phase", ProcessPhase),
        ("code", DispositionCode),
    ],
)
def test_every_code_of_a_small_set_has_its_word(name: str, codes: type[StrEnum]) -> None:
    assert {str(code) for code in codes} <= WORDS[name].keys()


def test_every_matter_that_is_not_delegable_has_its_word() -> None:
    rules = json.loads(RULES.read_text("utf-8"))["rules"]
    codes = {code for rule in rules if rule["rule"] == "not_delegable" for code in rule["codes"]}
    assert codes
    assert codes <= WORDS["flags"].keys()


def test_a_swedish_sentence_holds_words_and_the_metadata_the_codes() -> None:
    told = NotDelegable(flags="goals, citizens_proposal")
    assert "om mål, medborgarförslag får" in told.message_sv
    assert "goals, citizens_proposal" in str(told)
    assert told.metadata == {"flags": "goals, citizens_proposal"}
    assert "nivå konsultation" in PromiseLeavesNothingOpen(level=ParticipationLevel.CONSULT).message_sv
    assert "slaget beslut med id decision" in TargetUnknown(target_kind="decision", target="decision").message_sv


def test_what_has_no_word_stays_as_it_is() -> None:
    assert in_words("kind", "choir, decision") == "choir, beslut"
    assert in_words("name", "decision, a,b") == "decision, a,b"
