"""What codes of the record are called in plain words; the labels are messages of the catalogues.

A code nobody has a word for is shown as it is, without its underscores.
"""

from __future__ import annotations

import re

from services.web.codes_of_views import OF_VIEWS
from services.web.language import translations

CODES: dict[str, dict[str, str]] = {
    "rule": {
        "support": "support",
        "agree_disagree_pass": "agree, disagree or pass on statements",
        "yes_no_abstain": "yes, no or abstain",
        "approval": "approve any options",
        "irv": "rank the options",
        "budget_greedy": "shared budget, most votes first",
        "budget_mes": "shared budget, equal shares",
    },
    "purpose": {
        "advisory": "advisory",
        "interest": "what residents want to follow",
        "budget": "how money is used",
        "election": "an election",
        "binding_referendum": "a binding referendum",
    },
    "ballot_status": {
        "open": "open",
        "closed": "closed",
        "tallied": "result published",
        "audited": "result checked",
        "disputed": "result disputed",
        "suspended": "halted",
        "cancelled": "cancelled",
    },
    "tie_rule": {"none": "no rule", "published_hash": "lot drawn from a published hash"},
    "bought_by": {"votes": "votes", "shares": "equal shares", "completion": "what was left over"},
    "input_status": {
        "live": "live",
        "rejected": "removed by moderation",
        "withdrawn": "taken back",
        "merged": "merged with another",
    },
    "design": {
        "srs": "random sample",
        "stratified": "random sample by strata",
        "census": "everybody was asked",
        "open": "open to anybody",
    },
    "survey_status": {
        "planned": "planned",
        "fielding": "in the field",
        "open": "in the field",
        "closed": "closed",
        "published": "published",
        "retracted": "taken back",
    },
    "mode": {"web": "web", "post": "post", "phone": "phone", "visit": "visit"},
    "cause": {
        "not_reached": "not reached",
        "refused": "did not want to answer",
        "unable": "could not take part",
        "unknown": "unknown",
    },
    "case": {
        "complete": "answered in full",
        "partial": "answered in part",
        "refusal": "did not want to answer",
        "non_contact": "not reached",
        "other": "could not take part",
        "unknown_household": "unknown whether anybody lives there",
        "unknown_other": "unknown for another reason",
        "ineligible": "should not have been asked",
    },
    "card_member": {
        "frame": "the list people were drawn from",
        "frame_date": "the day of that list",
        "fieldwork": "when people were asked",
        "modes": "how people could answer",
        "languages": "languages",
        "reminders": "reminders",
        "wordings": "wordings",
        "weights": "weights",
        "deff": "design effect",
        "item_nonresponse": "missing answers per question",
        "series_breaks": "breaks in the series",
        "known_limits": "known limits",
        "raw_data": "what became of the raw data",
        "sample_size": "how many were asked",
        "population": "population",
        "conductor": "who asked",
        "dispositions": "what became of each person asked",
        "complete": "how many answered in full",
        "partial": "how many answered in part",
        "refusal": "how many refused",
        "non_contact": "how many were not reached",
        "other": "how many could not take part",
        "unknown_household": "homes with nobody known",
        "unknown_other": "unknown cases",
        "ineligible": "how many should not have been asked",
    },
    "raw_data": {"kept": "still held", "archived": "archived", "destroyed": "destroyed", "not_held": "not held"},
    "group_by": {"age": "age", "area": "area", "mode": "way of answering"},
    "index": {"overall": "overall index", "svarssatt": "way of answering"},
    "weighting": {
        "raking": "adjusted to known totals (raking)",
        "post_stratification": "adjusted by strata",
        "none": "no weights",
    },
    "citation": {
        each: each
        for each in (
            "Quality of surveys, standard of this ledger; no statute",
            "Disclosure control, standard of this ledger; no statute",
        )
    },
    "table_kind": {"count": "number", "share": "share", "mean": "mean", "index": "index", "effect": "effect"},
    "origin": {"own": "computed here", "import": "stated by its source"},
    "rate": {
        "rr1": "RR1",
        "rr2": "RR2",
        "rr3": "RR3",
        "rr4": "RR4",
        "rr5": "RR5",
        "rr6": "RR6",
        "svarsandel": "response rate (svarsandel)",
    },
    "survey_flag": {
        "no_card": "There is no card, so no figure is shown.",
        "self_selected": "Whoever answered chose to. The figures have no interval.",
        "response_low": "The response is below the limit the body warns at.",
        "response_missing": "Nobody states how many answered.",
        "cases_differ_from_sample": "The cases do not add up to the sample.",
        "sample_above_frame": "The sample is larger than the list it was drawn from.",
        "invitations_above_sample": "More were invited than were drawn.",
        "answers_differ_from_cases": "The answers recorded are not as many as the card says.",
        "all_results_retracted": "All results were taken back.",
        "figures_above_answers": "A figure counts more answers than came in.",
        "figures_outside_scale": "A figure lies outside its scale.",
    },
    "comparability": {
        "first": "first wording",
        "comparable": "may be compared with the wording before",
        "not_comparable": "may not be compared with the wording before",
        "not_stated": "nobody states whether it may be compared",
    },
    "why_not": {
        "wording_changed": "the wording changed",
        "series_broken": "the series was broken",
        "comparability_not_stated": "nobody states whether the wordings may be compared",
        "no_standard_error": "the uncertainty is not known",
        "self_selected": "those who answered chose to",
        "no_figure": "a figure is missing",
    },
    "direction": {"up": "higher is aimed at", "down": "lower is aimed at", "none": "no direction is aimed at"},
    "indicator_origin": {
        "own_survey": "own survey",
        "scb": "Statistics Sweden",
        "kolada": "Kolada",
        "register": "register",
        "other": "other source",
    },
    "indicator_group": {"total": "everybody", "women": "women", "men": "men"},
    "target_member": {"baseline": "where it starts", "value": "the value aimed at", "by": "the date"},
    "commitment_status": {
        "kept": "kept",
        "late": "kept late",
        "unclear": "unclear",
        "broken": "date passed",
        "due": "not yet due",
        "open": "no date set",
        "disputed": "disputed",
        "dropped": "dropped",
        "not_made": "never made",
        "reported": "reported",
        "reported_late": "reported late",
        "overdue": "date passed",
        "over": "ended",
    },
    "body_kind": {
        "council": "council",
        "board": "board",
        "committee": "committee",
        "unit": "unit",
        "external": "outside the municipality",
    },
    "mandate_role": {
        "member": "member",
        "substitute": "substitute",
        "chair": "chair",
        "vice_chair": "vice chair",
        "adjuster": "approves the minutes",
    },
    "process_kind": {
        "dialogue": "dialogue",
        "panel": "panel",
        "trial": "trial",
        "network": "network",
        "consultation": "consultation",
        "budget": "participatory budget",
        "quality_work": "quality work",
    },
    "level": {
        "inform": "inform",
        "consult": "consult",
        "involve": "involve",
        "collaborate": "collaborate",
        "empower": "let residents decide",
    },
    "stage": {
        "planned": "planned",
        "ongoing": "ongoing",
        "tried": "tried",
        "ongoing_or_tried": "ongoing or tried",
    },
    "phase": {"collecting": "collecting views", "analysing": "analysing", "answered": "answered"},
    "process_status": {"open": "open", "closed": "closed", "paused": "paused"},
    "closed_because": {
        "closed": "it is closed",
        "paused": "it is paused",
        "no_promise": "no promise was made",
        "information_only": "it only informs",
        "not_collecting": "views are not being collected",
        "not_begun": "it has not begun",
        "ended": "it has ended",
    },
    "promise_change": {
        "level_lowered": "the level was lowered",
        "level_raised": "the level was raised",
        "ladder_changed": "another scale is used",
        "can_change_dropped": "something can no longer change",
        "can_change_added": "something more can change",
        "decider_changed": "another body decides",
        "answer_postponed": "the answer comes later",
        "answer_sooner": "the answer comes sooner",
    },
    "verdict": {"works": "works", "mixed": "mixed", "fails": "does not work", "unclear": "unclear"},
    "standing": {"evidenced": "evidenced", "claimed": "only claimed"},
    "claimant": {"owner": "whoever ran it", "independent": "somebody independent"},
    "element_kind": {"vision": "vision", "value": "core value", "goal": "goal", "purpose": "purpose"},
    "fate": {
        "continues": "continues",
        "merged": "was merged",
        "split": "was split",
        "dropped": "was dropped",
        "unknown": "nobody states what became of it",
    },
    "programme_status": {"adopted": "adopted", "closed": "closed", "replaced": "replaced"},
    "document_kind": {
        "staff_letter": "staff letter",
        "report": "report",
        "minutes": "minutes",
        "attachment": "attachment",
        "incoming": "incoming document",
        "outgoing": "outgoing document",
        "status_report": "status report",
        "analysis": "analysis",
        "confirmation": "confirmation",
        "description": "description",
    },
    "document_status": {"working": "working paper", "received": "received", "established": "established"},
    "document_direction": {"incoming": "incoming", "outgoing": "outgoing", "internal": "internal"},
    "document_missing": {
        "matters": "matter",
        "document_date": "date",
        "numbers": "number of its own",
        "sha256": "copy of the file",
    },
    "marked_part": {
        "whole": "the whole document",
        "title": "title",
        "parties": "sender and recipient",
        "signatories": "who signed",
        "quotes": "quotes",
    },
    "withheld_why": {"secret": "secret", "unpublished": "unpublished"},
    "consequence": {"economy": "economy", "children": "children", "other": "other"},
    "item_state": {
        "taken": "taken up",
        "decided": "decided",
        "proposed": "proposed to another body",
        "tabled": "put off",
        "returned": "sent back",
    },
    "minutes_state": {
        "drafted": "not yet approved",
        "adjusted": "approved",
        "announced": "announced",
        "removed": "announced, and the announcement taken down",
    },
    "attendance_role": {
        "chair": "chair",
        "vice_chair": "vice chair",
        "member": "member",
        "substitute": "substitute",
        "secretary": "secretary",
        "official": "official",
        "guest": "guest",
    },
    "roll_call": {"passed": "passed", "lost": "lost", "not_recorded": "outcome not recorded"},
    "force": {
        "preparatory": "proposal to another body",
        "decided": "decision",
        "delegated": "delegated decision",
        "urgent": "urgent decision",
    },
    "author_kind": {"resident": "residents", "organisation": "organisations", "official": "officials"},
    "step": {"invited": "invited", "applied": "applied", "confirmed": "confirmed"},
    "level_test": {
        "decision_recorded": "A decision that answers for the process is in the ledger.",
        "asked_and_answered": "What was asked for is answered.",
        "promise_before_inputs": "The promise came before the first input.",
        "scope_before_inputs": "What could change was said before the first input.",
        "inputs_ended_before_decision": "Views were taken in before the decision, not after it.",
        "accounted_with_reasons": "Every input got an answer with reasons.",
        "answers_on_time": "Nine in ten answers came in time.",
        "two_way_step": "There was a meeting, or an answer that could be asked on.",
        "changed_after_input": "Something changed after input, or every answer says why not.",
        "clause_from_inputs": "An input changed a clause of the decision.",
        "rule_before_vote": "A binding rule stood before the first vote.",
        "decision_equals_outcome": "The decision equals the outcome of the vote.",
    },
    "channel_kind": {"voice": "people say what they think", "exit": "choosing another provider", "vote": "vote"},
    **OF_VIEWS,
}
"""The English word of each code, by what the code says."""


def code(value: str | None, language: str, kind: str) -> str:
    """Return a code in words of a language; nothing for None."""
    if value is None:
        return ""
    label = CODES.get(kind, {}).get(value)
    return value.replace("_", " ") if label is None else translations(language).gettext(label)


_AGES = re.compile(r"age_([0-9]{1,3})_([0-9]{1,3})")
_PLACES = {"norr": "north", "oster": "east", "soder": "south", "vaster": "west"}


def group(name: str, language: str) -> str:
    """Return a group of those who answered, as a table heads it: `age_18_49` is 18–49 years, `soder` is South."""
    said = translations(language).gettext
    if (ages := _AGES.fullmatch(name)) is not None:
        return said("%(first)s–%(last)s years") % {"first": ages[1], "last": ages[2]}
    words = said(_PLACES[name]) if name in _PLACES else code(name, language, "mode")
    return words[:1].upper() + words[1:]
