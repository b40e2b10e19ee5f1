"""How many of a sample answered: the response rates of AAPOR and the Swedish svarsandel, exactly.

Sources: The American Association for Public Opinion Research, Standard Definitions (2023), response rates 1 to 6
and the estimate e by proportional allocation; Statistics Sweden's and Surveyföreningen's svarsandel and bortfall.
All rates are fractions of whole numbers: components that are rounded apart may not add up, so show the counts.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class Outcomes(NamedTuple):
    """What became of every case of a sample, each counted once.

    I complete, P partial, R refusal, NC non_contact, O other; UH unknown_household, UO unknown_other (not known
    whether the case belonged to the population); NE ineligible (övertäckning).
    """

    complete: int
    partial: int = 0
    refusal: int = 0
    non_contact: int = 0
    other: int = 0
    unknown_household: int = 0
    unknown_other: int = 0
    ineligible: int = 0

    @property
    def sample(self) -> int:
        """n0, every case that was drawn."""
        return sum(self)

    @property
    def answered(self) -> int:
        """I + P."""
        return self.complete + self.partial

    @property
    def eligible(self) -> int:
        """I + P + R + NC + O, the cases known to belong to the population."""
        return self.answered + self.refusal + self.non_contact + self.other

    @property
    def unknown(self) -> int:
        """UH + UO."""
        return self.unknown_household + self.unknown_other


def share(part: int, whole: int | Fraction) -> Fraction | None:
    """Return part / whole; None where the whole is nothing."""
    return Fraction(part) / whole if whole else None


# --- AAPOR ------------------------------------------------------------------------------------
def e(cases: Outcomes) -> Fraction | None:
    """Return the share of the cases of unknown eligibility that are taken to be eligible.

    e = (I + P + R + NC + O) / (I + P + R + NC + O + NE); None where nothing is known of any case.
    """
    return share(cases.eligible, cases.eligible + cases.ineligible)


def rr1(cases: Outcomes) -> Fraction | None:
    """Return I / (I + P + R + NC + O + UH + UO), the minimum response rate."""
    return share(cases.complete, cases.eligible + cases.unknown)


def rr2(cases: Outcomes) -> Fraction | None:
    """Return (I + P) / (I + P + R + NC + O + UH + UO): as RR1, partial answers counted as answers."""
    return share(cases.answered, cases.eligible + cases.unknown)


def rr3(cases: Outcomes, estimate: Fraction | None = None) -> Fraction | None:
    """Return I / (I + P + R + NC + O + e (UH + UO)); e is `estimate`, else by proportional allocation."""
    return share(cases.complete, _estimated(cases, estimate))


def rr4(cases: Outcomes, estimate: Fraction | None = None) -> Fraction | None:
    """Return (I + P) / (I + P + R + NC + O + e (UH + UO)): as RR3, partial answers counted as answers."""
    return share(cases.answered, _estimated(cases, estimate))


def rr5(cases: Outcomes) -> Fraction | None:
    """Return I / (I + P + R + NC + O), the maximum response rate: no unknown case is taken to be eligible."""
    return share(cases.complete, cases.eligible)


def rr6(cases: Outcomes) -> Fraction | None:
    """Return (I + P) / (I + P + R + NC + O): as RR5, partial answers counted as answers."""
    return share(cases.answered, cases.eligible)


def _estimated(cases: Outcomes, estimate: Fraction | None) -> Fraction:
    used = e(cases) if estimate is None else estimate
    return cases.eligible + (used or Fraction(0)) * cases.unknown


# --- Svarsandel and bortfall ------------------------------------------------------------------
class ObjectNonResponse(NamedTuple):
    """Objektsbortfall, by cause, in cases: ej anträffade, ej velat, förhindrade och övriga, and those never cleared up."""

    not_reached: int
    refused: int
    unable: int
    unknown: int


def svarsandel(cases: Outcomes) -> Fraction | None:
    """Return answered / (n0 - övertäckning): unlike RR5 and RR6 the cases of unknown eligibility stay in the base."""
    return share(cases.answered, cases.sample - cases.ineligible)


def bortfall(cases: Outcomes) -> Fraction | None:
    """Return 1 - svarsandel."""
    answered = svarsandel(cases)
    return None if answered is None else 1 - answered


def objektsbortfall(cases: Outcomes) -> ObjectNonResponse:
    """Return the cases that gave no answer, by cause; they add up to n0 - övertäckning - answered."""
    return ObjectNonResponse(cases.non_contact, cases.refusal, cases.other, cases.unknown)


def partial_non_response(asked: int, answered: int) -> Fraction | None:
    """Return partiellt bortfall of one question, (asked - answered) / asked.

    `asked` are the respondents the question was put to, not those it was routed past.
    """
    return share(asked - answered, asked)


def is_low(rate: Fraction | None, warning_percent: int) -> bool | None:
    """Tell whether a response rate lies under the percentage the body warns below; None where there is no rate."""
    return None if rate is None else rate * 100 < warning_percent
