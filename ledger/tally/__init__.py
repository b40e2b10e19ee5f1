"""Tallies: from votes to a result, exactly and without chance.

Every function is pure arithmetic on integers and fractions: the same votes give the same result on
every machine, whatever the order in which they arrived and whoever cast them. `counts` holds what
needs counts alone, `papers` what one paper says, `rounds` instant run-off, `budget` the sharing of a
budget by votes, `shares` the sharing by equal shares, `sharing` either of them under a ballot's terms.
"""

from ledger.tally.budget import BudgetGreedy, Project, budget_greedy
from ledger.tally.counts import (
    NONE,
    Approval,
    Count,
    Counts,
    Placing,
    RollCall,
    StatementTotals,
    Support,
    YesNoAbstain,
    agree_disagree_pass,
    approval,
    lot,
    roll_call,
    support,
    yes_no_abstain,
)
from ledger.tally.papers import Paper, Voters, grouped, marked
from ledger.tally.rounds import Irv, Round, irv
from ledger.tally.shares import BudgetMes, Purchase, budget_mes
from ledger.tally.sharing import BudgetTerms, by_shares, by_votes

ALGORITHM_VERSION = 1
"""Counts the versions of all rules together: a published result names the one it was computed by."""

__all__ = [
    "ALGORITHM_VERSION",
    "NONE",
    "Approval",
    "BudgetGreedy",
    "BudgetMes",
    "BudgetTerms",
    "Count",
    "Counts",
    "Irv",
    "Paper",
    "Placing",
    "Project",
    "Purchase",
    "RollCall",
    "Round",
    "StatementTotals",
    "Support",
    "Voters",
    "YesNoAbstain",
    "agree_disagree_pass",
    "approval",
    "budget_greedy",
    "budget_mes",
    "by_shares",
    "by_votes",
    "grouped",
    "irv",
    "lot",
    "marked",
    "roll_call",
    "support",
    "yes_no_abstain",
]
