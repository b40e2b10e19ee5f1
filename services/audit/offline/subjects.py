"""Which fields of which events are sealed, and under whose key: what the registry of events says, as a table.

A receipt of an erasure names keys such as `author:a-7c31|P`; by this table a field knows its own. In a pointer `*`
stands for any place in a list, in a key `{name}` for a member of the event's data. A test holds it to the registry.
"""

from __future__ import annotations

SEALED_FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "access-answered.v1": {
        "/reasons": ("S", "participant:{participant}"),
    },
    "answer-received.v1": {
        "/answers": ("S", "respondent:{survey}|{respondent}"),
    },
    "appeal-lodged.v1": {
        "/appellant": ("S", "appeal:{appeal}"),
    },
    "assignment-account-stated.v1": {
        "/expected_effect": ("P", "matter:{matter}"),
        "/text": ("P", "matter:{matter}"),
    },
    "assignment-cancelled.v1": {
        "/reason": ("P", "matter:{matter}"),
    },
    "assignment-given.v1": {
        "/expected_effect": ("P", "matter:{matter}"),
        "/text": ("P", "matter:{matter}"),
    },
    "assignment-progress-reported.v1": {
        "/text": ("P", "matter:{matter}"),
    },
    "attendance-recorded.v1": {
        "/name": ("P", "officer:{person}"),
    },
    "ballot-cancelled.v1": {
        "/reason": ("P", "ballot:{ballot}"),
    },
    "ballot-suspended.v1": {
        "/reason": ("P", "ballot:{ballot}"),
    },
    "claim-recorded.v1": {
        "/by_name": ("P", "officer:{claim}"),
        "/text": ("P", "claim:{claim}"),
    },
    "commitment-delivered.v1": {
        "/text": ("P", "commitment:{commitment}"),
    },
    "commitment-dropped.v1": {
        "/reason": ("P", "commitment:{commitment}"),
    },
    "commitment-made.v1": {
        "/text": ("P", "commitment:{commitment}"),
    },
    "commitment-progressed.v1": {
        "/text": ("P", "commitment:{commitment}"),
    },
    "contest-answered.v1": {
        "/text": ("P", "staff:{input}"),
    },
    "corrected.v1": {
        "/reason": ("P", "correction:{correction}"),
        "/text": ("P", "{holder}"),
    },
    "decision-recorded.v1": {
        "/clauses/*/text": ("P", "matter:{matter}"),
        "/reasons": ("P", "matter:{matter}"),
    },
    "delegation-order-adopted.v1": {
        "/clauses/*/text": ("P", "body:{body}"),
    },
    "delivery-disputed.v1": {
        "/text": ("P", "author:{author}"),
    },
    "disposition-contested.v1": {
        "/text": ("P", "author:{author}"),
    },
    "disposition-recorded.v1": {
        "/text": ("P", "staff:{input}"),
    },
    "disposition-revised.v1": {
        "/text": ("P", "staff:{input}"),
        "/why": ("P", "staff:{input}"),
    },
    "dispute-answered.v1": {
        "/text": ("P", "commitment:{commitment}"),
    },
    "dissent-recorded.v1": {
        "/annotation": ("P", "matter:{matter}"),
        "/by_name": ("P", "officer:{dissent}"),
        "/text": ("P", "matter:{matter}"),
    },
    "document-registered.v1": {
        "/recipient": ("P", "document:{document}"),
        "/sender": ("P", "document:{document}"),
        "/signed_by/*/name": ("P", "officer:{document}"),
    },
    "erasure-decided.v1": {
        "/reasons": ("P", "erasure:{request}"),
    },
    "erasure-requested.v1": {
        "/text": ("S", "participant:{participant}"),
    },
    "follow-up-asked.v1": {
        "/text": ("P", "author:{author}"),
    },
    "follow-up-recorded.v1": {
        "/summary": ("P", "programme:{programme}"),
    },
    "indicator-defined.v1": {
        "/definition": ("P", "indicator:{indicator}"),
    },
    "indicator-retired.v1": {
        "/reason": ("P", "indicator:{indicator}"),
    },
    "indicator-revised.v1": {
        "/definition": ("P", "indicator:{indicator}"),
        "/reason": ("P", "indicator:{indicator}"),
    },
    "indicator-value-revised.v1": {
        "/reason": ("P", "indicator:{indicator}"),
    },
    "input-moderated.v1": {
        "/reason": ("P", "author:{author}"),
    },
    "input-received.v1": {
        "/age_band": ("S", "author:{author}"),
        "/area": ("S", "author:{author}"),
        "/group": ("S", "author:{author}"),
        "/text": ("P", "author:{author}"),
    },
    "input-restored.v1": {
        "/reason": ("P", "author:{author}"),
    },
    "input-revised.v1": {
        "/text": ("P", "author:{author}"),
    },
    "input-withdrawn.v1": {
        "/reason": ("P", "author:{author}"),
    },
    "item-returned.v1": {
        "/reason": ("P", "meeting:{meeting}"),
    },
    "lesson-published.v1": {
        "/text": ("P", "process:{process}"),
    },
    "mandate-granted.v1": {
        "/name": ("P", "officer:{person}"),
    },
    "matter-reopened.v1": {
        "/reason": ("P", "matter:{matter}"),
    },
    "member-seated.v1": {
        "/name": ("S", "author:{member}"),
    },
    "motion-moved.v1": {
        "/text": ("P", "meeting:{meeting}"),
    },
    "passage-quoted.v1": {
        "/text": ("P", "document:{document}"),
    },
    "process-closed.v1": {
        "/summary": ("P", "process:{process}"),
    },
    "process-paused.v1": {
        "/reason": ("P", "process:{process}"),
    },
    "programme-adopted.v1": {
        "/elements/*/text": ("P", "programme:{programme}"),
    },
    "programme-closed.v1": {
        "/summary": ("P", "programme:{programme}"),
    },
    "programme-reported.v1": {
        "/summary": ("P", "programme:{programme}"),
    },
    "question-versioned.v1": {
        "/wordings/*/text": ("P", "survey:{survey}"),
    },
    "reference-asserted.v1": {
        "/what": ("P", "reference:{reference}"),
    },
    "response-corrected.v1": {
        "/reason": ("P", "staff:{input}"),
        "/text": ("P", "staff:{input}"),
    },
    "response-given.v1": {
        "/text": ("P", "staff:{input}"),
    },
    "result-retracted.v1": {
        "/reason": ("P", "survey:{survey}"),
    },
    "scope-changed.v1": {
        "/reason": ("P", "process:{process}"),
    },
    "series-broken.v1": {
        "/reason": ("P", "indicator:{indicator}"),
    },
    "staff-proposal-submitted.v1": {
        "/assessment": ("P", "matter:{matter}"),
        "/clauses/*/text": ("P", "matter:{matter}"),
        "/consequences/*/text": ("P", "matter:{matter}"),
    },
    "standpoint-recorded.v1": {
        "/text": ("P", "matter:{matter}"),
    },
    "survey-card-published.v1": {
        "/known_limits": ("P", "survey:{survey}"),
    },
    "survey-planned.v1": {
        "/purpose": ("P", "survey:{survey}"),
    },
    "tally-audited.v1": {
        "/remark": ("P", "ballot:{ballot}"),
    },
    "target-set.v1": {
        "/statement": ("P", "indicator:{indicator}"),
    },
    "trial-assessed.v1": {
        "/text": ("P", "process:{process}"),
    },
    "unpublished.v1": {
        "/reason": ("P", "unpublishing:{target}"),
    },
    "votes-invalidated.v1": {
        "/reason": ("P", "ballot:{ballot}"),
    },
}
