"""Inputs and what they are about: what a criticism is aimed at, and the parts of an input that held several matters.

A part is an input of its own, with its own versions, answers and dispositions. The whole it was taken
from keeps its line in every account: what became of it is said there too.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ledger.fields import Code, Id
from ledger.messages import Command, Event


class CriticismTarget(StrEnum):
    """What can be criticised."""

    SURVEY = "survey"
    QUESTION = "question"
    DECISION = "decision"
    PROCESS = "process"
    INDICATOR = "indicator"
    ASSIGNMENT = "assignment"


# --- What happened ----------------------------------------------------------------------------
class CriticismLinked(Event, topic="criticism-linked"):
    """An input criticises something. The target may lie outside the ledger: then the link says so until it does not."""

    input: str
    target_kind: CriticismTarget
    target: str

    def subject(self) -> str:
        return f"input:{self.input}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"{self.target_kind}:{self.target}")


class InputSplit(Event, topic="input-split"):
    """An input that spoke of several things was split; each of its `parts` is an input of its own."""

    input: str
    parts: tuple[str, ...]
    reason_code: str
    by_role: str

    def subject(self) -> str:
        return f"input:{self.input}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), *(f"input:{part}" for part in self.parts))


# --- What may be asked ------------------------------------------------------------------------
class LinkCriticism(Command):
    """Say what an input criticises: a survey, a question, a decision, a process, an indicator, an assignment."""

    input: Id
    target_kind: CriticismTarget
    target: Id


class SplitInput(Command):
    """Split an input into parts that were received as inputs of their own."""

    input: Id
    parts: Annotated[tuple[Id, ...], Field(min_length=1, max_length=20)]
    reason_code: Code
    by_role: Code
