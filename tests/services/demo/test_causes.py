"""Nothing in the story has an effect before its cause: whatever answers an input came after it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.edtf import latest
from services.demo.story import story

CHANGING = {"adopted", "partly_adopted"}


def told(*kinds: str) -> list[Any]:
    """Return the commands of the whole story, filler too, that are of some kinds."""
    commands = [each.command for each in story(illustrative=True)]
    return [each for each in commands if type(each).__name__ in kinds]


RECEIVED = {each.input: each.occurred for each in told("ReceiveInput")}
DECIDED = {each.decision: each.meeting_date or each.occurred for each in told("RecordDecision")}
ACCOUNTS = told("RecordDisposition")


def last(dated: str) -> date:
    """Return the last day that something may have occurred."""
    found = latest(dated)
    assert found is not None
    return found


def test_the_story_has_accounts_to_hold_to_this() -> None:
    assert {each.decision for each in ACCOUNTS} == {"ksau-2018-natverk", "illustrativt-torgbeslut"}
    assert any(each.code.value in CHANGING for each in ACCOUNTS)


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda each: f"{each.decision}-{each.input}")
def test_an_input_came_before_the_decision_that_answers_for_it_and_the_account_after_that(account: Any) -> None:
    came, decided = RECEIVED[account.input], DECIDED[account.decision]
    # What is dated by its month came by the end of it.
    assert last(came) < last(decided) <= last(account.occurred)


def test_an_answer_comes_after_what_it_answers() -> None:
    answers = told("GiveResponse")
    assert answers
    for each in answers:
        assert last(RECEIVED[each.input]) <= last(each.occurred), each
