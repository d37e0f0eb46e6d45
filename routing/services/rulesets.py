"""Writing, publishing and retiring rule sets; the only writer of rules."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Unit, User
from routing.enums import Status
from routing.models import Keyword, Rule, RuleSet
from routing.policy import CONFIDENTIAL_UNITS, DESK, BrokenRules, RuleSpec, problems
from routing.selectors import rules_of
from routing.services.files import BUNDLED, read_rules


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
    ruleset = RuleSet.objects.create(version=1, name=_("Rules delivered with the portal"))
    _write(ruleset, specs)
    return publish(ruleset=ruleset, actor=None, at=at or timezone.now())


@transaction.atomic
def new_draft(*, source: RuleSet, name: str) -> RuleSet:
    """Return a draft with the next version number and a copy of the rules of `source`."""
    latest = RuleSet.objects.aggregate(latest=Max("version"))["latest"]
    draft = RuleSet.objects.create(version=latest + 1, name=name)
    _write(draft, rules_of(source.pk))
    return draft


@transaction.atomic
def publish(*, ruleset: RuleSet, actor: User | None, at: datetime) -> RuleSet:
    """Bring a draft into force and retire the set before it; `actor` is None for the delivered rules.

    Raises `PublicationRefused`, with nothing changed, if the set is no draft, if a rule is broken, or if a unit that
    rules name or that routing falls back on is missing or inactive.
    """
    # Locking the one in force too makes two publications at once wait for each other.
    locked = {row.pk: row for row in RuleSet.objects.select_for_update().exclude(status=Status.RETIRED)}
    draft = locked.get(ruleset.pk)
    if draft is None or draft.status != Status.DRAFT:
        raise PublicationRefused([_("Only a draft can be published.")])
    if reasons := _reasons_against(rules_of(draft.pk)):
        raise PublicationRefused(reasons)
    RuleSet.objects.in_force().update(status=Status.RETIRED, retired_at=at)
    draft.status, draft.published_at, draft.published_by = Status.PUBLISHED, at, actor
    draft.save(update_fields=["status", "published_at", "published_by"])
    return draft


def _reasons_against(specs: list[RuleSpec]) -> list[str]:
    reasons = [
        f"{problem.rule}: {problem.fault.label} {problem.what}".rstrip()
        for problem in problems(specs)
        if problem.is_blocking
    ]
    if not specs:
        reasons.append(_("The rule set has no rules."))
    named = {spec.unit for spec in specs} | CONFIDENTIAL_UNITS | {DESK}
    active = set(Unit.objects.filter(code__in=named, is_active=True).values_list("code", flat=True))
    reasons += [
        _("The unit %(unit)s is missing or inactive.") % {"unit": unit} for unit in sorted(named - active)
    ]
    return reasons


def _write(ruleset: RuleSet, specs: list[RuleSpec]) -> None:
    """Store rules in an empty draft."""
    if broken := [problem for problem in problems(specs) if problem.is_blocking]:
        raise BrokenRules(broken)
    units = dict(Unit.objects.values_list("code", "pk"))
    if unknown := sorted({spec.unit for spec in specs} - units.keys()):
        raise PublicationRefused(
            [_("The unit %(unit)s is missing or inactive.") % {"unit": unit} for unit in unknown]
        )
    rules = Rule.objects.bulk_create(
        _row(ruleset, spec, order, units) for order, spec in enumerate(specs, start=1)
    )
    Keyword.objects.bulk_create(
        keyword for rule, spec in zip(rules, specs, strict=True) for keyword in _keywords(rule, spec)
    )


def _row(ruleset: RuleSet, spec: RuleSpec, order: int, units: dict[str, int]) -> Rule:
    return Rule(
        ruleset=ruleset,
        order=order,
        code=spec.id,
        stage=spec.stage,
        kinds=sorted(spec.kinds),
        always=spec.always,
        unit_id=units[spec.unit],
        note=spec.note,
    )


def _keywords(rule: Rule, spec: RuleSpec) -> list[Keyword]:
    spoken = [Keyword(rule=rule, phrase=word.phrase, weight=word.weight) for word in spec.keywords]
    silencing = [Keyword(rule=rule, phrase=phrase, weight=0, switches_off=True) for phrase in spec.not_if]
    return spoken + silencing
