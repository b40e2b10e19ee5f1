"""Words around a hit: cut between words, never inside the one that was asked for."""

from hypothesis import given
from hypothesis import strategies as st

from services.search.words import AROUND, around

TEXTS = st.lists(st.text(alphabet="abcdeå", min_size=1, max_size=12), min_size=1, max_size=60)


@given(TEXTS, TEXTS)
def test_what_is_shown_is_whole_words_around_the_one_asked_for(before: list[str], after: list[str]) -> None:
    text = " ".join([*before, "zork", *after])
    shown = around(text, ("zork",))
    assert len(shown) <= 2 * AROUND + 2
    assert set(shown.strip("…").split()) <= {*before, "zork", *after}
    assert "zork" in shown
    assert shown.startswith("…") == (not text.startswith(shown.strip("…")))
