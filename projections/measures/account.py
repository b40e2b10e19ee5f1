"""The lines of the account that were stated: contests of them, and how good their reasons are.

Words stay sealed. Their commitments are salted, so equal texts have unequal commitments, and no reader of the record
can tell which texts are the same. What can be told without opening one is whether two lines say the same by everything
else that is recorded of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ledger.dispositions.events import ContestAnswered, DispositionContested, DispositionRecorded, DispositionRevised
from projections.decisions import DISPOSITIONS
from projections.measures.measure import Breakdown, Figure, Measure, Result, Stratum, count_of, missing
from projections.measures.population import READ, Asked
from projections.views.answer import Answer, states

CONTEST_RATE = Measure(
    "contest_rate",
    1,
    "Of the dispositions stated for inputs of residents and organisations, how many their authors contested; of "
    "those how many contests were answered, and of the answered how many led to a revised disposition. A line that "
    "was contested more than once counts once; it is answered when its latest contest is, and changed when any was. "
    "Lines that the ledger itself wrote (withdrawn, merged, rejected) are left out. Everybody is counted, so there "
    "is no interval. Few contests may mean that few objected, or that few knew they could.",
    "Av de besked som lämnats till boende och organisationer: hur många som avsändaren invände mot. Av "
    "invändningarna hur många som besvarats, och av de besvarade hur många som ledde till ett ändrat besked. Ett "
    "besked som fått flera invändningar räknas en gång; det är besvarat när den senaste är det och ändrat om någon "
    "ledde till det. Rader som liggaren själv skrev (återtaget, sammanlagt, avvisat) räknas inte. Alla räknas, så "
    "det finns inget osäkerhetsintervall. Få invändningar kan betyda att få var missnöjda, eller att få visste att "
    "det gick.",
    READ,
)
REASON_QUALITY = Measure(
    "reason_quality",
    1,
    "Of the dispositions stated for inputs of residents and organisations that are to give a reason (all but wholly "
    "adopted, merged, withdrawn and moderated ones), the latest wording of each: reason_other is the share whose "
    "codes include other, reason_not_stated the share for which the source states no reason or that have none. "
    "with_reference is the share that names something one can look up: an earlier decision, a clause of the scope, a "
    "conflicting input, a rule of support, what was changed, or who it was forwarded to. alike is the share that "
    "says the same as another line of its decision by code, reasons and references, and names nothing of its own: "
    "that is where texts may be copied. Whether the texts themselves are the same is not known here, for they are "
    "sealed. Everybody is counted, so there is no interval.",
    "Av de besked till boende och organisationer som ska ha ett skäl (alla utom helt antagna, sammanlagda, återtagna "
    "och avvisade), i den senaste lydelsen: reason_other är andelen där skälet är ”annat”, reason_not_stated andelen "
    "där källan inte anger något skäl eller där skäl saknas. with_reference är andelen som anger något att slå upp: "
    "ett tidigare beslut, en punkt i ramen, ett förslag det krockar med, en regel om stöd, vad som ändrades eller "
    "vem det skickades till. alike är andelen som säger detsamma som ett annat besked i samma beslut i kod, skäl och "
    "hänvisningar och inte anger något eget: där kan texterna vara kopierade. Om själva texterna är lika vet ingen "
    "här, för de är förseglade. Alla räknas, så det finns inget osäkerhetsintervall.",
    READ,
)

UNREASONED = frozenset({"adopted", "merged", "withdrawn", "moderated"})
REFERENCES = ("earlier_decision", "scope_clause", "conflicts_with", "support_rule", "recipient", "changed")
SAID = (*REFERENCES, "code", "reason_codes", "due", "trigger", "support_count")
"""What two lines must agree in to be alike; what is changed is the input's own, and so is what it conflicts with."""

OWN = ("conflicts_with", "changed", "earlier_decision")
BY_LEDGER = "ledger"


def stated(asked: Asked) -> list[dict[str, Any]]:
    """Return the lines of the account that somebody stated for residents' and organisations' inputs of the scope."""
    counted = {each.input for each in asked.public}
    decision = asked.scope.decision
    return [
        row.state
        for row in states(asked.rows, DISPOSITIONS.name, f"{decision}|" if decision else "")
        if row.state["input"] in counted and row.state["revisions"][-1]["by_role"] != BY_LEDGER
    ]


# --- Contests ---------------------------------------------------------------------------------
def contest_rate(asked: Asked) -> Result:
    """Return how many stated dispositions were contested, how many contests answered, and how many changed something."""
    queries = asked.of_decisions(DispositionRecorded, DispositionContested, ContestAnswered)
    lines = stated(asked)
    contested = [each for each in lines if each["contests"]]
    answered = [each for each in contested if each["contests"][-1]["answer"] is not None]
    changed = [each for each in answered if any(_revised(contest) for contest in each["contests"])]
    pairs = (("contest_rate", contested, lines), ("contests_answered", answered, contested))
    figures = [count_of(name, len(part), len(whole), queries) for name, part, whole in pairs]
    return Result([*figures, count_of("contests_changed", len(changed), len(answered), queries)])


def _revised(contest: dict[str, Any]) -> bool:
    return contest["answer"] is not None and contest["answer"]["outcome"] == "revised"


# --- Reasons ----------------------------------------------------------------------------------
def reason_quality(asked: Asked) -> Result:
    """Return how many reasons are other, not stated, look alike or name what one can look up; and all reasons by code."""
    queries = asked.of_decisions(DispositionRecorded, DispositionRevised)
    lines = [each for each in stated(asked) if each["code"] not in UNREASONED]
    reasons = Counter(reason for each in lines for reason in _wording(each)["reason_codes"] or ["none"])
    cells = [
        Stratum(code, _figures([each for each in lines if each["code"] == code], queries))
        for code in sorted({each["code"] for each in lines})
    ]
    return Result(
        [*_figures(lines, queries), missing("identical_texts")],
        dict(sorted(reasons.items())),
        [Breakdown("disposition", "public", cells)],
        not_on_record=["identical_texts"],
    )


def _figures(lines: Sequence[dict[str, Any]], queries: Iterable[Answer]) -> list[Figure]:
    wordings = [_wording(each) for each in lines]
    same = Counter(_said(each) for each in lines)
    counts = {
        "reason_other": sum("other" in each["reason_codes"] for each in wordings),
        "reason_not_stated": sum(not set(each["reason_codes"]) - {"not_stated"} for each in wordings),
        "with_reference": sum(any(each[name] for name in REFERENCES) for each in wordings),
        "alike": sum(same[_said(each)] > 1 and not _names_its_own(each) for each in lines),
    }
    return [count_of(name, number, len(lines), queries) for name, number in counts.items()]


def _wording(line: dict[str, Any]) -> dict[str, Any]:
    latest: dict[str, Any] = line["revisions"][-1]
    return latest


def _said(line: dict[str, Any]) -> tuple[str, ...]:
    wording = _wording(line)
    return (line["decision"], *(repr(wording[name]) for name in SAID))


def _names_its_own(line: dict[str, Any]) -> bool:
    return any(_wording(line)[name] for name in OWN)
