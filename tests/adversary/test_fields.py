"""Every field of text of every command is attacked, or refuses every attack: none is forgotten, nor will be."""

from __future__ import annotations

from tests.adversary.fields import text_fields
from tests.adversary.markup import VECTORS
from tests.adversary.worlds import LIKE, RULED, WHERE_STATED, Filler, carriable

LEAST_VECTORS = 200


def test_there_are_enough_vectors_and_no_two_alike() -> None:
    assert len({each.text for each in VECTORS}) == len(VECTORS) >= LEAST_VECTORS


def test_every_field_is_filled_or_refuses_every_vector() -> None:
    filler = Filler()
    filled = {path for each in filler.world(lambda _: 1) for path, _, _ in each.carried}
    refusing = {path for path in text_fields() if not carriable(path)}
    assert filled | refusing | RULED.keys() == text_fields().keys(), (
        "a field is in neither: add a command to more.jsonl"
    )
    assert not filled & (refusing | RULED.keys())


def test_what_is_said_of_fields_is_said_of_fields_that_exist() -> None:
    assert {*RULED, *WHERE_STATED, *LIKE, *LIKE.values()} <= text_fields().keys()


def test_every_field_carries_every_vector_it_takes() -> None:
    filler, carried = Filler(), dict[str, set[int]]()
    while not filler.is_done():
        for each in filler.world(lambda _: 1):
            for path, _, vectors in each.carried:
                carried.setdefault(path, set()).update(vectors)
    wanted = {path: {each.number for each in carriable(path)} for path in text_fields() if filler.carries(path)}
    assert carried == wanted
