"""Writing drafts: adding, changing, copying, ordering and taking out rules; what is published is never touched."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from directory.models import Unit, User
from portal.kernel.text import fold
from routing.enums import Change, RehearsalState, Stage
from routing.models import Keyword, Rule, RuleChange, RuleSet
from routing.policy import BrokenRules, RuleSpec, problems
from routing.selectors import rules_of


class NotADraft(Exception):
    """The rule set is published, retired or gone; only drafts can be changed."""


class RuleChanged(Exception):
    """Somebody changed or took out the rule after this page was opened."""


class UnitRefused(Exception):
    """Rules cannot send cases to this unit: it is unknown or inactive."""


def lock_draft(ruleset_id: int) -> RuleSet:
    """Lock and return a draft; raises `NotADraft`."""
    ruleset = RuleSet.objects.select_for_update().filter(pk=ruleset_id).first()
    if ruleset is None or not ruleset.is_draft:
        raise NotADraft
    return ruleset


def record(
    ruleset: RuleSet, what: Change, *, actor: User | None, at: datetime, rule_code: str = "", note: str = ""
) -> RuleChange:
    """Append one change to the record of a set; a rehearsal under way is of rules that are no more."""
    if what not in (Change.MADE, Change.RENAMED, Change.PUBLISHED, Change.RETIRED):
        ruleset.rehearsals.under_way().update(state=RehearsalState.OUTDATED)
    return RuleChange.objects.create(
        ruleset=ruleset, what=what, rule_code=rule_code, note=note, actor=actor, at=at
    )


# --- The set ----------------------------------------------------------------------------------------------------


@transaction.atomic
def new_draft(*, source: RuleSet, name: str, actor: User | None = None, at: datetime) -> RuleSet:
    """Return a draft with the next version number and a copy of the rules of `source`."""
    latest = RuleSet.objects.aggregate(latest=Max("version"))["latest"]
    draft = RuleSet.objects.create(
        version=latest + 1, name=name, made_by=actor, made_at=at, copied_from=source.version
    )
    write(draft, rules_of(source.pk))
    record(draft, Change.MADE, actor=actor, at=at)
    return draft


@transaction.atomic
def rename(*, ruleset_id: int, name: str, actor: User, at: datetime) -> RuleSet:
    """Give a draft another name; raises `NotADraft`."""
    draft = lock_draft(ruleset_id)
    if draft.name != name:
        draft.name = name
        draft.save(update_fields=["name"])
        record(draft, Change.RENAMED, actor=actor, at=at, note=name)
    return draft


@transaction.atomic
def discard(*, ruleset_id: int) -> None:
    """Throw a draft away with its rules, rehearsals and record; raises `NotADraft`."""
    lock_draft(ruleset_id).delete()


def write(ruleset: RuleSet, specs: list[RuleSpec]) -> None:
    """Store rules in an empty draft; raises `BrokenRules` or `UnitRefused`."""
    if broken := [problem for problem in problems(specs) if problem.is_blocking]:
        raise BrokenRules(broken)
    units = dict(Unit.objects.values_list("code", "pk"))
    if unknown := sorted({spec.unit for spec in specs} - units.keys()):
        raise UnitRefused(", ".join(unknown))
    rules = Rule.objects.bulk_create(
        _row(ruleset, spec, order, units) for order, spec in enumerate(specs, start=1)
    )
    Keyword.objects.bulk_create(
        keyword for rule, spec in zip(rules, specs, strict=True) for keyword in _keywords(rule, spec)
    )


def _row(ruleset: RuleSet, spec: RuleSpec, order: int, units: Mapping[str, int]) -> Rule:
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
    """Return the rows of a rule that was checked; what is said twice alike is one row."""
    spoken = [Keyword(rule=rule, phrase=word.phrase, weight=word.weight) for word in spec.keywords]
    silencing = [Keyword(rule=rule, phrase=phrase, weight=0, switches_off=True) for phrase in spec.not_if]
    once: dict[str, Keyword] = {}
    for keyword in spoken + silencing:
        once.setdefault(fold(keyword.phrase), keyword)
    return [*once.values()]


# --- One rule ---------------------------------------------------------------------------------------------------


@transaction.atomic
def add_rule(*, ruleset_id: int, spec: RuleSpec, actor: User | None, at: datetime) -> Rule:
    """Add a rule at the end of a draft, under the next free code (that of `spec` does not count).

    Raises `NotADraft`, `BrokenRules` or `UnitRefused`.
    """
    draft = lock_draft(ruleset_id)
    spec = replace(spec, id=_free_code(draft))
    _check(spec)
    rule = _row(draft, spec, _places(draft) + 1, _unit_of(spec))
    rule.save(force_insert=True)
    Keyword.objects.bulk_create(_keywords(rule, spec))
    record(draft, Change.ADDED, actor=actor, at=at, rule_code=rule.code)
    return rule


@transaction.atomic
def change_rule(*, rule_id: int, spec: RuleSpec, seen: int, actor: User | None, at: datetime) -> Rule:
    """Make a rule of a draft what `spec` says; its code and place stay.

    `seen` is the newest change of the set when the page was opened. Raises `RuleChanged` when the rule was changed
    or taken out since, `NotADraft`, `BrokenRules` or `UnitRefused`.
    """
    rule = _locked(rule_id)
    if rule.ruleset.changes.filter(pk__gt=seen, rule_code=rule.code).exclude(what=Change.MOVED).exists():
        raise RuleChanged
    spec = replace(spec, id=rule.code)
    _check(spec)
    fresh = _row(rule.ruleset, spec, rule.order, _unit_of(spec))
    for name in ("stage", "kinds", "always", "unit_id", "note"):
        setattr(rule, name, getattr(fresh, name))
    rule.save()
    _replace_keywords(rule, spec)
    record(rule.ruleset, Change.EDITED, actor=actor, at=at, rule_code=rule.code)
    return rule


@transaction.atomic
def copy_rule(*, rule_id: int, actor: User, at: datetime) -> Rule:
    """Add a copy of a rule right behind it; raises `NotADraft` or `RuleChanged`."""
    rule = _locked(rule_id)
    spec = next(spec for spec in rules_of(rule.ruleset_id) if spec.id == rule.code)
    copy = add_rule(ruleset_id=rule.ruleset_id, spec=spec, actor=actor, at=at)
    _move(copy, rule.order + 1)
    return copy


@transaction.atomic
def remove_rule(*, rule_id: int, actor: User, at: datetime) -> None:
    """Take a rule out of a draft; raises `NotADraft` or `RuleChanged`."""
    rule = _locked(rule_id)
    draft, order = rule.ruleset, rule.order
    rule.delete()
    draft.rules.filter(order__gt=order).update(order=F("order") - 1)
    record(draft, Change.REMOVED, actor=actor, at=at, rule_code=rule.code)


@transaction.atomic
def move_rule(*, rule_id: int, place: int, actor: User, at: datetime) -> Rule:
    """Put a rule of a draft at `place`, counted from 1; a place beyond either end is the end.

    Raises `NotADraft` or `RuleChanged`.
    """
    rule = _locked(rule_id)
    if _move(rule, place):
        record(rule.ruleset, Change.MOVED, actor=actor, at=at, rule_code=rule.code)
    return rule


@transaction.atomic
def add_word(
    *, ruleset_id: int, code: str, phrase: str, weight: int, actor: User | None, at: datetime
) -> Rule:
    """Add one keyword to a rule of a draft, unless it is there; raises `NotADraft`, `RuleChanged` or `BrokenRules`."""
    draft = lock_draft(ruleset_id)
    rule = draft.rules.select_related("unit").filter(code=code).first()
    if rule is None:
        raise RuleChanged
    if fold(phrase) in {fold(word) for word in rule.keywords.values_list("phrase", flat=True)}:
        return rule
    word = Keyword(rule=rule, phrase=phrase, weight=weight)
    word.clean()
    word.save()
    record(draft, Change.EDITED, actor=actor, at=at, rule_code=code, note=f"+ {phrase}"[:200])
    return rule


def _locked(rule_id: int) -> Rule:
    """Return a rule of a draft, the draft locked."""
    home = Rule.objects.filter(pk=rule_id).values_list("ruleset_id", flat=True).first()
    if home is None:
        raise RuleChanged
    lock_draft(home)
    rule = Rule.objects.select_related("ruleset", "unit").filter(pk=rule_id).first()
    if rule is None:
        raise RuleChanged
    return rule


def _check(spec: RuleSpec) -> None:
    if broken := [problem for problem in problems([spec]) if problem.is_blocking]:
        raise BrokenRules(broken)


def _unit_of(spec: RuleSpec) -> dict[str, int]:
    """Return the unit's code and key; raises `UnitRefused` unless it takes cases."""
    found = dict(Unit.objects.filter(code=spec.unit, is_active=True).values_list("code", "pk"))
    if not found:
        raise UnitRefused(spec.unit)
    return found


def _replace_keywords(rule: Rule, spec: RuleSpec) -> None:
    """Write what differs: a rule may have thousands of keywords, and a change is of a few."""
    wanted = {(word.phrase, word.weight, word.switches_off): word for word in _keywords(rule, spec)}
    gone = []
    for pk, phrase, weight, off in rule.keywords.values_list("pk", "phrase", "weight", "switches_off"):
        if wanted.pop((phrase, weight, off), None) is None:
            gone.append(pk)
    rule.keywords.filter(pk__in=gone).delete()
    Keyword.objects.bulk_create(wanted.values())


def _move(rule: Rule, place: int) -> bool:
    """Put a rule at a place and close the gap it leaves; say whether anything moved."""
    others = rule.ruleset.rules.exclude(pk=rule.pk)
    place = max(1, min(place, _places(rule.ruleset)))
    if place == rule.order:
        return False
    if place < rule.order:
        others.filter(order__gte=place, order__lt=rule.order).update(order=F("order") + 1)
    else:
        others.filter(order__gt=rule.order, order__lte=place).update(order=F("order") - 1)
    rule.order = place
    rule.save(update_fields=["order"])
    return True


def _places(ruleset: RuleSet) -> int:
    return ruleset.rules.aggregate(last=Max("order"))["last"] or 0


def _free_code(ruleset: RuleSet) -> str:
    """Return the next code, also counting rules that were taken out: a code means one rule in the reports."""
    used: Iterable[str] = (
        *Rule.objects.filter(code__startswith="r").values_list("code", flat=True).distinct(),
        *ruleset.changes.filter(what=Change.REMOVED).values_list("rule_code", flat=True),
    )
    numbers = [int(code[1:]) for code in used if code[1:].isdecimal()]
    return f"r{max(numbers, default=0) + 1:02}"


def first_rule_of(ruleset_id: int, unit: str) -> str | None:
    """Return the code of the first rule of a set that gives points to a unit, for any kind of message."""
    return first_rule_in(rules_of(ruleset_id), unit)


def first_rule_in(specs: Iterable[RuleSpec], unit: str) -> str | None:
    """Return the code of the first of these rules that gives points to a unit, for any kind of message."""
    open_to_all = (spec for spec in specs if spec.stage == Stage.POINTS and not spec.kinds)
    return next((spec.id for spec in open_to_all if spec.unit == unit), None)
