"""Assignments: what a body charged a unit with (uppdrag), by when, and what came back.

`events` says what happened and what may be asked, `rules` how one leads to the other.
"""

from ledger.assignments.rules import SLICE

__all__ = ["SLICE"]
