"""What the protos declare: every method with its scope, and the request of every command.

Nothing here names a subject: services and messages are found in the descriptors of `participation`.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from typing import Any, NamedTuple

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, FileDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

import participation.ledger.v1
from ledger.messages import Command
from participation.ledger.v1 import options_pb2

LEDGER_PACKAGE = "participation.ledger.v1"
PUBLIC = "public"
SCOPE = re.compile(r"public|[a-z]+\.[a-z_]+(\.own)?")

LIBRARY_SERVICES = (
    "grpc.health.v1.Health",
    "grpc.reflection.v1alpha.ServerReflection",
    "grpc.channelz.v1.Channelz",
)
"""Services that come with gRPC; their protos cannot carry our option, and they show nothing of the record."""


class ScopeUndeclared(TypeError):
    """A method of ours has no scope, or one of another form; the server must not start."""


class Method(NamedTuple):
    """One rpc: its path as gRPC writes it, and the scope it declares."""

    path: str
    scope: str
    descriptor: MethodDescriptor


@cache
def files() -> tuple[FileDescriptor, ...]:
    """Import every generated module and return the descriptors, by name."""
    packages = [participation.ledger.v1]
    try:
        packages.append(importlib.import_module("participation.transparency.v1"))
    except ModuleNotFoundError as missing:
        if missing.name is None or not missing.name.startswith("participation.transparency"):
            raise
    found: list[FileDescriptor] = []
    for package in packages:
        names = sorted(each.name for each in pkgutil.iter_modules(package.__path__) if each.name.endswith("_pb2"))
        found += [importlib.import_module(f"{package.__name__}.{name}").DESCRIPTOR for name in names]
    return tuple(found)


@cache
def services() -> tuple[ServiceDescriptor, ...]:
    """Return every service the protos declare."""
    return tuple(service for file in files() for service in file.services_by_name.values())


@cache
def methods() -> dict[str, Method]:
    """Return every method by its path. Raises ScopeUndeclared."""
    return {
        method.path: method for service in services() for method in (_method(service, each) for each in service.methods)
    }


def _method(service: ServiceDescriptor, descriptor: MethodDescriptor) -> Method:
    scope = descriptor.GetOptions().Extensions[options_pb2.scope]
    if not SCOPE.fullmatch(scope):
        raise ScopeUndeclared(f"{descriptor.full_name} declares the scope {scope!r}; write subject.verb or public")
    return Method(f"/{service.full_name}/{descriptor.name}", scope, descriptor)


def scope_of(path: str) -> str | None:
    """Return the scope a method asks for; None for a method nobody declares."""
    method = methods().get(path)
    if method is not None:
        return method.scope
    return PUBLIC if path.rpartition("/")[0].removeprefix("/") in LIBRARY_SERVICES else None


def message_class(descriptor: Descriptor) -> type[Message]:
    """Return the generated class of a message."""
    return GetMessageClass(descriptor)


@cache
def request_class(command: type[Command]) -> type[Any]:
    """Return the request message of a command. Raises KeyError when the protos have none."""
    files()
    return message_class(descriptor_pool.Default().FindMessageTypeByName(f"{LEDGER_PACKAGE}.{command.__name__}Request"))


def is_command(method: Method) -> bool:
    """Tell whether a method runs a command: it is unary and answers a receipt."""
    descriptor = method.descriptor
    if descriptor.client_streaming or descriptor.server_streaming:
        return False
    receipt = descriptor.output_type.fields_by_name.get("receipt")
    kind = None if receipt is None else receipt.message_type
    return kind is not None and kind.full_name == f"{LEDGER_PACKAGE}.Receipt"


def snake(name: str) -> str:
    """Return a class name in snake_case: CastVote → cast_vote."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
