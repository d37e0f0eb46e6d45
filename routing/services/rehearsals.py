"""Rehearsing a draft before it may be published: asking, cancelling, and going on part by part.

The replay itself needs cases, which live above; `feedback` replays one part at a time between `open_part` and
`close_part`. Each part is one delivery of the outbox: what it counted and the event of the next part are committed
together, so that progress is seen, a broken part is repeated from its beginning, and a repeated part counts once.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from directory.models import Membership, Unit, User
from portal.outbox.publish import publish
from routing.enums import Fault, RehearsalState
from routing.models import Rehearsal
from routing.policy import BrokenRules, CompiledRules, RuleSpec, compile_rules, problems
from routing.selectors import rules_in_force, rules_now, rules_of
from routing.services.drafts import lock_draft
from routing.services.replay import Json, Tally


class RehearsalOutdated(Exception):
    """The draft is not what it was when the rehearsal was asked for."""


def fingerprint(specs: Iterable[RuleSpec]) -> str:
    """Return a digest of rules that changes with anything that could change a decision or its reasons."""
    rows = [
        [
            *(spec.id, spec.unit, spec.stage, sorted(spec.kinds), spec.always, list(spec.not_if)),
            [[word.phrase, word.weight] for word in spec.keywords],
        ]
        for spec in specs
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


# --- Asking and cancelling --------------------------------------------------------------------------------------


@transaction.atomic
def rehearse(*, ruleset_id: int, actor: User | None, at: datetime) -> Rehearsal:
    """Start a rehearsal of a draft as it stands and publish `rehearsal.asked`.

    Asking again while the same rules are being rehearsed returns that rehearsal.
    Raises `NotADraft`, or `BrokenRules` when the draft could not be used at all.
    """
    draft = lock_draft(ruleset_id)
    specs = rules_of(draft.pk)
    if broken := [problem for problem in problems(specs) if problem.is_blocking]:
        raise BrokenRules(broken)
    mark = fingerprint(specs)
    under_way = draft.rehearsals.under_way().first()
    if under_way is not None and under_way.fingerprint == mark:
        return under_way
    draft.rehearsals.under_way().update(state=RehearsalState.OUTDATED)
    current = rules_in_force()
    rehearsal = Rehearsal.objects.create(
        ruleset=draft,
        fingerprint=mark,
        against=current.version if current else None,
        asked_by=actor,
        asked_at=at,
    )
    publish("rehearsal.asked", rehearsal_id=rehearsal.pk, part=0)
    return rehearsal


def cancel_rehearsal(*, rehearsal_id: int) -> bool:
    """Stop a rehearsal before its next part; say whether it was under way."""
    return bool(Rehearsal.objects.under_way().filter(pk=rehearsal_id).update(state=RehearsalState.CANCELLED))


def valid_rehearsal(ruleset_id: int, specs: Iterable[RuleSpec]) -> Rehearsal | None:
    """Return the newest finished rehearsal of exactly these rules, if there is one."""
    return Rehearsal.objects.filter(
        ruleset=ruleset_id, state=RehearsalState.FINISHED, fingerprint=fingerprint(specs)
    ).first()


# --- Part by part -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """What the replay of one part needs; `current_version` is the version that past decisions are compared with."""

    rehearsal: Rehearsal
    draft: CompiledRules
    current: CompiledRules
    tally: Tally

    @property
    def is_first(self) -> bool:
        return self.rehearsal.part == 0

    @property
    def current_version(self) -> int | None:
        return self.current.version


def open_part(*, rehearsal_id: int, part: int) -> Part | None:
    """Return what the next part needs, None if the rehearsal is over or this part was counted already.

    A draft that was changed or broken meanwhile ends the rehearsal here.
    """
    row = Rehearsal.objects.under_way().select_related("ruleset").filter(pk=rehearsal_id, part=part).first()
    if row is None:
        return None
    try:
        draft = _compiled(row.ruleset_id, row.ruleset.version, row.fingerprint)
    except RehearsalOutdated:
        _end(row, RehearsalState.OUTDATED)
        return None
    except BrokenRules as error:
        _end(row, RehearsalState.FAILED, str(error)[:300])
        return None
    return Part(row, draft, rules_now(), Tally.from_json(row.result))


@lru_cache(maxsize=2)
def _compiled(ruleset_id: int, version: int, mark: str) -> CompiledRules:
    """Compile a draft once per process and state; what it learns of words serves all its parts."""
    specs = rules_of(ruleset_id)
    if fingerprint(specs) != mark:
        raise RehearsalOutdated
    return compile_rules(specs, version=version)


def _end(row: Rehearsal, state: RehearsalState, error: str = "") -> None:
    Rehearsal.objects.under_way().filter(pk=row.pk).update(state=state, error=error)


@transaction.atomic
def close_part(*, part: Part, total: int, upto: int, last: int, is_over: bool, at: datetime) -> bool:
    """Keep what a part counted and publish the next one, or finish; False if the rehearsal was ended meanwhile."""
    row, tally = part.rehearsal, part.tally
    result: Json = tally.as_json()
    if is_over:
        result |= findings(part.draft.specs, tally)
    kept = (
        Rehearsal.objects.under_way()
        .filter(pk=row.pk, part=row.part)
        .update(
            state=RehearsalState.FINISHED if is_over else RehearsalState.RUNNING,
            part=row.part + 1,
            total=total,
            done=tally.cases,
            upto=upto,
            last=last,
            result=result,
            breaches=tally.breaches,
            finished_at=at if is_over else None,
        )
    )
    if kept and not is_over:
        publish("rehearsal.asked", rehearsal_id=row.pk, part=row.part + 1)
    return bool(kept)


def findings(specs: Sequence[RuleSpec], tally: Tally) -> Json:
    """Return what is odd about rules: those that never win, and why; units that nobody answers in; short keywords."""
    units = {spec.unit for spec in specs}
    active = set(Unit.objects.filter(code__in=units, is_active=True).values_list("code", flat=True))
    manned = set(
        Membership.objects.casework().filter(unit__code__in=units).values_list("unit__code", flat=True)
    )
    silent = [spec.id for spec in specs if not tally.rule(spec.id).won]
    return {
        "dead": [code for code in silent if not tally.rule(code).heard],
        "shadowed": [code for code in silent if tally.rule(code).heard],
        "inactive_units": _rules_to(specs, units - active),
        "empty_units": _rules_to(specs, active - manned),
        "short": [
            [problem.rule, problem.what] for problem in problems(specs) if problem.fault == Fault.SHORT
        ],
    }


def _rules_to(specs: Sequence[RuleSpec], units: set[str]) -> dict[str, list[str]]:
    return {unit: [spec.id for spec in specs if spec.unit == unit] for unit in sorted(units)}
