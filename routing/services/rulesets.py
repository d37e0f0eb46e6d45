"""Bringing rule sets into force, and retiring them."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Unit, User
from routing.enums import Change, RehearsalState, Status
from routing.models import RuleSet
from routing.policy import NEEDED_UNITS, RuleSpec, problems
from routing.selectors import rules_of
from routing.services.drafts import UnitRefused, record, write
from routing.services.files import BUNDLED, read_rules
from routing.services.rehearsals import valid_rehearsal


class PublicationRefused(Exception):
    """A rule set that must not come into force; `reasons` says why, for the person who tried."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("\n".join(self.reasons))


@transaction.atomic
def load_rules(*, path: Path = BUNDLED, at: datetime | None = None) -> RuleSet:
    """Return the first rule set, made from a rules file and published if there is no rule set yet.

    Loading again changes nothing, whatever the file says: rules are changed by publishing a new version. The units
    must be there already. Raises `RulesFileError`, `BrokenRules` or `PublicationRefused`.
    """
    first = RuleSet.objects.order_by("version").first()
    if first is not None:
        return first
    specs = read_rules(path)
    now = at or timezone.now()
    ruleset = RuleSet.objects.create(version=1, name=_("Rules delivered with the portal"), made_at=now)
    try:
        write(ruleset, specs)
    except UnitRefused as error:
        raise PublicationRefused([_missing(unit) for unit in str(error).split(", ")]) from error
    return publish(ruleset=ruleset, actor=None, at=now)


@transaction.atomic
def publish(*, ruleset: RuleSet, actor: User | None, at: datetime) -> RuleSet:
    """Bring a draft into force and retire the set before it; `actor` is None for the delivered rules.

    Raises `PublicationRefused`, with nothing changed, if the set is no draft, if a rule is broken, if a unit that
    rules name or that routing falls back on is missing or inactive, if exactly these rules were not rehearsed to the
    end without a breach, or, where two people are needed, if the actor had a hand in the draft.
    """
    # Locking the one in force too makes two publications at once wait for each other.
    locked = {row.pk: row for row in RuleSet.objects.select_for_update().exclude(status=Status.RETIRED)}
    draft = locked.get(ruleset.pk)
    if draft is None or draft.status != Status.DRAFT:
        raise PublicationRefused([_("Only a draft can be published.")])
    specs = rules_of(draft.pk)
    reasons = _reasons_against(specs)
    if actor is not None:
        reasons += [*_reasons_of_rehearsal(draft, specs), *_reasons_of_person(draft, actor)]
    if reasons:
        raise PublicationRefused(reasons)
    for before in RuleSet.objects.in_force():
        record(before, Change.RETIRED, actor=actor, at=at)
    RuleSet.objects.in_force().update(status=Status.RETIRED, retired_at=at)
    draft.status, draft.published_at, draft.published_by = Status.PUBLISHED, at, actor
    draft.save(update_fields=["status", "published_at", "published_by"])
    draft.rehearsals.under_way().update(state=RehearsalState.CANCELLED)
    record(draft, Change.PUBLISHED, actor=actor, at=at)
    return draft


def reasons_against(*, ruleset: RuleSet, actor: User) -> list[str]:
    """Return what keeps this person from publishing this draft now; nothing if all is well."""
    specs = rules_of(ruleset.pk)
    return [
        *_reasons_against(specs),
        *_reasons_of_rehearsal(ruleset, specs),
        *_reasons_of_person(ruleset, actor),
    ]


def _reasons_of_rehearsal(draft: RuleSet, specs: list[RuleSpec]) -> list[str]:
    rehearsal = valid_rehearsal(draft.pk, specs)
    if rehearsal is None:
        return [_("These rules were not rehearsed yet, or were changed after their rehearsal.")]
    if rehearsal.breaches:
        words = ngettext(
            "In the rehearsal %(count)s case came to a unit that must not have it.",
            "In the rehearsal %(count)s cases came to units that must not have them.",
            rehearsal.breaches,
        )
        return [words % {"count": rehearsal.breaches}]
    return []


def _reasons_of_person(draft: RuleSet, actor: User) -> list[str]:
    """Where rules need two people, whoever had a hand in the draft cannot be the one who publishes it."""
    if not settings.RULES_NEED_TWO:
        return []
    if draft.made_by_id != actor.pk and not draft.changes.filter(actor=actor).exists():
        return []
    return [_("You worked on this draft. A second person must read and publish it.")]


def _reasons_against(specs: list[RuleSpec]) -> list[str]:
    reasons = [
        f"{problem.rule}: {problem.fault.label} {problem.what}".rstrip()
        for problem in problems(specs)
        if problem.is_blocking
    ]
    if not specs:
        reasons.append(_("The rule set has no rules."))
    named = {spec.unit for spec in specs} | NEEDED_UNITS
    active = set(Unit.objects.filter(code__in=named, is_active=True).values_list("code", flat=True))
    return reasons + [_missing(unit) for unit in sorted(named - active)]


def _missing(unit: str) -> str:
    return _("The unit %(unit)s is missing or inactive.") % {"unit": unit}
