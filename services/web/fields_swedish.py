"""What the fields of events are called in Swedish; a field that is not here is shown by its English words."""

from __future__ import annotations

_LINES = """
abstain avstår|accordance i enlighet med|account redogörelse|addressed_to ställt till|addressees mottagare|adjusters justerare
affects_children rör barn|after efter|age_band åldersgrupp|agenda dagordning|agenda_number nummer på dagordningen|agrees stämmer
algorithm räknesätt|algorithm_version räknesättets version|aliases andra namn|amount belopp|anchor plats i dokumentet
annotation anteckning|answer svar|answer_due svar senast|answers svar|appeal överklagande|appellant den som överklagar
approximate ungefärligt|area område|age ålder|assessment bedömning|assignment uppdrag|at tidpunkt|attachment_number bilagans nummer
attribute egenskap|attrition bortfall|audit granskning|auditor granskare|author den som lämnade den|author_kind slag av avsändare
authority beslutat av|authors de som lämnade dem|ballot omröstning|baseline utgångsvärde|basis grund|basis_documents underlag
batch omgång|becomes ska vara|before före|beneficiary den som gynnas|body organ|budget budget|by av|by_body av organet
by_decision genom beslutet|by_member av ledamoten|by_name av|by_office av kontoret|by_party av partiet|by_role i rollen
by_stratum per stratum|by_unit av enheten|can_change kan ändras|cannot_change kan inte ändras|card faktaruta
casting_vote utslagsröst|cells celler|chair ordförande|changed ändrat|changed_from ändrat från|channel kanal|channels kanaler
checks kontroller|choice val|choices val|choices_max flest val|citation lagrum|claim påstående|claimed_by påstått av|clause punkt
clauses punkter|closes stänger|code kod|codes koder|commissioner beställare|commitment åtagande|comparable jämförbart|complete fullständigt
completion fullföljande|component del|condition villkor|conductor utförare|conflicts_with strider mot|consequences konsekvenser
correction rättelse|cost kostnad|count antal|counts antal|court domstol|covered_by behandlades genom|currency valuta
current_votes gällande röster|date datum|dated_as daterad som|decided_by beslutat av|decision beslut|deff designeffekt
definition definition|delegate_body delegat|delegate_role delegatens roll|delegation delegation|denominator nämnare|design upplägg
differs skiljer sig|direction riktning|disposal_decision gallringsbeslut|dispositions utfall|dissent avvikande mening|document dokument
document_date dokumentets datum|due senast|due_meeting senast vid sammanträdet|duty uppgift|earlier_decision tidigare beslut
earlier_response tidigare svarsandel|edition utgåva|effect_indicator nyckeltal för effekten|election val|electorate röstberättigade
electorate_size antal röstberättigade|element del|elements delar|eligibility rösträtt|eligible behöriga|endorsement intyg|evidence belägg
exhausted uttömda|expected_effect väntad effekt|external_id beteckning hos källan|facets indelning|factor faktor|fieldwork fältarbete
final slutligt|flags flaggor|follow_up uppföljning|force ställning|forward överlämnande|found funnet|frame ram
from_anchor från plats|from_date från|from_paragraph från paragraf|from_period från period|goal mål|ground grund|group grupp
groups grupper|heading rubrik|held hölls|high högst|hold rättsligt hinder|holder innehavare|id id|incentive ersättning|index index
indicator nyckeltal|indicators nyckeltal|ineligible obehöriga|initiator_role den som tog initiativet|input synpunkt
input_version synpunktens version|inputs synpunkter|instrument instrument|interval intervall|into in i
item_nonresponse bortfall per fråga|key nyckel|keys nycklar|kind slag|known_limits kända brister|label beteckning|ladder trappa
language språk|languages språk|largest största|leaf bladhash|left kvar|legal_basis rättslig grund|lesson lärdom|level nivå|lines rader
lot lott|low lägst|mandate förtroendeuppdrag|margins marginaler|mark markering|matter ärende|matter_flags ärendets flaggor
matters ärenden|maximum högsta|maximum_label högsta, benämning|media_type filtyp|meeting sammanträde|meeting_date sammanträdesdag
member ledamot|method metod|methods metoder|min_base minsta bas|min_cell minsta cell|minimum lägsta|minimum_label lägsta, benämning
minutes_hash protokollets hash|missing saknas|mode sätt|modes sätt|motion yrkande|n antal|n_eff effektivt antal|name namn
name_en namn på engelska|name_sv namn på svenska|new_element ny del|new_programme nytt program|no nej|no_label nej, benämning
non_contact ej nådda|none_reason skäl till att det saknas|note anteckning|notes_document minnesanteckningar|number nummer
numbers nummer|numerator täljare|occurred hände|on den|on_behalf_of på uppdrag av|open_ended utan slutdatum|opens öppnar|option alternativ
options alternativ|order ordning|order_version ordningens version|organisation organisation|origin ursprung|other annat|out ut
outcome utfall|owner ansvarig|paper papper|paragraph paragraf|parent del av|part del|partial delvis|participant deltagare
participants deltagare|parties parter|parts delar|party parti|passage passage|passed bifallet|perceived_by uppfattat av|period period
period_as_decided perioden enligt beslutet|person person|phase fas|place plats|planned_sessions planerade träffar
pointer fält|points poäng|points_max flest poäng|population population|position händelse|process process|programme program
programme_version programmets version|proposal förslag|proposal_version förslagets version|provision bestämmelse|purpose syfte
quadrant fält|quality kvalitet|quality_unknown okänd kvalitet|question fråga|question_version frågans version
quorum_denominator nämnare för beslutsförhet|quorum_numerator täljare för beslutsförhet|quote citat|raw_data rådata|reason skäl
reason_code skälets kod|reason_codes skälens koder|reasons skäl|recipient mottagare|recipient_bodies mottagande organ|ref beteckning
reference hänvisning|refs hänvisningar|refusal vägran|refusal_ground grund för vägran|relation förhållande|release publicering
relied_on byggde på|remark anmärkning|reminders påminnelser|replaces ersätter|report_to rapporteras till|reporting redovisning
request begäran|respondent svarande|response svar|response_rate svarsandel|revision version|revote omröstning på nytt|role roll
roll_call votering|routing hopp|rule regel|said_date uppgivet datum|said_in sagt i|said_in_kind sagt i, slag|sample_size urvalets storlek
satisfaction nöjdhet|scale skala|scheme system|scope omfattning|scope_clause punkt om omfattning|scope_method urvalsmetod
scope_object vad det gäller|se medelfel|secret slutet|sections avsnitt|seed frö|seed_commitment åtagande om frö|sender avsändare
sender_body avsändande organ|series_breaks brott i serien|served tjänstgjorde|session träff|sha256 SHA-256|share andel
share_step andelssteg|shown_indicators visade nyckeltal|signatures underskrifter|signed_by undertecknat av|size storlek
snapshot ögonblicksbild|source källa|spent använt|split delning|stage skede|stance ställning|standpoint ståndpunkt|stated uppgivet
stated_response uppgiven svarsandel|statement uttalande|status läge|strata strata|stratum stratum|subject vad det gäller
summary sammanfattning|support_count antal som stöder|support_rule regel för stöd|supporter den som stöder|supporters de som stöder
suppressed undertryckt|survey enkät|table tabell|tables tabeller|tag vad det gäller|tags etiketter|taken_from hämtat från|target mål
target_kind målets slag|text text|text_differs texten skiljer sig|threshold tröskel|thresholds trösklar|tie_rule regel vid lika
title titel|title_line titelrad|to_anchor till plats|to_bodies till organen|to_body till organet|to_date till
to_meeting till sammanträdet|to_paragraph till paragraf|to_unit till enheten|topic_corrected rättad typ|trigger utlösare|trimming trimning
unit enhet|unit_named_later enheten namngavs senare|unknown_household okänt hushåll|unknown_other okänt, annat|until till och med
valid_from gäller från|valid_to gäller till|value värde|variable variabel|verb verb|verdict bedömning|vkey nyckel|voter röstande
votes röster|votes_cast lagda röster|votes_digest rösternas hash|was var|wave omgång|weights vikter|what vad|where var|why varför
window_days dagar|winners vinnare|with_groups med grupperna|won vann|wordings ordalydelser|year år|yes ja|yes_label ja, benämning
about gäller|appeal_until kan överklagas till|assignee fick uppdraget|assignee_by_account fick uppdraget enligt redogörelsen
consequence konsekvens|date_by_account datum enligt redogörelsen|days_late dagar för sent|days_overdue dagar över tiden
delivered_on hållet den|documents handlingar|final_on laga kraft den|inputs_without_disposition synpunkter utan utfall|item punkt
lacks saknar|lessons lärdomar|made_on gjort den|named_as nämns|planned planerade|replaced_by ersatt av|reported_on redovisat den
targets målvärden|warning_percent varning under, procent
"""

SWEDISH: dict[str, str] = dict(
    part.strip().split(" ", maxsplit=1) for line in _LINES.strip().splitlines() for part in line.split("|")
)
"""The Swedish name of a field, by its name in the record."""
