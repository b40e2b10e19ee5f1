"""Who was heard (question 20): the groups that were named and met, the channels that were used, and the ways out."""

from __future__ import annotations

from ledger.inputs.events import AuthorKind
from ledger.methods import ChannelRegistered, GroupRegistered
from ledger.processes import SessionGroup, SessionHeld
from projections.views import groups
from tests.projections.history import rows_of
from tests.projections.town import NETWORK, NETWORK_STARTED, TOWN, received


def test_s0_10_s0_19_s3_27_question_20_a_group_that_was_named_and_never_met_is_said_not_to_be_evidenced() -> None:
    view = groups.participation(rows_of(*TOWN, NETWORK, NETWORK_STARTED), "network")
    assert view is not None
    found = {each["group"]: each for each in view["groups"]}
    assert view["not_evidenced"] == ["older_residents"]
    assert (found["residents"]["named"], found["residents"]["attendances"]) == (True, 12)
    assert (found["staff"]["named"], found["staff"]["evidenced"], found["staff"]["uncounted_sessions"]) == (
        False,
        True,
        1,
    )
    assert found["older_residents"]["unheard_in"] == ["network"]
    assert view["not_published"] == ["area", "age_band", "group"]


def test_s2_16_question_20_inputs_count_by_channel_and_capacity_with_exits_apart() -> None:
    rows = rows_of(
        *TOWN,
        ChannelRegistered(channel="provider_choice", kind="exit", name_sv="Kundval"),
        GroupRegistered(group="residents", name_sv="invånare"),
        NETWORK.model_copy(update={"channels": ("web", "telephone")}),
        received("i1", process="network"),
        received("i2", process="network"),
        received("i3", AuthorKind.ORGANISATION, process="network"),
        received("i4", process="network").model_copy(update={"channel": "provider_choice"}),
        received("i5").model_copy(update={"language": "fi"}),
    )
    view = groups.participation(rows, "network")
    assert view is not None
    assert view["inputs"]["value"] == 4
    assert [(each["channel"], each["author_kind"], each["inputs"]) for each in view["channels"]] == [
        ("telephone", "", 0),
        ("web", "organisation", 1),
        ("web", "resident", 2),
    ]
    assert [(each["channel"], each["inputs"]) for each in view["exits"]] == [("provider_choice", 1)]
    assert {each["group"]: each["name_sv"] for each in view["groups"]} == {
        "residents": "invånare",
        "older_residents": None,
    }
    whole = groups.participation(rows)
    assert whole is not None
    assert whole["inputs"]["value"] == 5
    assert whole["languages"] == [{"language": "fi", "inputs": 1}, {"language": "sv", "inputs": 4}]
    assert groups.participation(rows, "none") is None


def test_over_all_processes_a_registered_group_that_nobody_turned_to_is_not_left_out() -> None:
    rows = rows_of(*TOWN, GroupRegistered(group="business", name_sv="näringsliv"), NETWORK, NETWORK_STARTED)
    whole, own = groups.participation(rows), groups.participation(rows, "network")
    assert whole is not None and own is not None
    business = next(each for each in whole["groups"] if each["group"] == "business")
    assert (business["named"], business["evidenced"], business["unheard_in"]) == (False, False, [])
    assert business["name_sv"] == "näringsliv" and business["registered"]["position"] == len(TOWN) + 1
    assert "business" in whole["not_evidenced"]
    assert "business" not in {each["group"] for each in own["groups"]}


def test_s0_10_the_groups_of_a_matter_are_those_of_the_sessions_of_its_processes() -> None:
    held = SessionHeld(
        process="p1", session="s", matter="m1", date="2016", groups=(SessionGroup(group="staff", count=3),)
    )
    found = groups.evidenced(rows_of(*TOWN, NETWORK, NETWORK_STARTED, held), "matter:m1")
    assert {name: (each["attendances"], each["processes"]) for name, each in found.items()} == {"staff": (3, ["p1"])}
