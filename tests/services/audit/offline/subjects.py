"""Write `services/audit/offline/subjects.py` from the registry of events: which fields are sealed, under which key."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from ledger.entries import type_of
from ledger.messages import Sealed, Sealing
from tests.events import EVENTS

PATH = Path(__file__).parents[4] / "services/audit/offline/subjects.py"

HEAD = '''"""Which fields of which events are sealed, and under whose key: what the registry of events says, as a table.

A receipt of an erasure names keys such as `author:a-7c31|P`; by this table a field knows its own. In a pointer `*`
stands for any place in a list, in a key `{name}` for a member of the event's data. A test holds it to the registry.
"""

from __future__ import annotations

SEALED_FIELDS: dict[str, dict[str, tuple[str, str]]] = {
'''


def table() -> dict[str, dict[str, tuple[str, str]]]:
    """Return, by type of event and pointer, the class of a sealed field and the template of its key."""
    found = {type_of(kind): dict(_fields(kind, "")) for kind in EVENTS}
    return {name: dict(sorted(found[name].items())) for name in sorted(found) if found[name]}


def _fields(kind: type[BaseModel], prefix: str) -> list[tuple[str, tuple[str, str]]]:
    found: list[tuple[str, tuple[str, str]]] = []
    for name, field in kind.model_fields.items():
        marks = [mark for mark in field.metadata if isinstance(mark, Sealing)]
        found += [(f"{prefix}/{name}", (mark.sealing_class, mark.key)) for mark in marks]
        for nested, in_list in _nested(field.annotation, in_list=False):
            found += _fields(nested, f"{prefix}/{name}/*" if in_list else f"{prefix}/{name}")
    return found


def _nested(annotation: object, *, in_list: bool) -> list[tuple[type[BaseModel], bool]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [] if annotation is Sealed else [(annotation, in_list)]
    within = in_list or getattr(annotation, "__origin__", None) is tuple
    return [found for part in get_args(annotation) for found in _nested(part, in_list=within)]


def text() -> str:
    """Return the module's text."""
    lines = []
    for name, fields in table().items():
        lines.append(f'    "{name}": {{')
        lines += [f'        "{pointer}": ("{kind}", "{key}"),' for pointer, (kind, key) in fields.items()]
        lines.append("    },")
    return HEAD + "".join(f"{line}\n" for line in lines) + "}\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
