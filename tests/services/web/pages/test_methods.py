"""The catalogue of methods: what is shown to work, and what is only claimed."""

from __future__ import annotations

from services.web.pages import methods
from tests.projections.test_methods import DIALOGUE, TRIAL, assessed
from tests.projections.town import TOWN
from tests.services.web.pages.seen import drawn, shown


def test_a_verdict_of_whoever_ran_it_is_only_claimed() -> None:
    data = shown(methods.PAGE, (*TOWN, DIALOGUE, TRIAL, assessed("a", "works")))
    assert data is not None
    read = drawn(methods.PAGE, data)
    assert read.lead == "1 method is in the ledger. 0 verdicts rest on evidence; 1 are only claimed."
    assert "works, only claimed by whoever ran it" in read.text
    assert methods.table(data).rows[0][2:] == ("trial", "works", "claimed", "owner")


def test_a_method_nobody_judged_says_so() -> None:
    data = shown(methods.PAGE, (*TOWN, DIALOGUE, TRIAL))
    assert data is not None
    assert "nobody has said how it went" in drawn(methods.PAGE, data).text
    assert "ingen har sagt hur det gick" in drawn(methods.PAGE, data, "sv").text
