"""What is wrong with a field of a command about documents, decisions, assignments and what follows from them, in Swedish; see services.sentences."""

from __future__ import annotations

SWEDISH: dict[str, str] = {
    "attachment_number is stated without parent: say what it is attached to": (
        "attachment_number anges utan parent: ange vad bilagan hör till"
    ),
    "signed_by names the same subject twice": "signed_by anger samma person (subject) två gånger",
    "to_bodies and addressees are both empty: say to whom it was handed on": (
        "to_bodies och addressees är båda tomma: ange vem det överlämnades till"
    ),
    "to_bodies names the same body twice": "to_bodies anger samma organ två gånger",
    "a scope item names either a process or a matter": "en post i scope anger antingen en process eller ett ärende (matter)",
    "clauses holds the same number twice": "clauses har samma nummer två gånger",
    "scope names the same process or matter twice": "scope anger samma process eller ärende två gånger",
    "to_date is before from_date; the last day is the first one at the earliest": (
        "to_date ligger före from_date; den sista dagen är tidigast den första"
    ),
    "a clause delegates to a body or to an office; state one of delegate_body and delegate_role": (
        "en punkt delegerar till ett organ eller till en befattning; ange antingen delegate_body eller delegate_role"
    ),
    "is not the number of a clause; write it as 2, 2.1 or 2.1b": "är inget punktnummer; skriv det som 2, 2.1 eller 2.1b",
    "a change names a clause, a passage or a commitment: exactly one": (
        "en ändring anger en att-sats (clause), ett stycke (passage) eller ett åtagande (commitment): exakt ett"
    ),
    "relied_on names the same thing twice": "relied_on anger samma sak två gånger",
    "elements holds the same element twice": "elements har samma del två gånger",
    "name one matter, one process or one indicator": (
        "ange ett ärende (matter), en process eller en indikator (indicator)"
    ),
    "basis_documents names the same document twice": "basis_documents anger samma dokument två gånger",
    "compared is stated without a proposal; name the proposal": "compared anges utan proposal; ange förslaget",
    "differs names clauses, but compared does not say that the office has compared them": (
        "differs anger att-satser, men compared säger inte att kansliet har jämfört dem"
    ),
    "differs names the same clause twice": "differs anger samma att-sats två gånger",
    "an account says at least one of to_unit, text, said_date and expected_effect": (
        "en återgivning anger minst ett av to_unit, text, said_date och expected_effect"
    ),
    "progress is told in a document or in words; give document or text": (
        "hur långt det har kommit berättas i ett dokument eller i ord; ange document eller text"
    ),
    "same_text is stated, but the account has no text": "same_text anges, men återgivningen har ingen text",
    "with_groups names the same group twice": "with_groups anger samma grupp två gånger",
}
"""The sentences of the checks on documents, decisions, assignments and what follows, each with its Swedish one."""
