"""A map that grows without being changed: states are shared, so they are never edited in place.

Entries lie in layers of falling size; a new entry merges the layers it has outgrown. Ten thousand
inputs of one process cost some fourteen copies each instead of ten thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

V = TypeVar("V")

Layers = tuple[Mapping[str, V], ...]
"""Maps from oldest to newest; a newer layer overrides an older one."""


def added(layers: Layers[V], key: str, value: V) -> Layers[V]:
    """Return the layers with `key` set to `value`."""
    newest: Mapping[str, V] = {key: value}
    while layers and len(layers[-1]) <= len(newest):
        newest = {**layers[-1], **newest}
        layers = layers[:-1]
    return (*layers, newest)


def found(layers: Layers[V], key: str) -> V | None:
    """Return the value of `key`, or None."""
    return next((layer[key] for layer in reversed(layers) if key in layer), None)


def merged(layers: Layers[V]) -> dict[str, V]:
    """Return all entries as one dictionary."""
    entries: dict[str, V] = {}
    for layer in layers:
        entries |= layer
    return entries
