"""No text turns what stands around it: direction controls are in pairs wherever a page writes them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from services.web.directions import isolated, settled, written

RLO, PDF, RLI, FSI, PDI, LRM = "\u202e", "\u202c", "\u2067", "\u2068", "\u2069", "\u200e"
TEXTS = st.text(
    st.sampled_from("ab \n\u05d0\u2029" + "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" + LRM), max_size=20
)
_OPENS = dict.fromkeys("\u202a\u202b\u202d\u202e", PDF) | dict.fromkeys("\u2066\u2067\u2068", PDI)


def is_balanced(text: str) -> bool:
    """Tell whether every control closes the one opened last, in each paragraph, as UAX #9 pairs them."""
    for paragraph in re.split("[\n\u2029]", text):
        opened = []
        for each in paragraph:
            if each in _OPENS:
                opened.append(_OPENS[each])
            elif each in {PDI, PDF} and (not opened or opened.pop() != each):
                return False
        if opened:
            return False
    return True


@given(TEXTS)
def test_what_is_written_is_in_pairs_and_says_the_same(text: str) -> None:
    out = settled(text)
    assert is_balanced(out)
    assert settled(out) == out
    controls = dict.fromkeys(map(ord, "\u202c\u2069"))
    assert out.translate(controls) == text.translate(controls)
    if is_balanced(text):
        assert out == text


@given(TEXTS)
def test_what_stands_in_a_sentence_cannot_close_its_isolate(text: str) -> None:
    out = isolated(text)
    assert is_balanced(out)
    assert out in {text, settled(f"{FSI}{settled(text)}{PDI}")}


def test_known_ways_out_are_shut() -> None:
    assert settled(f"a{RLO}b") == f"a{RLO}b{PDF}"
    assert settled(f"{PDI}{RLO}b") == f"{RLO}b{PDF}"
    assert settled(f"{RLI}{RLO}b{PDI}c") == f"{RLI}{RLO}b{PDF}{PDI}c"
    assert settled(f"a{RLO}\nb") == f"a{RLO}{PDF}\nb"
    assert isolated("Gatan") == "Gatan" and isolated("Gåtan") == "Gåtan"
    assert isolated("\u05d0") == f"{FSI}\u05d0{PDI}"


def test_markup_stays_markup() -> None:
    out = written(Markup(f"<b>{RLO}</b>"))
    assert isinstance(out, Markup) and out == f"<b>{RLO}</b>{PDF}"
    assert written(3) == 3
