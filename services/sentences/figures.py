"""What is wrong with a field of a ballot's, a petition's or an indicator's command, in Swedish; see services.sentences."""

from __future__ import annotations

from typing import Any

from ledger.indicators.commands import DecimalText, Period

DECIMAL = ("is not a decimal number; write it as 49.8316", "är inget decimaltal; skriv det som 49.8316")
PERIOD = (
    "is not a period; write a year, a month or an interval of them: 2015, 2015-09, 2015/2017",
    "är ingen period; skriv ett år, en månad eller ett intervall: 2015, 2015-09, 2015/2017",
)


def _pattern(field: Any) -> str:
    return str(field.__metadata__[0].pattern)


PATTERNS: dict[str, tuple[str, str]] = {_pattern(DecimalText): DECIMAL, _pattern(Period): PERIOD}
"""The sentences of both languages, by the pattern that did not match."""

SWEDISH: dict[str, str] = {
    "process is missing: its inputs are what agree_disagree_pass votes on": (
        "process saknas: det är dess inlägg som agree_disagree_pass röstar om"
    ),
    "threshold belongs to the rule support; leave it out": "threshold hör till regeln support; utelämna det",
    "options must name at least two options to choose between": "options måste ange minst två alternativ att välja mellan",
    "options holds the same id twice": "options har samma id två gånger",
    "winners must be fewer than the options, or there is nothing to choose": (
        "winners måste vara färre än alternativen, annars finns inget att välja"
    ),
    "a quorum is a fraction: give quorum_numerator and quorum_denominator": (
        "ett kvorum är ett bråk: ange quorum_numerator och quorum_denominator"
    ),
    "a quorum belongs to the rule yes_no_abstain; leave it out": "ett kvorum hör till regeln yes_no_abstain; utelämna det",
    "electorate_size is missing: the quorum is a share of it": "electorate_size saknas: kvorumet är en andel av det",
    "a quorum cannot be larger than the whole electorate": "ett kvorum kan inte vara större än alla röstberättigade",
    "votes names the same vote twice": "votes anger samma röst två gånger",
    "closes must lie after opens": "closes måste ligga efter opens",
    "each rule has one threshold; state it once": "varje regel har en tröskel; ange den en gång",
    "on is missing: say for which day the debate was scheduled, or on which it was held": (
        "on saknas: ange till vilken dag debatten sattes ut, eller vilken dag den hölls"
    ),
    "a missing value has no interval": "ett värde som saknas har inget intervall",
    "a missing value needs its status, such as missing or private": (
        "ett värde som saknas behöver sin status, till exempel missing eller private"
    ),
    "budget and costs belong to the rules of budgets; leave them out": (
        "budget och kostnader hör till reglerna för budgetar; utelämna dem"
    ),
    "choices_max is larger than the number of options": "choices_max är större än antalet alternativ",
    "from_period is where values stop being comparable; give it then, and only then": (
        "from_period är där värdena slutar vara jämförbara; ange den då, och bara då"
    ),
    "low must not be above high": "low får inte vara större än high",
    "options and choices_max belong to approval, irv and the rules of budgets; leave them out": (
        "options och choices_max hör till approval, irv och reglerna för budgetar; utelämna dem"
    ),
    "points_max belongs to a paper of points; leave it out": "points_max hör till röstsedlar med poäng; utelämna det",
    "satisfaction by cost belongs to a paper of approvals; choose additive": (
        "satisfaction efter kostnad (cost) hör till röstsedlar med kryss (approvals); välj additive"
    ),
    "satisfaction is missing: say whether an option is worth its cost or the voter's mark": (
        "satisfaction saknas: ange om ett alternativ är värt sin kostnad eller det väljaren gav det"
    ),
    "satisfaction, completion and share_step belong to the rule budget_mes; leave them out": (
        "satisfaction, completion och share_step hör till regeln budget_mes; utelämna dem"
    ),
    "share_step, by how much each share grows at a time, belongs to add1, and is required there": (
        "share_step, hur mycket varje andel växer åt gången, hör till add1 och måste anges där"
    ),
    "the interval must hold the value": "intervallet måste rymma värdet",
    "the rules of budgets need budget, and the cost of every option": (
        "reglerna för budgetar behöver budget och en kostnad för varje alternativ"
    ),
    "winners belongs to the rule approval; leave it out": "winners hör till regeln approval; utelämna det",
}
"""The sentences of the checks on ballots, petitions and indicators, each with its Swedish one."""
