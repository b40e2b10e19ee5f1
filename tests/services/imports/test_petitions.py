from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ledger.inputs.events import ModerateInput, ReceiveInput
from ledger.inputs.petitions import (
    CloseSigning,
    DebateOutcome,
    OpenSigning,
    ReachThreshold,
    RecordDebate,
    RecordSignatureCounts,
)
from ledger.messages import Command
from ledger.responses import GiveResponse
from services.imports.petition_items import Numbers, phases
from services.imports.petitions import Export, read_export
from services.imports.tables import ImportBroken

WHOLE: dict[str, Any] = {
    "id": 7,
    "action": "Bygg en bro",
    "created_at": "2015-07-20T15:36:33.017Z",
    "moderation_threshold_reached_at": "2015-07-20T17:39:58Z",
    "open_at": "2015-07-21T08:29:48Z",
    "response_threshold_reached_at": "2015-07-22T16:01:34Z",
    "debate_threshold_reached_at": None,
    "government_response_at": "2015-08-25T09:14:40Z",
    "government_response_department": "Vägverket",
    "government_response_summary": "Nej.",
    "scheduled_debate_date": "2015-10-12",
    "debated_on": "2015-10-12",
    "debate_outcome_at": "2015-10-13T10:40:27Z",
    "closed_at": "2016-01-21T00:00:10Z",
    "signature_count": 236995,
    "rejected_at": None,
    "rejection_code": None,
}
COUNTS = "observed_at_utc,signature_count\n2016-06-25T08:15:04Z,10\n2016-06-25T23:59:59Z,30\n2016-06-26T00:01:00Z,25\n"


def written(folder: Path, *petitions: dict[str, Any], **files: str) -> Path:
    if petitions:
        (folder / "petitions.json").write_text(json.dumps(petitions))
    for name, content in files.items():
        (folder / f"signature-counts-{name.removeprefix('n')}.csv").write_text(content)
    return folder


def commands(export: Export, numbers: Numbers | None = None) -> list[Command]:
    found = phases(export, numbers or Numbers(), "sv")
    return [item.submission.command for phase in found[1:] for item in phase]


def lives(folder: Path, *petitions: dict[str, Any], **files: str) -> list[Command]:
    return commands(read_export(written(folder, *petitions, **files), "town"))


# --- Petitions --------------------------------------------------------------------------------
def test_a_petition_is_recorded_in_the_order_of_its_life(tmp_path: Path) -> None:
    found = lives(tmp_path, WHOLE)
    assert [(type(each), each.occurred) for each in found] == [
        (ReceiveInput, "2015-07-20T15:36:33.017000Z"),
        (ReachThreshold, "2015-07-20T17:39:58Z"),
        (ModerateInput, "2015-07-21T08:29:48Z"),
        (OpenSigning, "2015-07-21T08:29:48Z"),
        (ReachThreshold, "2015-07-22T16:01:34Z"),
        (GiveResponse, "2015-08-25T09:14:40Z"),
        (RecordDebate, "2015-10-12"),
        (RecordSignatureCounts, "2016-01-21T00:00:10Z"),
        (CloseSigning, "2016-01-21T00:00:10Z"),
    ]
    assert {each.source.external_id for each in found if each.source is not None} == {"7"}


def test_what_an_export_lacks_is_not_recorded(tmp_path: Path) -> None:
    found = lives(tmp_path, {"id": 7, "action": "Bygg en bro"})
    assert [(type(each), each.occurred) for each in found] == [(ReceiveInput, None), (OpenSigning, None)]


def test_members_may_stand_under_attributes_as_the_site_publishes_them(tmp_path: Path) -> None:
    nested = {
        "data": {
            "id": 7,
            "attributes": {
                "action": "Bygg en bro",
                "background": "Den gamla är sliten.",
                "opened_at": "2015-07-21T08:29:48Z",
                "government_response": {"responded_on": "2015-08-25", "summary": "Nej."},
                "debate": {"debated_on": "2015-10-12"},
                "rejection": None,
            },
        }
    }
    file = tmp_path / "7.json"
    file.write_text(json.dumps(nested))
    found = commands(read_export(file, "town"))
    received = next(each for each in found if isinstance(each, ReceiveInput))
    answered = next(each for each in found if isinstance(each, GiveResponse))
    debated = next(each for each in found if isinstance(each, RecordDebate))
    assert received.text == "Bygg en bro\n\nDen gamla är sliten."
    assert (answered.occurred, answered.by_office) == ("2015-08-25", "town")
    assert (debated.outcome, debated.on) == (DebateOutcome.HELD, "2015-10-12")


def test_a_debate_that_was_declined_or_is_to_come_is_no_debate_held(tmp_path: Path) -> None:
    declined = WHOLE | {"scheduled_debate_date": None, "debated_on": None}
    (debate,) = [each for each in lives(tmp_path, declined) if isinstance(each, RecordDebate)]
    assert (debate.outcome, debate.on, debate.occurred) == (DebateOutcome.NOT_HELD, None, "2015-10-13T10:40:27Z")
    ahead = WHOLE | {"debated_on": None, "debate_outcome_at": None}
    (debate,) = [each for each in lives(tmp_path, ahead) if isinstance(each, RecordDebate)]
    assert (debate.outcome, debate.on) == (DebateOutcome.SCHEDULED, "2015-10-12")


def test_a_refused_petition_keeps_its_code_its_note_and_its_signatures(tmp_path: Path) -> None:
    refused = {
        "id": 8,
        "action": "Byt ord",
        "created_at": "2015-07-20T11:21:00Z",
        "signature_count": 8,
        "rejected_at": "2015-07-21T15:26:51Z",
        "rejection_code": "no-action",
        "rejection_note": "Går inte.",
    }
    found = lives(tmp_path, refused)
    assert [type(each) for each in found] == [
        ReceiveInput,
        OpenSigning,
        RecordSignatureCounts,
        CloseSigning,
        ModerateInput,
    ]
    assert isinstance(found[-1], ModerateInput)
    assert (found[-1].verdict, found[-1].reason_code, found[-1].reason) == ("rejected", "no_action", "Går inte.")


def test_numbers_that_whoever_imports_knows_stand_in_the_terms(tmp_path: Path) -> None:
    export = read_export(written(tmp_path, WHOLE), "town")
    for numbers, expected in ((Numbers(), [None, None]), (Numbers(10_000, 100_000), [10_000, 100_000])):
        (opened,) = [each for each in commands(export, numbers) if isinstance(each, OpenSigning)]
        assert [each.signatures for each in opened.thresholds] == expected


# --- Counts -----------------------------------------------------------------------------------
def test_counts_of_a_day_go_into_one_event_and_the_petition_behind_them_is_recorded_once(tmp_path: Path) -> None:
    found = lives(tmp_path, **{"n9-2016": COUNTS})
    assert [(type(each), each.occurred) for each in found] == [
        (ReceiveInput, "../2016-06-25"),
        (OpenSigning, "../2016-06-25"),
        (RecordSignatureCounts, "2016-06-25T23:59:59Z"),
        (RecordSignatureCounts, "2016-06-26T00:01:00Z"),
    ]
    both = lives(tmp_path, WHOLE, n7=COUNTS, **{"n9-2016": COUNTS})
    assert sum(isinstance(each, ReceiveInput) for each in both) == 2
    # The last count of a petition with a series of its own stands in the series.
    ids = [each.input for each in both if isinstance(each, RecordSignatureCounts)]
    assert sorted(ids) == ["town-7", "town-7", "town-9", "town-9"]


def test_request_ids_come_from_the_content(tmp_path: Path) -> None:
    export = read_export(written(tmp_path, WHOLE, n9=COUNTS), "town")

    def ids(export: Export) -> list[object]:
        return [item.submission.request_id for phase in phases(export, Numbers(), "sv") for item in phase]

    assert ids(export) == ids(export)
    assert len(set(ids(export))) == len(ids(export))
    assert not set(ids(export)[2:]) & set(ids(export._replace(source="city")))


def test_a_table_may_be_gzipped_and_falls_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "signature-counts-9.csv.gz"
    path.write_bytes(gzip.compress(COUNTS.encode()))
    (series,) = read_export(path, "town").counts
    assert (series.number, len(series.counts), series.falls()) == ("9", 3, 1)


# --- What cannot be read ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"id": None}, "petitions.json, petition no. 1: id is None"),
        ({"id": "Anna"}, "petition no. 1: id is 'Anna'; it must be a number"),
        ({"action": None}, "petition 7: action is missing"),
        ({"action": 3}, "petition 7: action is 3; it must be a text"),
        ({"open_at": "yesterday"}, "petition 7: open_at is 'yesterday'; it must be an instant"),
        ({"open_at": "2015-07-21"}, "open_at is '2015-07-21'; it must be an instant"),
        ({"debated_on": "2015-02-30"}, "debated_on is '2015-02-30'; it must be a day"),
        ({"signature_count": -1}, "signature_count is -1; it must be a number of signatures"),
        ({"signature_count": 1.5}, "signature_count is 1.5"),
        ({"action": "x" * 20_001}, "petition 7: text "),
        ({"action": "nul\x00"}, "petition 7: text holds the control character U\\+0000"),
    ],
)
def test_a_broken_petition_is_named_with_its_member(change: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ImportBroken, match=sentence):
        lives(tmp_path, WHOLE | change)


@pytest.mark.parametrize(
    "content, sentence",
    [
        ("[1]", "petition no. 1: is 1; it must be an object"),
        ("{", "petitions.json is not JSON"),
        ('[{"id": 1, "action": "a"}, {"id": 1, "action": "b"}]', "the petition 1 stands in .* twice"),
    ],
)
def test_a_broken_file_is_refused_whole(content: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "petitions.json").write_text(content)
    with pytest.raises(ImportBroken, match=sentence):
        commands(read_export(tmp_path, "town"))


@pytest.mark.parametrize(
    "rows, sentence",
    [
        ("", "holds no counts"),
        ("soon,1\n", "line 2: observed_at_utc is 'soon'"),
        ("2016-06-25T08:15:04Z,many\n", "line 2: signature_count is 'many'"),
        ("2016-06-25T08:15:04Z,1\n2016-06-25T08:15:04Z,2\n", "line 3: .* does not come after"),
    ],
)
def test_a_broken_table_is_named_with_its_line(rows: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ImportBroken, match=sentence):
        lives(tmp_path, n9=f"observed_at_utc,signature_count\n{rows}")


def test_a_path_without_an_export_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(ImportBroken, match="neither petitions"):
        read_export(tmp_path)
    with pytest.raises(ImportBroken, match="there is no file"):
        read_export(tmp_path / "nowhere.json")
    with pytest.raises(ImportBroken, match="shorter --source NAME"):
        read_export(written(tmp_path, WHOLE), "x" * 301)
    with pytest.raises(ImportBroken, match="source's name"):
        read_export(tmp_path, "\u202e")
