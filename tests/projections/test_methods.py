"""Methods and channels as they are shown: trials, verdicts on whose word, lessons, what a channel is for."""

from __future__ import annotations

import pytest

from ledger.fields import Facet
from ledger.inputs.events import AuthorKind
from ledger.methods import ChannelRegistered, MethodRegistered, TrialAssessed, TrialEvidence
from ledger.processes import LessonPublished, ProcessKind, ProcessOpened
from projections.views import methods
from projections.views.answer import Page, read_page_token
from projections.views.methods import standing
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN, received

DIALOGUE = MethodRegistered(
    method="dialog",
    name_sv="dialog",
    name_en="dialogue",
    aliases=("dialogisk metodik",),
    facets=(
        Facet(component="approach", attribute="openness"),
        Facet(component="way_of_working", attribute="small_scale"),
    ),
)
TRIAL = ProcessOpened(
    process="trial",
    title="Test av dialog",
    kind=ProcessKind.TRIAL,
    owner="au",
    period="2015/2016",
    stage="tried",
    methods=("dialog",),
    open_ended=True,
)


def assessed(id: str, verdict: str, claimed_by: str = "owner", *evidence: tuple[str, str | None]) -> TrialAssessed:
    return TrialAssessed(
        assessment=id,
        method="dialog",
        process="trial",
        verdict=verdict,
        evidence=tuple(TrialEvidence(kind=kind, id=name) for kind, name in evidence),
        claimed_by=claimed_by,
        by_body="au" if claimed_by == "owner" else "ks",
        text=SEALED,
    )


def test_s3_09_s3_15_s3_17_a_method_has_its_names_and_traits() -> None:
    view = methods.method(rows_of(*TOWN, DIALOGUE), "dialog")
    assert view is not None
    shown = view["method"]
    assert (shown["name_sv"], shown["aliases"]) == ("dialog", ["dialogisk metodik"])
    assert shown["facets"] == [
        {"component": "approach", "attribute": "openness"},
        {"component": "way_of_working", "attribute": "small_scale"},
    ]


def test_s0_11_s3_10_s3_16_question_23_a_trial_shows_unit_period_verdict_and_whose_word_it_is() -> None:
    rows = rows_of(
        *TOWN,
        received("i1"),
        DIALOGUE,
        TRIAL,
        assessed("a1", "works", "owner", ("document", "report")),
        assessed("a2", "mixed", "independent", ("document", "audit")),
        assessed("a3", "fails", "owner", ("input", "i1")),
    )
    view = methods.method(rows, "dialog")
    assert view is not None
    (trial,) = view["method"]["trials"]
    assert (trial["owner"], trial["period"], trial["stage"]) == ("au", "2015/2016", "tried")
    assert [(each["verdict"], each["standing"], each["by_body"]) for each in trial["assessments"]] == [
        ("works", "claimed", "au"),
        ("mixed", "evidenced", "ks"),
        ("fails", "evidenced", "au"),
    ]
    assert [each["evidence"][0]["in_ledger"] for each in trial["assessments"]] == [False, False, True]
    assert view["method"]["verdicts"] == [
        {"verdict": "fails", "standing": "evidenced", "count": 1},
        {"verdict": "mixed", "standing": "evidenced", "count": 1},
        {"verdict": "works", "standing": "claimed", "count": 1},
    ]


@pytest.mark.parametrize(
    "claimed_by, kinds, stands",
    [
        ("owner", (), "claimed"),
        ("owner", ("none",), "claimed"),
        ("owner", ("document",), "claimed"),
        ("owner", ("survey",), "evidenced"),
        ("independent", (), "claimed"),
        ("independent", ("none",), "claimed"),
        ("independent", ("document",), "evidenced"),
    ],
)
def test_question_23_the_word_of_who_ran_the_trial_is_a_claim(
    claimed_by: str, kinds: tuple[str, ...], stands: str
) -> None:
    evidence = [{"kind": kind, "id": None} for kind in kinds]
    assert standing({"claimed_by": claimed_by, "evidence": evidence}) == stands


def test_a_trial_nobody_assessed_has_no_verdict() -> None:
    view = methods.method(rows_of(*TOWN, DIALOGUE, TRIAL), "dialog")
    assert view is not None
    assert (view["method"]["trials"][0]["assessments"], view["method"]["verdicts"]) == ([], [])


def test_s2_20_question_30_a_lesson_is_found_by_its_method() -> None:
    lesson = LessonPublished(process="trial", lesson="l1", method="dialog", text=SEALED)
    view = methods.method(rows_of(*TOWN, DIALOGUE, TRIAL, lesson), "dialog")
    assert view is not None
    assert [(each["process"], each["text"]) for each in view["method"]["lessons"]] == [
        ("trial", {"position": 7, "pointer": "/text"})
    ]


def test_a_method_that_nobody_registered_is_listed_as_such() -> None:
    rows = rows_of(*TOWN, TRIAL.model_copy(update={"methods": ("canvas",)}), DIALOGUE)
    listed = methods.methods(rows)["methods"]
    assert [(each["method"], each["registered"] is not None, each["trials"]) for each in listed] == [
        ("canvas", False, 1),
        ("dialog", True, 0),
    ]
    assert methods.method(rows, "none") is None


def test_s3_11_s3_12_s3_13_s3_14_methods_come_page_by_page() -> None:
    names = ("dialog", "designtankande", "kundinsikter", "prototypande", "trendspaning")
    rows = rows_of(*(MethodRegistered(method=name, name_sv=name) for name in names))
    first = methods.methods(rows, Page(size=3))
    assert [each["method"] for each in first["methods"]] == ["designtankande", "dialog", "kundinsikter"]
    _, after = read_page_token(first["next_page_token"])
    assert [each["method"] for each in methods.methods(rows, Page(3, after))["methods"]] == [
        "prototypande",
        "trendspaning",
    ]


def test_s0_33_s2_23_a_channel_is_dated_and_an_exit_counts_as_no_influence() -> None:
    rows = rows_of(
        *TOWN,
        ChannelRegistered(channel="provider_choice", kind="exit", name_sv="Kundval", from_date="1985"),
        ChannelRegistered(channel="web", kind="voice", name_sv="Webb"),
        received("i1"),
        received("i2", AuthorKind.OFFICIAL),
    )
    listed = methods.channels(rows)["channels"]
    assert [(each["channel"], each["from_date"], each["inputs"], each["counts_as_influence"]) for each in listed] == [
        ("provider_choice", "1985", 0, False),
        ("web", None, 2, True),
    ]
