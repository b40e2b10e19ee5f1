"""What the protos say in their comments, read from the image that `make protos` builds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorSet

from services.rpc.catalogue import methods, services

ROOT = Path(__file__).resolve().parents[2]
IMAGE = ROOT / "generated" / "image.binpb"

# The numbers of FileDescriptorProto, DescriptorProto and ServiceDescriptorProto (google/protobuf/descriptor.proto).
_MESSAGE, _SERVICE, _FIELD, _NESTED, _METHOD = 4, 6, 2, 3, 2


@cache
def comments() -> dict[str, str]:
    """Return the comment above every service, method, message and field of ours, by full name."""
    image = FileDescriptorSet.FromString(IMAGE.read_bytes())
    found: dict[str, str] = {}
    for file in image.file:
        if file.package.startswith("participation."):
            places = {
                tuple(location.path): " ".join(location.leading_comments.split())
                for location in file.source_code_info.location
            }
            for path, name in _named(file.package, file.message_type, (_MESSAGE,)):
                found[name] = places.get(path, "")
            for number, service in enumerate(file.service):
                found[f"{file.package}.{service.name}"] = places.get((_SERVICE, number), "")
                for each, method in enumerate(service.method):
                    path = (_SERVICE, number, _METHOD, each)
                    found[f"{file.package}.{service.name}.{method.name}"] = places.get(path, "")
    return found


def _named(
    prefix: str, messages: Sequence[DescriptorProto], path: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], str]]:
    for number, message in enumerate(messages):
        name, place = f"{prefix}.{message.name}", (*path, number)
        yield place, name
        for each, field in enumerate(message.field):
            yield (*place, _FIELD, each), f"{name}.{field.name}"
        yield from _named(name, message.nested_type, (*place, _NESTED))


class Rpc(NamedTuple):
    """One method: its service, what it is called with and answers, its scope, and its comment."""

    service: str
    name: str
    asked: str
    answered: str
    scope: str
    meaning: str


@cache
def rpcs() -> tuple[Rpc, ...]:
    """Return every method that the protos declare, by service."""
    return tuple(
        _rpc(method, methods()[f"/{service.full_name}/{method.name}"].scope)
        for service in services()
        for method in service.methods
    )


def _rpc(method: MethodDescriptor, scope: str) -> Rpc:
    asked = ("stream " if method.client_streaming else "") + str(method.input_type.name)
    answered = ("stream " if method.server_streaming else "") + str(method.output_type.name)
    service = str(method.containing_service.full_name)
    return Rpc(service, str(method.name), asked, answered, scope, comments()[f"{service}.{method.name}"])
