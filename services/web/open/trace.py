"""Where something came from and what came of it, in PROV-O (W3C Recommendation 2013), written as JSON-LD.

    input ◀─derived─ disposition ◀─derived─ clause, promise ◀─derived─ delivery

What is written down is an entity, the event that recorded it an activity with its position and the hash of its leaf; who
answers for it is an office, never a person. A derivation says which event stated it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pydantic_core import from_json

from ledger.log.merkle import leaf_hash
from projections.commitments import COMMITMENTS
from projections.decisions import DECISIONS
from projections.inputs import INPUTS
from projections.views import commitments, decisions, inputs
from projections.views.answer import state_of
from services.web.answers import Refusal
from services.web.open.material import Made, Material, there
from services.web.open.rdf import Graph, Iri, Node, Typed, Words
from services.web.open.telling import name_of
from services.web.open.vocabulary import graph_of, in_form
from services.web.open.whole import every

LINES_MAX = 5_000
"""Inputs of one decision that its trace takes in; the decision's table has all of them."""

_POSITION_DIGITS = 18


def traced(kind: str) -> Callable[[Material], Made]:
    """Return the maker of the trace of a `decision`, an `input` or an event at a `position`."""
    follow = {"decision": Trace.follow_decision, "input": Trace.follow_input, "position": Trace.follow_event}[kind]

    def made(material: Material) -> Made:
        trace = Trace(material)
        follow(trace, material.path[kind])
        trace.describe_events()
        return in_form(trace.graph, "jsonld", trace.modified, f"{kind}-{material.path[kind]}")

    return made


class Trace:
    """A graph that grows along what the views say of a thing."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self.graph: Graph = graph_of(material)
        self._events: dict[int, list[tuple[str | None, str]]] = {}
        self._words: list[tuple[Node, dict[str, Any]]] = []
        self.modified: str | None = None

    # --- What is followed -------------------------------------------------------------------------
    def follow_decision(self, decision: str) -> None:
        """Take in a decision, its clauses, and what it did with each input."""
        material = self._material
        there(self._decision(decision))
        found = every(lambda page: decisions.trace(material.rows, decision, page), "lines")
        for number, line in enumerate(found):
            if number == LINES_MAX:
                break
            self._received(line["input"], line["received"], line["author_kind"])
            if line["basis"] in {"recorded", "inherited"}:
                self._disposed(decision, line["of_input"] or line["input"], [line["disposition"]])
        for promise in every(lambda page: commitments.commitments(material.rows, page, on=material.on), "commitments"):
            if promise["decision"] == decision:
                self._promise(promise["commitment"])

    def follow_input(self, input: str) -> None:
        """Take in an input, its texts and answers, and what each decision did with it."""
        found = there(inputs.proposal(self._material.rows, input, on=self._material.on))
        state = found["input"]
        subject = self._received(input, state["received"]["position"], state["author_kind"])
        for version in state["versions"]:
            self._say(subject, version["text"])
        for response in (found["responses"] or {}).get("responses", []):
            self._answer(input, response)
        for disposition in found["dispositions"]:
            self._decision(disposition["decision"])
            self._disposed(disposition["decision"], disposition["of_input"] or input, disposition["revisions"])

    def follow_event(self, position: str) -> None:
        """Take in one event."""
        if not position.isdecimal() or len(position) > _POSITION_DIGITS:
            raise Refusal(404, "A position is a whole number from 1.")
        if not 1 <= int(position) <= self._material.position:
            raise Refusal(404, "The record has no event at this position, or not yet.")
        self._by(int(position), None, "")

    # --- Things -----------------------------------------------------------------------------------
    def _received(self, input: str, position: int, author_kind: str) -> Node:
        node = self.graph.add(self._place("forslag", input), "prov:Entity")
        node.state("ord:authorKind", Words(author_kind)).state("prov:wasGeneratedBy", self._by(position, None, ""))
        return node

    def _decision(self, decision: str) -> Node | None:
        state = state_of(self._material.rows, DECISIONS.name, decision)
        if state is None:
            return None
        event = self._by(state["recorded"]["position"], state["body"], "decided")
        node = self.graph.add(self._place("beslut", decision), "prov:Entity")
        node.state("dct:title", Words(state["title"])).state("prov:wasGeneratedBy", event)
        for clause in state["clauses"]:
            part = self.graph.add(self._clause(decision, clause["number"]), "prov:Entity")
            part.state("dct:isPartOf", Iri(self._place("beslut", decision))).state("prov:wasGeneratedBy", event)
            self._say(part, clause["text"])
        return node

    def _disposed(self, decision: str, input: str, wordings: Iterable[dict[str, Any] | None]) -> None:
        """Take in every wording of a disposition, and what it says was changed."""
        subject = Iri(self._place("forslag", input))
        earlier: Iri | None = None
        for wording in wordings:
            if wording is None:
                continue
            position = wording["recorded"]["position"]
            event = self._by(position, self._body(decision), wording["by_role"] or "answered")
            address = Iri(self._place("handelse", position) + "#stallningstagande")
            node = self.graph.add(address.value, "prov:Entity")
            node.state("prov:wasGeneratedBy", event).state("prov:wasDerivedFrom", subject)
            node.state("ord:code", Words(wording["code"])).state("prov:wasRevisionOf", earlier)
            self._say(node, wording["text"])
            self._informed(event, self._received_by(input))
            for change in wording["changed"]:
                self._changed(decision, change, address, subject, event)
            earlier = address

    def _changed(self, decision: str, change: dict[str, Any], by: Iri, input: Iri, event: Iri) -> None:
        """State what a disposition says its input changed: a clause of the decision, a passage, or a promise."""
        places = []
        if change.get("clause") is not None:
            places.append(Iri(self._clause(decision, change["clause"])))
        if change.get("passage") is not None:
            places.append(Iri(self._place("data", "passage", change["passage"])))
        if change.get("commitment") is not None:
            places.append(self._promise(change["commitment"]))
        for place in places:
            how = Iri(f"{by.value}-{len(self.graph.nodes)}")
            node = self.graph.add(place.value, "prov:Entity")
            node.state("prov:wasDerivedFrom", by, input).state("prov:qualifiedDerivation", how)
            self.graph.add(how.value, "prov:Derivation").state("prov:entity", input).state("prov:hadActivity", event)

    def _promise(self, commitment: str) -> Iri:
        address = Iri(self._place("loften") + f"#{commitment}")
        state = state_of(self._material.rows, COMMITMENTS.name, commitment)
        node = self.graph.add(address.value, "prov:Entity")
        if state is None or state["made"] is None:
            return address
        shown = commitments.shown(commitment, state, self._material.on)
        made = self._by(state["made"]["position"], state["owner"], "promised")
        node.state("prov:wasGeneratedBy", made).state("ord:state", Words(shown["status"]))
        if state["due"] is not None:
            node.state("dct:valid", Typed(state["due"], "xsd:date"))
        if state["decision"] is not None:
            node.state("prov:wasDerivedFrom", Iri(self._place("beslut", state["decision"])))
        self._say(node, state["text"])
        for delivery in state["deliveries"]:
            position = delivery["recorded"]["position"]
            event = self._by(position, state["owner"], "delivered")
            self._informed(event, made)
            done = self.graph.add(self._place("handelse", position) + "#leverans", "prov:Entity")
            done.state("prov:wasDerivedFrom", address).state("prov:wasGeneratedBy", event)
            done.state("dct:date", Words(delivery["on"]))
            self._say(done, delivery["text"])
        return address

    def _answer(self, input: str, response: dict[str, Any]) -> None:
        position = response["recorded"]["position"]
        event = self._by(position, response.get("by_office"), "answered")
        node = self.graph.add(self._place("handelse", position) + "#svar", "prov:Entity")
        node.state("prov:wasGeneratedBy", event).state("prov:wasDerivedFrom", Iri(self._place("forslag", input)))
        self._say(node, response.get("text"))

    # --- Events -----------------------------------------------------------------------------------
    def _by(self, position: int, office: str | None, role: str) -> Iri:
        """Take in an event, with the office that answers for it and in which role; return its address."""
        known = self._events.setdefault(position, [])
        if office is not None and (office, role) not in known:
            known.append((office, role))
        return Iri(self._place("handelse", position))

    def _informed(self, event: Iri, earlier: Iri | None) -> None:
        self.graph.add(event.value).state("prov:wasInformedBy", earlier)

    def _received_by(self, input: str) -> Iri | None:
        state = state_of(self._material.rows, INPUTS.name, input)
        return None if state is None else self._by(state["received"]["position"], None, "")

    def describe_events(self) -> None:
        """State of every event what its entry says, and open the words that were met on the way."""
        wanted = sorted(self._events)
        found = self._material.reader.at(wanted)
        for position, entry in found:
            self._describe(position, entry)
        if self._events and not found:
            raise Refusal(404, "The record has no event at this position.")
        self._material.opened([words for _, words in self._words])
        for node, said in self._words:
            if "text" in said:
                node.state("dct:description", Words(str(said["text"])))
            elif "withheld" in said:
                node.state("ord:withheld", Words(said["withheld"]))

    def _describe(self, position: int, entry: bytes) -> None:
        fields = from_json(entry)
        address = self._place("handelse", position)
        self.modified = max(self.modified or "", fields["time"])
        node = self.graph.add(address, "prov:Activity")
        node.state("ord:position", Typed(str(position), "xsd:integer")).state("ord:type", Words(fields["type"]))
        # It was recorded in one instant; when it happened may be known to the year only.
        node.state("prov:startedAtTime", Typed(fields["time"], "xsd:dateTime"))
        node.state("prov:endedAtTime", Typed(fields["time"], "xsd:dateTime"))
        occurred = fields["data"].get("occurred")
        node.state("ord:occurred", None if occurred is None else Words(str(occurred)))
        node.state("ord:leafHash", Typed(leaf_hash(entry).hex(), "xsd:hexBinary"))
        for number, (office, role) in enumerate(self._events[position], 1):
            self._associate(node, f"{address}#ansvar-{number}", str(office), role)

    def _associate(self, event: Node, address: str, office: str, role: str) -> None:
        agent = Iri(self._place("namnd", office))
        part = Iri(self._material.place("data", "roll", role))
        event.state("prov:wasAssociatedWith", agent).state("prov:qualifiedAssociation", Iri(address))
        association = self.graph.add(address, "prov:Association")
        association.state("prov:agent", agent).state("prov:hadRole", part)
        self.graph.add(part.value, "prov:Role").state("rdfs:label", Words(role))
        named = Words(name_of(self._material.rows, "body", office))
        self.graph.add(agent.value, "prov:Organization").state(
            "rdf:type", Iri(self.graph.expanded("prov:Agent"))
        ).state("foaf:name", named)

    # --- Words and addresses ------------------------------------------------------------------------
    def _say(self, node: Node, words: dict[str, Any] | None) -> None:
        if words is not None:
            self._words.append((node, dict(words)))

    def _body(self, decision: str) -> str | None:
        state = state_of(self._material.rows, DECISIONS.name, decision)
        return None if state is None else str(state["body"])

    def _clause(self, decision: str, number: int) -> str:
        return self._place("beslut", decision) + f"#sats-{number}"

    def _place(self, *parts: object) -> str:
        return self._material.place(*parts)
