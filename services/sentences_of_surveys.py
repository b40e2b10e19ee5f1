"""What is wrong with a field of a survey's command, in Swedish; see services.sentences."""

from __future__ import annotations

SWEDISH: dict[str, str] = {
    "{0} names the same thing twice": "{0} anger samma sak två gånger",
    "an item of a factor names the factor, and nothing else does": (
        "en fråga i en faktor anger faktorn, och ingen annan fråga gör det"
    ),
    "answers is empty; a refusal is counted in the dispositions, not received": (
        "answers är tomt; en vägran räknas i bortfallet och tas inte emot som svar"
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
    "a share is two numbers: give numerator and denominator": "en andel är två tal: ange numerator och denominator",
    "a suppressed cell holds no number": "en dold cell innehåller inget tal",
    "a table is about a question or an index, not both": "en tabell gäller en fråga eller ett index, inte båda",
    "an answer is a number, codes or a text; leave out a question that was not answered": (
        "ett svar är ett tal, koder eller en text; utelämna en fråga som inte besvarades"
    ),
    "an interval has two ends: give low and high": "ett intervall har två ändar: ange low och high",
    "by is missing: say which background variable the groups are of": (
        "by saknas: ange vilken bakgrundsvariabel grupperna hör till"
    ),
    "cells holds two figures for the same group, answer and factor": (
        "cells har två siffror för samma grupp, svar och faktor"
    ),
    "choices_max belongs to a choice; leave it out": "choices_max hör till en valfråga; utelämna det",
    "codes names the same code twice": "codes anger samma kod två gånger",
    "is empty; give a number or a note, or mark it suppressed": (
        "är tomt; ange ett tal eller en anteckning, eller markera det som dolt"
    ),
    "minimum and maximum belong to a scale of numbers; leave them out": (
        "minimum och maximum hör till en sifferskala; utelämna dem"
    ),
    "missing cannot be more than eligible": "missing kan inte vara fler än eligible",
    "numerator cannot be more than denominator": "numerator kan inte vara större än denominator",
    "options holds the same code twice": "options har samma kod två gånger",
    "options must name at least two answers to choose between": "options måste ange minst två svar att välja mellan",
}
"""The sentences of the checks on surveys, each with its Swedish one."""
