"""Definitions as readers meet them: what each is called, where its page lies, and its words in the reader's language.

A hash is of the definition's canonical words. Those of a measure are in both languages; those of a view are in English
alone, and the Swedish words shown beside them are a translation, kept in the catalogue `definitions.po`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from services.web.language import translations

TITLES: dict[str, str] = {
    "overview": "The ledger at a glance",
    "bodies": "Bodies and mandates",
    "matters": "Matters",
    "processes": "Processes",
    "participation": "Who was heard",
    "inputs": "Inputs, support and signatures",
    "criticism": "Criticism",
    "ballots": "Ballots",
    "answer times": "Answer times",
    "decisions": "Decisions",
    "delegations": "Delegated decisions",
    "positions": "Standpoints",
    "influence": "Influence",
    "programmes": "Programmes and goals",
    "meetings": "Meetings",
    "notices": "Minutes and the notice board",
    "assignments": "Assignments",
    "surveys": "Surveys",
    "survey-comparisons": "Comparisons of surveys",
    "indicators": "Indicators",
    "mine": "My inputs",
    "erasures": "Erasures",
    "rules": "Rules",
    "documents": "Documents",
    "methods": "Methods",
    "commitments": "Commitments",
    "claims": "Claims",
    "corrections": "Corrections",
    "custody": "Keys of the log",
    "gaps": "Gaps",
    "coverage": "Coverage",
    "answer_rate": "Share answered",
    "on_time_rate": "Share answered on time",
    "time_to_answer": "Time to an answer",
    "reason_quality": "Quality of reasons",
    "contest_rate": "Share contested",
    "adoption": "Adoption",
    "support_sensitivity": "Adoption by support",
    "concentration": "Concentration",
    "representativeness": "Representativeness",
    "survey_card": "Survey card",
    "delivery_rate": "Share delivered",
    "slippage": "Delay of promises",
    "promised_level": "Promised level and delivered level",
}
"""What a definition is called, by its name; the titles are messages of the catalogues."""

_CODE = re.compile(r"\b(?:[a-z0-9]+(?:_[a-z0-9]+)+|add1|exit|irv|utilitarian|open(?= names which| säger vilket))\b")
"""A name as answers and questions for programs spell it: most have an underscore, these few have none."""


def slug(name: str) -> str:
    """Return a definition's name as its address has it."""
    return name.replace(" ", "-").replace("_", "-")


def title(name: str, language: str) -> str:
    """Return what a definition is called in a language; its name, where nobody gave it a title."""
    found = TITLES.get(name)
    return name.replace("_", " ") if found is None else translations(language).gettext(found)


def words(definition: Mapping[str, Any], language: str) -> str:
    """Return what a definition says in a language: its own Swedish words, else their translation, else the English."""
    text: str = definition["text"]
    if language != "sv":
        return text
    return definition.get("text_sv") or translations(language).gettext(text)


def is_translated(definition: Mapping[str, Any]) -> bool:
    """Tell whether a definition's Swedish words are a translation, so that its hash is not of them."""
    return not definition.get("text_sv")


def with_codes(text: str) -> Markup:
    """Return a text with the names that programs use set apart as code."""
    written, at = Markup(""), 0
    for found in _CODE.finditer(text):
        written += escape(text[at : found.start()]) + Markup("<code>{}</code>").format(found.group())
        at = found.end()
    return written + escape(text[at:])
