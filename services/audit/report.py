"""What an audit found: the verdict first, then the places and reasons, and always what was not checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple

FINDINGS_MAX = 100
"""Findings of a kind kept one by one; of further ones only the number."""

WORDS_MAX = 1_000
"""Characters of one place, reason or fact; what is said of hostile bytes is cut here."""


class Kind(IntEnum):
    """What a finding amounts to; the numbers are the frozen exit codes."""

    INTEGRITY = 3
    FORK = 4
    VIEW_DIFFERS = 5
    INCOMPLETE = 6


_WORDS = {
    Kind.INTEGRITY: "INTEGRITY FAILURE",
    Kind.FORK: "FORK",
    Kind.VIEW_DIFFERS: "VIEW DIFFERS FROM REPLAY",
    Kind.INCOMPLETE: "INCOMPLETE",
}


def plain(words: str) -> str:
    """Return words that a terminal shows and does not obey: what is not printable is written as its number."""
    cut = words if len(words) <= WORDS_MAX else words[:WORDS_MAX] + "…"
    shown = [each if each.isprintable() else ascii(each)[1:-1] for each in cut] if not cut.isprintable() else cut
    return "".join(shown)


class Finding(NamedTuple):
    """One thing that is wrong: where, and why. `position` is the first event concerned, where one is."""

    kind: Kind
    place: str
    reason: str
    position: int | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(slots=True)
class Report:
    """The outcome of one audit of `ledger` up to `size` events, whose root is `root` (hex).

    `facts` are what was found out and is neither right nor wrong, such as who signed and who witnessed. `part` says
    which part of the entries was looked at, where it was not the whole.
    """

    ledger: str
    size: int = 0
    root: str = ""
    signed_size: int = 0
    part: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    further: int = 0
    facts: list[str] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)
    _number: dict[Kind, int] = field(default_factory=dict, repr=False)

    def add(self, kind: Kind, place: str, reason: str, position: int | None = None) -> None:
        """Take down a finding."""
        self._number[kind] = self._number.get(kind, 0) + 1
        if self._number[kind] <= FINDINGS_MAX:
            self.findings.append(Finding(kind, plain(place), plain(reason), position))
        else:
            self.further += 1

    def state(self, fact: str) -> None:
        """Take down a fact, once."""
        if (said := plain(fact)) not in self.facts:
            self.facts.append(said)

    def leave(self, what: str) -> None:
        """Take down what is not checked, once."""
        if (said := plain(what)) not in self.not_checked:
            self.not_checked.append(said)

    def count(self, what: str, number: int = 1) -> None:
        """Add to the number of things that were checked."""
        self.counts[what] = self.counts.get(what, 0) + number

    @property
    def worst(self) -> Finding | None:
        """The first finding of the gravest kind; None where all is well."""
        return min(self.findings, key=lambda finding: finding.kind, default=None)

    @property
    def exit_code(self) -> int:
        """0 verified, 3 integrity failure, 4 fork, 5 a view differs from its replay, 6 incomplete."""
        return 0 if self.worst is None else int(self.worst.kind)

    @property
    def verdict(self) -> str:
        """One line: what the audit comes to, and on failure where."""
        ledger = plain(self.ledger)
        if self.worst is not None:
            return f"{_WORDS[self.worst.kind]} in {ledger}: {self.worst}"
        events = f"{self.size:,} event" + ("" if self.size == 1 else "s")
        signed = f"signed up to {self.signed_size:,}" if self.signed_size else "nothing signed yet"
        what = f"{self.part} of {ledger}" if self.part else ledger
        return f"VERIFIED {what}: {events}, {signed}, root {self.root}"

    def lines(self) -> list[str]:
        """Return the report as lines for a terminal: verdict, findings, facts, counts, what was not checked."""
        found = [f"  {finding}" for finding in self.findings if finding is not self.worst]
        if self.further:
            found.append(f"  and {self.further:,} more")
        facts = [f"  {fact}" for fact in self.facts]
        counts = [f"  {what}: {number:,}" for what, number in self.counts.items()]
        left = [f"  {what}" for what in self.not_checked]
        return [
            self.verdict,
            *(["Also found:", *found] if found else []),
            *(["Facts:", *facts] if facts else []),
            *(["Checked:", *counts] if counts else []),
            *(["Not checked:", *left] if left else []),
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {
            "verdict": self.verdict,
            "verified": self.worst is None,
            "exit_code": self.exit_code,
            "ledger": self.ledger,
            "size": self.size,
            "root": self.root,
            "signed_size": self.signed_size,
            "part": self.part,
            "checked": self.counts,
            "digests": self.digests,
            "facts": self.facts,
            "findings": [
                {
                    "kind": finding.kind.name,
                    "place": finding.place,
                    "reason": finding.reason,
                    "position": finding.position,
                }
                for finding in self.findings
            ],
            "further_findings": self.further,
            "not_checked": self.not_checked,
        }
