"""Looking for responses that one hand sent: groups are marked and left out, never deleted, and a decision undoes it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Func, Value

from directory.models import User
from surveys import policy
from surveys.enums import Flag, Mode
from surveys.models import AnswerValue, Response, Suspicion
from surveys.policy import Seen
from surveys.selectors import may_edit

#: Days before the one looked at from which a place's usual hour is taken, and hours that a place is open in a day.
BEFORE, HOURS = timedelta(days=28), 10

Group = tuple[int, str, int | None, int]  # version, mode, unit, hour


@transaction.atomic
def look_for_groups(*, day: date) -> int:
    """Mark the responses of a day that look sent by one hand; return how many groups were newly marked.

    A burst is an hour with more responses than chance ever brings to this place (99.9 %); twins are long forms filled
    in alike several times within an hour. Paper is keyed in heaps and is not looked at. Running it again marks
    nothing twice, and a group that was lifted by a decision stays lifted.
    """
    marked = 0
    for group, keys in _by_hour(day).items():
        for flag, odd in _signs(group, keys, day):
            marked += _mark(group, day, flag, odd)
    return marked


def _by_hour(day: date) -> dict[Group, list[Any]]:
    rows = Response.objects.filter(day=day).exclude(mode=Mode.PAPER).order_by()
    hours: dict[Group, list[Any]] = defaultdict(list)
    for version, mode, unit, hour, key in rows.values_list("version", "mode", "unit", "hour", "pk"):
        hours[version, mode, unit, hour].append(key)
    return hours


def _signs(group: Group, keys: list[Any], day: date) -> Iterator[tuple[Flag, list[Any]]]:
    if len(keys) >= policy.LEAST_BURST and len(keys) > policy.burst_limit(_usual(group, day)):
        yield Flag.BURST, keys
    if odd := policy.twins(_seen(keys)):
        yield Flag.TWINS, list(odd)


def _usual(group: Group, day: date) -> float:
    """Return the mean number of responses of an open hour at this place, one at least."""
    version, mode, unit, _hour = group
    past = Response.objects.counted().filter(version=version, mode=mode, unit=unit)
    count = past.filter(day__range=(day - BEFORE, day - timedelta(days=1))).aggregate(count=Count("pk"))[
        "count"
    ]
    return max(1.0, count / (BEFORE.days * HOURS))


def _seen(keys: Iterable[Any]) -> list[Seen]:
    chosen: dict[Any, set[tuple[str, str]]] = defaultdict(set)
    answers = AnswerValue.objects.filter(response__in=list(keys), option__isnull=False).order_by()
    for key, code, value in answers.values_list("response", "item__code", "option__value"):
        chosen[key].add((code, value))
    return [Seen(key, frozenset(choices)) for key, choices in chosen.items()]


def _mark(group: Group, day: date, flag: Flag, keys: list[Any]) -> bool:
    """Mark one group, unless a decision lifted it; tell whether it is new."""
    version, mode, unit, hour = group
    place = {"version_id": version, "mode": mode, "unit_id": unit, "day": day, "hour": hour, "flag": flag}
    suspicion, is_new = Suspicion.objects.get_or_create(**place, defaults={"count": len(keys)})
    if suspicion.is_lifted:
        return False
    if suspicion.count != len(keys):
        Suspicion.objects.filter(pk=suspicion.pk).update(count=len(keys))
    _flag(keys, flag)
    return is_new


def mark_race(response: Response) -> Flag:
    """Return the flag of an unsaved response whose code somebody else is using at this moment, and count it.

    It is left out, until a decision counts such answers of its place and hour again.
    """
    place = {"version": response.version, "mode": response.mode, "unit": response.unit}
    when = {"day": response.day, "hour": response.hour, "flag": Flag.RACED}
    suspicion, is_new = Suspicion.objects.get_or_create(**place, **when, defaults={"count": 1})
    if not is_new:
        Suspicion.objects.filter(pk=suspicion.pk).update(count=F("count") + 1)
    return Flag.LIFTED if suspicion.is_lifted else Flag.RACED


def _flag(keys: Iterable[Any], flag: Flag) -> None:
    unmarked = Response.objects.filter(pk__in=list(keys)).exclude(flags__contains=[flag.value])
    unmarked.update(flags=Func("flags", Value(flag.value), function="array_append"))


@transaction.atomic
def decide_suspicion(*, suspicion_id: int, is_lifted: bool, actor: User, at: datetime) -> Suspicion:
    """Count the responses of a group again, or leave them out after all; who decided is recorded.

    Quarters that are closed keep their figures until they are counted anew. Raises `PermissionDenied`.
    """
    if not may_edit(actor):
        raise PermissionDenied
    suspicion = Suspicion.objects.select_for_update(of=("self",)).get(pk=suspicion_id)
    suspicion.is_lifted, suspicion.decided_by, suspicion.decided_at = is_lifted, actor, at
    suspicion.save(update_fields=["is_lifted", "decided_by", "decided_at"])
    flag = Flag(suspicion.flag)
    if is_lifted:
        _swap(suspicion, flag, Flag.LIFTED)
    elif flag == Flag.RACED:
        _swap(suspicion, Flag.LIFTED, flag)
    else:
        lifted = _group(suspicion, Flag.LIFTED)
        lifted.update(flags=Func("flags", Value(Flag.LIFTED.value), function="array_remove"))
        look_for_groups(day=suspicion.day)
    return suspicion


def _swap(suspicion: Suspicion, old: Flag, new: Flag) -> None:
    """Put one flag in the place of another; a race could not be found again by looking at the answers."""
    flags = Func("flags", Value(old.value), Value(new.value), function="array_replace")
    _group(suspicion, old).update(flags=flags)


def _group(suspicion: Suspicion, flag: Flag) -> Any:
    return Response.objects.filter(
        version=suspicion.version_id,
        mode=suspicion.mode,
        unit=suspicion.unit_id,
        day=suspicion.day,
        hour=suspicion.hour,
        flags__contains=[flag.value],
    )
