"""Handlers that do for many events at once what they do for one."""

import functools
import inspect
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from django.utils.module_loading import import_string

Many = Callable[[Sequence[Any]], None]
Handler = Callable[..., None]

_MANY: dict[Handler, tuple[str, Many]] = {}


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

        told = (inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY),)
        told += (inspect.Parameter("_", inspect.Parameter.VAR_KEYWORD),)
        handler.__signature__ = inspect.Signature(told)  # type: ignore[attr-defined]
        _MANY[handler] = key, function
        return handler

    return decorate


def takes_many(path: str) -> bool:
    """Tell whether the handler at a path takes many events at once; one that does not exist will fail by itself."""
    with suppress(ImportError):
        return import_string(path) in _MANY
    return False


def call(path: str, payloads: Sequence[dict[str, Any]]) -> None:
    """Let a handler that takes many do its work for events with these payloads."""
    key, function = _MANY[import_string(path)]
    function([payload[key] for payload in payloads])
