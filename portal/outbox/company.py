"""What handlers can do for many events at once: their work, or finding out where there is none."""

import functools
import inspect
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from django.utils.module_loading import import_string

Many = Callable[[Sequence[Any]], None]
Handler = Callable[..., None]
Payloads = Sequence[dict[str, Any]]

_MANY: dict[Handler, tuple[str, Many]] = {}
_UNLESS: dict[Handler, tuple[str, Callable[[Sequence[Any]], Collection[Any]]]] = {}


def for_many(key: str) -> Callable[[Many], Handler]:
    """Make a handler of a function that takes one value of the payload of many events, the values under `key`.

    What comes in company is done by one call in one transaction (decision 33); a single event, or each of a company
    of which one fails, by a call with one value. So it must not hold locks that anybody else takes in another order,
    speak to the world outside, or say `Later`; and it raises when it cannot do one of them.
    """

    def decorate(function: Many) -> Handler:
        @functools.wraps(function)
        def handler(**payload: Any) -> None:
            function([payload[key]])

        named = inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY)
        others = inspect.Parameter("_", inspect.Parameter.VAR_KEYWORD)
        handler.__signature__ = inspect.Signature([named, others])  # type: ignore[attr-defined]
        _MANY[handler] = key, function
        return handler

    return decorate


def takes_many(path: str) -> bool:
    """Tell whether the handler at a path takes many events at once; one that does not exist will fail by itself."""
    with suppress(ImportError):
        return import_string(path) in _MANY
    return False


def call(path: str, payloads: Payloads) -> None:
    """Let a handler that takes many do its work for events with these payloads."""
    key, function = _MANY[import_string(path)]
    function([payload[key] for payload in payloads])


def unless(settled: Callable[[Sequence[Any]], Collection[Any]], *, key: str) -> Callable[[Handler], Handler]:
    """Let a handler be asked once for many events where it would find nothing to do.

    `settled` is given the values under `key` of their payloads, and returns those of them that need no call.
    """

    def decorate(handler: Handler) -> Handler:
        _UNLESS[handler] = key, settled
        return handler

    return decorate


def settled(path: str, payloads: Payloads) -> list[bool]:
    """Tell for each of these payloads whether the handler at a path would find nothing to do."""
    with suppress(ImportError):
        if found := _UNLESS.get(import_string(path)):
            key, ask = found
            values = [payload[key] for payload in payloads]
            known = ask(values)
            return [value in known for value in values]
    return [False] * len(payloads)
