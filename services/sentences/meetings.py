"""What is wrong with a field of a meeting's command, in Swedish; see services.sentences."""

from __future__ import annotations

SWEDISH: dict[str, str] = {
    "agenda holds the same number twice": "agenda har samma nummer två gånger",
    "a secretary, an official or a guest does not serve; leave served out": (
        "en sekreterare, en tjänsteperson eller en gäst tjänstgör inte; utelämna served"
    ),
    "to_paragraph is before from_paragraph; the last one is the first one at the earliest": (
        "to_paragraph ligger före from_paragraph; den sista är tidigast den första"
    ),
    "a recusal is from an item or from a matter; state one of paragraph and matter": (
        "ett jäv gäller en paragraf eller ett ärende; ange antingen paragraph eller matter"
    ),
    "a motion is moved by a person or a party; give person or party": (
        "ett yrkande ställs av en person eller ett parti; ange person eller party"
    ),
    "a roll call has votes by name or only counts; state one of votes and counts": (
        "en omröstning har namngivna röster eller bara antal; ange antingen votes eller counts"
    ),
    "a secret vote has only counts; leave votes out": "en sluten omröstning har bara antal; utelämna votes",
    "votes names the same person twice; each has one vote": "votes anger samma person två gånger; var och en har en röst",
    "the vote is no tie; leave casting_vote and lot out": "rösterna är inte lika; utelämna casting_vote och lot",
    "an election is settled by lot; state lot instead of casting_vote": (
        "ett val avgörs genom lottning vid lika röstetal; ange lot i stället för casting_vote"
    ),
    "a question is settled by the chair; state casting_vote instead of lot": (
        "en sakfråga avgörs av ordföranden vid lika röstetal; ange casting_vote i stället för lot"
    ),
    "adjusters names the same person twice": "adjusters anger samma person två gånger",
    "a dissent names a party or a person; give party or by_name": (
        "en avvikande mening anger ett parti eller en person; ange party eller by_name"
    ),
    "text is missing: only a reservation may stand without one": "text saknas: bara en reservation får stå utan",
}
"""The sentences of the checks on meetings, each with its Swedish one."""
