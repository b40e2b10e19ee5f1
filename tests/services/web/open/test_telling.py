"""Every sentence of feeds and calendars is in Swedish, too, and is about an event that there is."""

from __future__ import annotations

import re

import pytest

from ledger.messages import EVENT_TYPES
from services.web.language import translations
from services.web.open.alternates import ALTERNATES
from services.web.open.telling import NEWS, TOLD

SENTENCES = [sentence for _, sentence in TOLD.values()]
NAMES = {each.name for found in ALTERNATES.values() for each in found}


@pytest.mark.parametrize("sentence", [*SENTENCES, *sorted(NAMES)])
def test_it_has_a_swedish_wording_with_the_same_places(sentence: str) -> None:
    swedish = translations("sv").gettext(sentence)
    assert swedish != sentence
    assert re.findall(r"%\(\w+\)s", swedish) == re.findall(r"%\(\w+\)s", sentence)
    assert translations("en").gettext(sentence) == sentence


@pytest.mark.parametrize("topic", TOLD)
def test_it_is_about_a_field_of_its_event(topic: str) -> None:
    field, _ = TOLD[topic]
    assert field in EVENT_TYPES[topic].model_fields


def test_views_of_people_are_no_news_for_everybody() -> None:
    assert not [topic for topic in NEWS if topic.startswith(("input-", "vote-", "support-", "erasure-"))]
