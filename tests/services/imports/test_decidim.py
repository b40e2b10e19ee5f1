"""Open data of a participation site: what its rows become, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ledger.dispositions.events import RecordDisposition
from ledger.inputs.events import AuthorKind, InputKind, ModerateInput, ReceiveInput, Stance, WithdrawInput
from ledger.inputs.petitions import OpenSigning, RecordSignatureCounts, SignaturesHeld
from ledger.messages import Command
from ledger.processes import HoldSession, PlanSession
from ledger.responses import GiveResponse
from services.imports.decidim import Export, instant_or_day, read_export
from services.imports.decidim_items import latest, phases
from services.imports.tables import ImportBroken

C = TypeVar("C", bound=Command)

HEADER = (
    "id,title/ca,title/es,body/ca,body/es,state,published_at,author/id,proposal_votes,scope/name/ca,category/name/ca"
)
PONT = "7,Pont,Puente,Fem un pont,Hagamos un puente,accepted,2016-03-17 14:25:48 UTC,31,12,Gràcia,Mobilitat"


def export_of(folder: Path, language: str | None = None, **files: Sequence[str]) -> Export:
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join([*lines, ""]))
    return read_export([folder], "town", language)


def commands(export: Export, kind: type[C], language: str | None = None) -> list[C]:
    found = (item.submission.command for phase in phases(export, language) for item in phase)
    return [each for each in found if isinstance(each, kind)]


def one(folder: Path, **columns: str) -> list[Command]:
    """Return what a proposal with these columns becomes, after the setting."""
    columns = {"id": "1", "body": "Träd"} | columns
    made = export_of(folder, proposals=[",".join(columns), ",".join(f'"{value}"' for value in columns.values())])
    return [item.submission.command for item in phases(made, "sv")[1]]


# --- Proposals --------------------------------------------------------------------------------
def test_a_proposal_comes_with_what_it_is_about_and_where_it_was_taken_from(tmp_path: Path) -> None:
    export = export_of(tmp_path, proposals=[HEADER, PONT])
    (received,) = commands(export, ReceiveInput)
    assert (received.input, received.kind, received.channel) == ("town-7", InputKind.PROPOSAL, "decidim")
    assert (received.text, received.language) == ("Pont\n\nFem un pont", "ca")
    assert (received.district, received.theme, received.occurred) == ("Gràcia", "Mobilitat", "2016-03-17T14:25:48Z")
    assert received.author is not None and "31" not in received.author.split("-")
    source = received.source
    assert source is not None and source.document is not None
    assert (source.basis, source.anchor, source.external_id, len(source.document)) == ("import", "line 2", "7", 64)
    assert export.absent["proposals.csv"][:2] == ("language", "answer")


def test_the_language_asked_for_is_taken_and_tagged(tmp_path: Path) -> None:
    export = export_of(tmp_path, "es", proposals=[HEADER, PONT, "8,Arbre,,Un arbre,,,2016-04-01,,,,"])
    first, second = commands(export, ReceiveInput, "es")
    assert (first.text, first.language) == ("Puente\n\nHagamos un puente", "es")
    assert (second.text, second.language) == ("Arbre\n\nUn arbre", "ca")


def test_supports_are_counts_of_the_source_and_nobodys_votes(tmp_path: Path) -> None:
    export = export_of(tmp_path, proposals=[HEADER, PONT])
    (signing,), (counted,) = commands(export, OpenSigning), commands(export, RecordSignatureCounts)
    assert signing.held is SignaturesHeld.ELSEWHERE
    assert [(each.at, each.count) for each in counted.counts] == [("2016-03-17T14:25:48Z", 12)]


@pytest.mark.parametrize(
    "state, code", [("accepted", "adopted"), ("Rejected", "considered_not_adopted"), ("evaluating", None), ("", None)]
)
def test_a_status_is_an_outcome_without_a_reason(state: str, code: str | None, tmp_path: Path) -> None:
    found = [each for each in one(tmp_path, state=state) if isinstance(each, RecordDisposition)]
    assert [(str(each.code), [str(reason) for reason in each.reason_codes]) for each in found] == (
        [] if code is None else [(code, ["not_stated"])]
    )


def test_a_status_nobody_knows_is_counted_and_decides_nothing(tmp_path: Path) -> None:
    export = export_of(tmp_path, proposals=["id,body,state", "1,a,under construction", "2,b,accepted"])
    assert dict(export.other) == {"under_construction": 1}
    assert [each.input for each in commands(export, RecordDisposition)] == ["town-2"]


@pytest.mark.parametrize(
    "columns, kind, channel",
    [
        ({"official": "true"}, AuthorKind.OFFICIAL, "decidim"),
        ({"source": "official"}, AuthorKind.OFFICIAL, "decidim"),
        ({"source": "organization"}, AuthorKind.ORGANISATION, "decidim"),
        ({"user_group/id": "9"}, AuthorKind.ORGANISATION, "decidim"),
        ({"source": "meeting"}, AuthorKind.RESIDENT, "meeting"),
        ({"created_in_meeting": "true"}, AuthorKind.RESIDENT, "meeting"),
        ({"official": "false"}, AuthorKind.RESIDENT, "decidim"),
    ],
)
def test_who_speaks_and_where_is_kept_apart(
    columns: dict[str, str], kind: AuthorKind, channel: str, tmp_path: Path
) -> None:
    received = one(tmp_path, **columns)[0]
    assert isinstance(received, ReceiveInput)
    assert (received.author_kind, received.channel) == (kind, channel)


def test_an_answer_is_a_response_on_its_day(tmp_path: Path) -> None:
    (answer,) = (
        each for each in one(tmp_path, answer="Ja, i vår.", answered_at="17/04/2016") if isinstance(each, GiveResponse)
    )
    assert (answer.text, answer.by_office, answer.occurred) == ("Ja, i vår.", "town", "2016-04-17")


def test_what_was_withdrawn_or_hidden_is_so_here(tmp_path: Path) -> None:
    assert isinstance(one(tmp_path, state="withdrawn")[-1], WithdrawInput)
    assert isinstance(one(tmp_path, hidden="true")[-1], ModerateInput)


def test_an_erased_author_has_no_pseudonym(tmp_path: Path) -> None:
    received = one(tmp_path, author="p1", author_erased="true")[0]
    assert isinstance(received, ReceiveInput) and received.author is None


# --- Comments and meetings --------------------------------------------------------------------
COMMENTS = ["id,body,alignment,root_commentable_id,root_commentable_type,created_at,author/id"]


def test_a_comment_names_its_proposal_and_its_stance_in_a_process_of_its_own(tmp_path: Path) -> None:
    rows = ["3,Mai,-1,7,Decidim::Proposals::Proposal,2016-03-18,31", "4,Hola,0,9,Decidim::Meetings::Meeting,,"]
    export = export_of(tmp_path, comments=[*COMMENTS, *rows], proposals=[HEADER, PONT])
    proposal, second, first = commands(export, ReceiveInput)
    assert (first.input, first.kind, first.process) == ("town-c3", InputKind.COMMENT, "town-comments")
    assert (first.about, first.stance, first.occurred) == ("town-7", Stance.AGAINST, "2016-03-18")
    assert (second.about, second.stance) == (None, None)
    assert first.author != proposal.author


def test_a_comment_on_nothing_is_refused(tmp_path: Path) -> None:
    export = export_of(tmp_path, comments=[*COMMENTS, "3,Mai,,8,,,"], proposals=[HEADER, PONT])
    assert [str(each) for each in export.refused] == [
        "comments.csv, line 2: comments on the proposal 8, which is not there"
    ]


def test_a_meeting_was_planned_and_held(tmp_path: Path) -> None:
    export = export_of(
        tmp_path, meetings=["id,title/ca,start_time,address", "5,Trobada,2016-02-01 18:00:00 +0100,Plaça"]
    )
    (planned,), (held,) = commands(export, PlanSession), commands(export, HoldSession)
    assert (planned.session, planned.title, planned.place) == ("m5", "Trobada", "Plaça")
    assert held.date == "2016-02-01T17:00:00Z"


# --- Rows that do not fit ---------------------------------------------------------------------
@pytest.mark.parametrize(
    "row, why",
    [
        ("Anna,a,,", "id is 'Anna'"),
        (",a,,", "id is ''"),
        ("1,,,", "holds no words"),
        ("1,a,soon,", "created is 'soon'"),
        ("1,a,,many", "supports is 'many'"),
        ("1,a\x00b,,", "text holds the control character"),
        ("1," + "x" * 20_001 + ",,", "text "),
    ],
)
def test_a_row_that_does_not_fit_is_refused_whole_and_the_others_stay(row: str, why: str, tmp_path: Path) -> None:
    export = export_of(tmp_path, proposals=["id,body,created_at,supports", row, "2,b,2016-01-01,1"])
    kept = [each.input for each in commands(export, ReceiveInput)]
    assert kept == ["town-2"]
    assert len(export.refused) == 1
    assert str(export.refused[0]).startswith(f"proposals.csv, line 2: {why}")


def test_the_same_row_twice_is_one_and_another_of_its_id_is_refused(tmp_path: Path) -> None:
    export = export_of(tmp_path, proposals=["id,body", "1,a", "2,b", "1,a", "2,c"])
    assert [each.id for each in export.proposals] == ["1", "2"]
    assert export.repeated == 1
    assert [str(each) for each in export.refused] == ["proposals.csv, line 5: id 2 stands above with other content"]


def test_rows_come_in_the_order_of_time(tmp_path: Path) -> None:
    export = export_of(tmp_path, proposals=["id,body,created_at", "1,a,2016-03-01", "2,b,2016-01-01", "3,c,02.02.2016"])
    assert [each.input for each in commands(export, ReceiveInput)] == ["town-2", "town-3", "town-1"]
    assert latest(export) == "2016-03-01T23:59:59Z"


@pytest.mark.parametrize(
    "text, when",
    [
        ("2016-03-17", "2016-03-17"),
        ("2016-03-17T14:25:48", "2016-03-17"),
        ("2016-03-17 14:25:48 +0100", "2016-03-17T13:25:48Z"),
        ("2016-03-17T14:25:48.123Z", "2016-03-17T14:25:48Z"),
        ("17/03/2016 14:25", "2016-03-17"),
        ("7.3.2016", "2016-03-07"),
        ("31/02/2016", None),
        ("0001-01-01T00:00:00+10:00", None),
        ("yesterday", None),
    ],
)
def test_days_and_instants_are_read_as_exactly_as_they_are_written(text: str, when: str | None) -> None:
    assert instant_or_day(text) == when


@pytest.mark.parametrize(
    "files, sentence",
    [
        ({}, "holds no proposals, comments or meetings"),
        ({"proposals": ["number,text", "1,a"]}, "no column for id; it is called one of id, proposal_id"),
        ({"meetings": ["id,title", "1,a"]}, "no column for start"),
    ],
)
def test_a_folder_without_an_export_says_what_is_wanted(files: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ImportBroken, match=sentence):
        export_of(tmp_path, **files)
    with pytest.raises(ImportBroken, match="there is no file or folder"):
        read_export([tmp_path / "nowhere"])
    with pytest.raises(ImportBroken, match="is no language"):
        read_export([tmp_path], None, "Catalan!")


def test_other_files_of_a_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "budgets.csv").write_text("id\n1\n")
    assert export_of(tmp_path, proposals=["id,body", "1,a"]).files_unused == ["budgets.csv"]
