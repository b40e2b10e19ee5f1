"""`liggare import pabulib`: a participatory budget that was voted on."""

from __future__ import annotations

from pathlib import Path

from ledger.ballots.commands import CastVote
from ledger.ballots.terms import BallotRule, BudgetCompletion
from services.cli.exits import Exit, Failure
from services.cli.importing import carry_out, ended
from services.cli.output import called, emit, progress, say
from services.imports import pabulib
from services.imports.polis import ballot_of
from services.settings import Settings

RULES = {"greedy": BallotRule.BUDGET_GREEDY, "shares": BallotRule.BUDGET_MES}


def import_pabulib(
    settings: Settings, file: Path, source: str | None, rule: str | None, completion: str, *, as_json: bool
) -> Exit:
    """Import one Pabulib file and say what is in the record of it now."""
    if rule is not None and rule not in RULES:
        raise Failure(Exit.USAGE, f"--rule {rule!r} is not a rule for budgets; it is greedy or shares")
    if completion not in {BudgetCompletion.UTILITARIAN, BudgetCompletion.ADD1}:
        raise Failure(Exit.USAGE, f"--completion {completion!r} is not one; it is utilitarian or add1")
    election = pabulib.read_election(file, source)
    chosen = pabulib.rule_of(election) if rule is None else RULES[rule]
    phases = pabulib.phases(election, chosen, BudgetCompletion(completion))
    with progress(f"importing {election.source}", pabulib.count(election)) as advance:
        loaded = carry_out(settings, phases, pabulib.benign, advance)
    votes, ballot = loaded.recorded[CastVote], ballot_of(election.source)
    if as_json:
        found = {"options": len(election.projects), "votes": votes, "skipped": election.skipped}
        emit({"ballot": ballot, **found, "position": loaded.position})
    say(
        f"{election.source}: {votes} votes on {len(election.projects)} projects are in the record, {loaded.new} events "
        f"of them new, up to position {loaded.position}. See: {called()} show ballot {ballot}"
    )
    if election.skipped:
        say(f"liggare: {election.skipped} rows name no project and are no votes; they have no share either.")
    return ended(loaded)
