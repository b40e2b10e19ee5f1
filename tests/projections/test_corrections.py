"""Corrections stand beside what they correct, as of any position and date."""

from datetime import date

from google.protobuf.json_format import ParseDict

from ledger.bodies import BodyKind, BodyRegistered
from ledger.corrections import Corrected
from ledger.messages import Sealed
from participation.transparency.v1.bodies_pb2 import ListBodiesResponse
from projections.catalogue import PROJECTIONS
from projections.rows.memory import MemoryRows, happened_by
from projections.views.bodies import bodies, body
from projections.views.corrections import corrections, with_corrections, with_marks
from tests.projections.history import record, rows_of

SEALED = Sealed.model_validate({"commit": "A" * 43, "class": "P"})


def corrected(correction: str, tag: str, position: int, dated_as: str) -> Corrected:
    return Corrected(
        correction=correction,
        tag=tag,
        position=position,
        topic_corrected="body-registered",
        pointer="/name",
        was='"A"',
        becomes='"B"',
        holder=f"correction:{correction}",
        reason=SEALED,
        by_role="registrar",
        dated_as=dated_as,
    )


HISTORY = (
    BodyRegistered(body="a", kind=BodyKind.BOARD, name="A", occurred="2012"),
    BodyRegistered(body="b", kind=BodyKind.BOARD, name="B", occurred="2014"),
    corrected("c1", "body:b", 2, "2014"),
    corrected("c2", "body:a", 1, "2012"),
)


def test_they_are_listed_by_subject_or_all() -> None:
    rows = rows_of(*HISTORY)
    assert [each["correction"] for each in corrections(rows)["corrections"]] == ["c2", "c1"]
    (only,) = corrections(rows, tag="body:b")["corrections"]
    assert (only["position"], only["was"], only["becomes"]) == (2, '"A"', '"B"')
    assert only["reason"] == {"position": 3, "pointer": "/reason"}
    assert corrections(rows.at(3), tag="body:a")["corrections"] == []


def test_the_view_of_a_thing_shows_its_own() -> None:
    rows = rows_of(*HISTORY)
    shown = with_corrections("body", body)
    found = shown(rows, "a", on="2016-06-01")
    assert found is not None
    assert [each["correction"] for each in found["corrections"]] == ["c2"]
    assert found["body"]["name"] == "A"
    own = body(rows, "b", on="2016-06-01")
    assert own is not None
    listed = corrections(rows, tag="body:b")["corrections"]
    assert shown(rows, body="b", on="2016-06-01") == own | {"corrections": listed}
    assert shown(rows, "nobody", on="2016-06-01") is None


def test_a_correction_counts_on_the_day_of_what_it_corrects() -> None:
    rows = MemoryRows(PROJECTIONS, happened_by(date(2013, 12, 31), record(HISTORY)))
    assert [each["correction"] for each in corrections(rows)["corrections"]] == ["c2"]


def test_a_list_marks_what_was_corrected_and_changes_nothing_else() -> None:
    ks, kf = (BodyRegistered(body=name, kind=BodyKind.BOARD, name=name) for name in ("ks", "kf"))
    history = (ks, kf, corrected("c1", "body:ks", 1, "2026"), corrected("c2", "body:ks", 1, "2026"))
    rows = rows_of(*history)
    shown = with_marks("body", "bodies", bodies)(rows)
    ParseDict(shown, ListBodiesResponse())
    assert {each["body"]: each["corrected"] for each in shown["bodies"]} == {"kf": 0, "ks": 2}
    plain = bodies(rows)
    assert shown | {"bodies": plain["bodies"]} == plain
