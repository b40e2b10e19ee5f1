"""What stands around every call.

    errors ← deadline ← authentication ← authorisation ← rate limit ← validation ← handler

One interceptor wraps all four kinds of handlers, the library's own (health, reflection) as well.
Requests are taken as bytes and read only once the caller is known to be allowed, so that nobody
learns anything from a refusal, and bytes that are no message become a refusal and not INTERNAL.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import grpc
import protovalidate
from google.protobuf.message import DecodeError, Message

from services.rpc.catalogue import PUBLIC, methods, scope_of
from services.rpc.drain import Drain
from services.rpc.errors import PASSED_ON, abort
from services.rpc.limits import RateLimit
from services.rpc.principals import Authentication, EverythingGranted, Grants, Principal, StatedActor
from services.rpc.refusals import FieldsInvalid, RequestUnreadable, ScopeMissing, violation_of

UNARY_SECONDS_MAX = 10.0
"""A unary call without a deadline of its own gets this one."""

LANGUAGE_METADATA = "accept-language"

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"

_principal: ContextVar[Principal] = ContextVar("principal")


def principal() -> Principal:
    """Return who is calling, inside a handler."""
    return _principal.get()


@dataclass(frozen=True, slots=True)
class Guard:
    """What is asked of every call. The defaults protect nothing; see `principals`."""

    authentication: Authentication = field(default_factory=StatedActor)
    grants: Grants = field(default_factory=EverythingGranted)
    rate: RateLimit = field(default_factory=lambda: RateLimit(5_000, 10_000))
    unary_seconds: float = UNARY_SECONDS_MAX


class Chain(grpc.aio.ServerInterceptor):
    """The one interceptor. Making it raises ScopeUndeclared when a method of ours declares no scope."""

    def __init__(self, guard: Guard, drain: Drain | None = None) -> None:
        self._guard, self._drain = guard, drain or Drain()
        methods()
        self._wrapped: dict[str, Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        path = str(handler_call_details.method)
        wrapped = self._wrapped.get(path)
        if wrapped is None:
            handler = await continuation(handler_call_details)
            scope = scope_of(path)
            if handler is None or scope is None:
                return None  # gRPC answers UNIMPLEMENTED
            wrapped = self._wrapped[path] = Guarded(self._guard, self._drain, path, scope, handler).handler()
        return wrapped


class Guarded:
    """One handler and all that stands around it."""

    def __init__(self, guard: Guard, drain: Drain, path: str, scope: str, handler: Any) -> None:
        self._guard, self._drain, self._path, self._scope, self._inner = guard, drain, path, scope, handler
        self._parse: Callable[[bytes], Any] = handler.request_deserializer or bytes
        self._own = path in methods()

    def handler(self) -> Handler:
        """Return the wrapped handler, of the same kind."""
        match self._inner.request_streaming, self._inner.response_streaming:
            case False, False:
                made: Any = grpc.unary_unary_rpc_method_handler(
                    self._unary_unary, None, self._inner.response_serializer
                )
            case False, True:
                made = grpc.unary_stream_rpc_method_handler(self._unary_stream, None, self._inner.response_serializer)
            case True, False:
                made = grpc.stream_unary_rpc_method_handler(self._stream_unary, None, self._inner.response_serializer)
            case _:
                made = grpc.stream_stream_rpc_method_handler(self._stream_stream, None, self._inner.response_serializer)
        return made  # type: ignore[no-any-return]

    # --- The four kinds -----------------------------------------------------------------------
    async def _unary_unary(self, raw: bytes, context: Context) -> Any:
        try:
            async with self._deadline(context):
                self._admit(context)
                return await self._inner.unary_unary(self._request(raw), context)
        except PASSED_ON:
            raise
        except Exception as error:
            await abort(context, error, language(context))

    async def _unary_stream(self, raw: bytes, context: Context) -> None:
        try:
            self._admit(context)
            await _written(self._inner.unary_stream(self._request(raw), context), context)
        except PASSED_ON:
            raise
        except Exception as error:
            await abort(context, error, language(context))

    async def _stream_unary(self, raws: AsyncIterator[bytes], context: Context) -> Any:
        try:
            self._admit(context)
            return await self._inner.stream_unary(self._requests(raws), context)
        except PASSED_ON:
            raise
        except Exception as error:
            await abort(context, error, language(context))

    async def _stream_stream(self, raws: AsyncIterator[bytes], context: Context) -> None:
        try:
            self._admit(context)
            await _written(self._inner.stream_stream(self._requests(raws), context), context)
        except PASSED_ON:
            raise
        except Exception as error:
            await abort(context, error, language(context))

    # --- The steps ----------------------------------------------------------------------------
    def _deadline(self, context: Context) -> contextlib.AbstractAsyncContextManager[Any]:
        # The caller's own deadline is gRPC's to keep: it cancels the handler.
        return asyncio.timeout(None if context.time_remaining() is not None else self._guard.unary_seconds)

    def _admit(self, context: Context) -> None:
        if self._own:
            # The library's endless streams (health watchers) are not worth waiting for at the end.
            self._drain.enter()
            context.add_done_callback(lambda _: self._drain.leave())  # type: ignore[arg-type]  # the stub's class is no Protocol
        metadata = {str(name): value for name, value in context.invocation_metadata() or () if isinstance(value, str)}
        caller = self._guard.authentication(metadata)
        if self._scope != PUBLIC and not self._guard.grants(caller, self._scope):
            raise ScopeMissing(scope=self._scope, method=self._path)
        if self._own:  # a health check must get through when somebody asks too often
            self._guard.rate.take(caller.actor)
        _principal.set(caller)

    def _request(self, raw: bytes) -> Any:
        request = self._read(raw)
        if self._own:
            validate(request)
        return request

    def _read(self, raw: bytes) -> Any:
        try:
            return self._parse(raw)
        except DecodeError:
            method = methods().get(self._path)
            message = method.descriptor.input_type.name if method else "request of the method"
            raise RequestUnreadable(message=message) from None

    async def _requests(self, raws: AsyncIterator[bytes]) -> AsyncIterator[Any]:
        # Not checked against the proto rules: the handlers of streams check every part by its model.
        async for raw in raws:
            yield self._read(raw)


async def _written(answers: Any, context: Context) -> None:
    """Write what a handler yields; a handler that writes by itself is only awaited."""
    if not hasattr(answers, "__aiter__"):
        await answers
        return
    async with contextlib.aclosing(answers):
        async for each in answers:
            await context.write(each)


def validate(request: Message) -> None:
    """Check a request against the rules in its proto. Raises FieldsInvalid."""
    found = protovalidate.collect_violations(request)
    if found:
        raise FieldsInvalid([violation_of(each, request) for each in found])


def language(context: Context) -> str | None:
    """Return `sv` or `en` when the caller prefers one of them; None when it does not say."""
    for name, value in context.invocation_metadata() or ():
        if name == LANGUAGE_METADATA and isinstance(value, str):
            first = value.split(",", maxsplit=1)[0].strip()[:2].lower()
            return first if first in {"sv", "en"} else None
    return None
