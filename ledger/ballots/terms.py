"""Ballots: the words a definition is written in, and what each rule takes and settles."""

from __future__ import annotations

from enum import StrEnum

OPTIONS_MIN = 2
OPTIONS_MAX = 500
INVALIDATED_MAX = 500
PEOPLE_MAX = 10**9
FRACTION_MAX = 10**6
MONEY_MAX = 10**15
POINTS_MAX = 10**6


class BallotRule(StrEnum):
    """How votes are given and counted."""

    SUPPORT = "support"
    AGREE_DISAGREE_PASS = "agree_disagree_pass"
    YES_NO_ABSTAIN = "yes_no_abstain"
    APPROVAL = "approval"
    IRV = "irv"
    BUDGET_GREEDY = "budget_greedy"
    BUDGET_MES = "budget_mes"


class VoteChoice(StrEnum):
    """What a vote says; where there are options the vote names them instead."""

    SUPPORT = "support"
    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class BallotPaper(StrEnum):
    """What a voter writes on the paper of a budget ballot."""

    APPROVALS = "approvals"
    POINTS = "points"
    RANKING = "ranking"


class BudgetSatisfaction(StrEnum):
    """What an option is worth to a voter under equal shares: its cost, or the voter's own mark for it."""

    COST = "cost"
    ADDITIVE = "additive"


class BudgetCompletion(StrEnum):
    """How what equal shares leave over is spent. `none` is understood so that it can be refused in words."""

    UTILITARIAN = "utilitarian"
    ADD1 = "add1"
    NONE = "none"


class BallotPurpose(StrEnum):
    """What a result is for. The last two are understood so that they can be refused in words."""

    ADVISORY = "advisory"
    INTEREST = "interest"
    BUDGET = "budget"
    ELECTION = "election"
    BINDING_REFERENDUM = "binding_referendum"


CHOICES: dict[BallotRule, tuple[VoteChoice, ...]] = {
    BallotRule.SUPPORT: (VoteChoice.SUPPORT,),
    BallotRule.AGREE_DISAGREE_PASS: (VoteChoice.AGREE, VoteChoice.DISAGREE, VoteChoice.PASS),
    BallotRule.YES_NO_ABSTAIN: (VoteChoice.YES, VoteChoice.NO, VoteChoice.ABSTAIN),
    BallotRule.APPROVAL: (),
    BallotRule.IRV: (),
    BallotRule.BUDGET_GREEDY: (),
    BallotRule.BUDGET_MES: (),
}
"""The choices each rule knows; a rule without any takes options."""

BUDGETS = frozenset({BallotRule.BUDGET_GREEDY, BallotRule.BUDGET_MES})
"""The rules under which options have costs."""

OPTIONED = frozenset({BallotRule.APPROVAL, BallotRule.IRV}) | BUDGETS
"""The rules under which a vote names options."""

TIE_RULES: dict[BallotRule, str] = {
    BallotRule.SUPPORT: "none",
    BallotRule.AGREE_DISAGREE_PASS: "none",
    BallotRule.YES_NO_ABSTAIN: "not_passed",
    BallotRule.APPROVAL: "published_hash",
    BallotRule.IRV: "earlier_rounds_then_hash",
    BallotRule.BUDGET_GREEDY: "published_hash",
    BallotRule.BUDGET_MES: "published_hash",
}
"""How each rule settles a tie; stated in the definition before the first vote."""
