"""What is wrong with a field of a survey's command, in Swedish; see services.sentences."""

from __future__ import annotations

SWEDISH: dict[str, str] = {
    "{0} names the same thing twice": "{0} anger samma sak två gånger",
    "an item of a factor names the factor, and nothing else does": (
        "en fråga i en faktor anger faktorn, och ingen annan fråga gör det"
    ),
    "attrition must go down: each step leaves no more than the one before": (
        "attrition måste minska: inget steg lämnar fler kvar än det föregående"
    ),
    "by_stratum must add up to size": "by_stratum måste summera till size",
    "dispositions is empty; state at least one number": "dispositions är tomt; ange minst ett tal",
    "series_breaks names breaks while no_series_breaks says there are none": (
        "series_breaks anger brott medan no_series_breaks säger att det inte finns några"
    ),
    "snapshot is missing: say up to which position answers were counted": (
        "snapshot saknas: ange till vilken position svaren räknades"
    ),
    "strata belong to the design stratified; leave them out": "strata hör till designen stratified; utelämna dem",
    "a scale of numbers needs a minimum and a larger maximum": (
        "en sifferskala behöver ett minimum och ett större maximum"
    ),
    "an answer is a number, codes or a text; leave out a question that was not answered": (
        "ett svar är ett tal, koder eller en text; utelämna en fråga som inte besvarades"
    ),
    "by is missing: say which background variable the groups are of": (
        "by saknas: ange vilken bakgrundsvariabel grupperna hör till"
    ),
    "cells holds two figures for the same group, answer and factor": (
        "cells har två siffror för samma grupp, svar och faktor"
    ),
    "choices_max belongs to a choice; leave it out": "choices_max hör till en valfråga; utelämna det",
    "codes names the same code twice": "codes anger samma kod två gånger",
    "minimum and maximum belong to a scale of numbers; leave them out": (
        "minimum och maximum hör till en sifferskala; utelämna dem"
    ),
    "missing cannot be more than eligible": "missing kan inte vara fler än eligible",
    "options holds the same code twice": "options har samma kod två gånger",
    "options must name at least two answers to choose between": "options måste ange minst två svar att välja mellan",
}
"""The sentences of the checks on surveys, each with its Swedish one."""
