"""Questionnaires, who may do what with them, ways in at the counter, and counts of what came in."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, F, QuerySet

from directory.enums import Role
from directory.models import Unit, User
from directory.selectors import reach
from portal.kernel import codes, jalali
from portal.rows import Given, Prepared
from surveys import policy
from surveys.enums import ItemKind, State
from surveys.models import (
    AnswerValue,
    Kiosk,
    Questionnaire,
    Response,
    ResponseQuerySet,
    Version,
    VisitSheet,
    VisitToken,
)

#: Who may change questionnaires, and who may read what people wrote in their own words; superusers may do both.
EDITORS = (Role.ADMINISTRATOR,)
READERS = (Role.ADMINISTRATOR, Role.MANAGER)

#: Who may hand out visit codes and set up kiosks, for the units they belong to; an administrator for all.
ISSUERS = (Role.CLERK, Role.HEAD)


def holds(user: User, roles: Iterable[Role]) -> bool:
    if user.is_superuser:
        return user.is_active
    return user.acts_as(*roles)


def may_edit(user: User) -> bool:
    """Tell whether a member of staff may change questionnaires and publish them."""
    return holds(user, EDITORS)


def may_read_texts(user: User) -> bool:
    """Tell whether a member of staff may read single answers in people's own words."""
    return holds(user, READERS)


def may_issue(user: User, unit: Unit) -> bool:
    """Tell whether a member of staff may hand out visit codes for a unit and set up its kiosks."""
    if holds(user, EDITORS):
        return True
    return unit.pk in reach(user).heads or unit.pk in user.units_as(*ISSUERS)


def own_units(user: User) -> QuerySet[Unit]:
    """Return the units for which a member of staff may hand out visit codes."""
    if holds(user, EDITORS):
        return Unit.objects.all()
    return Unit.objects.filter(pk__in=reach(user).heads | user.units_as(*ISSUERS))


# --- Ways in at the counter -------------------------------------------------------------------------------------


def digests(code: str) -> list[bytes]:
    """Return the hashes of a visit code under every pepper in use."""
    return [codes.digest(code, pepper) for pepper in settings.CODE_PEPPERS.values()]


def code_at(sheet: VisitSheet, place: int) -> str:
    """Return the code at one place of a sheet; raises KeyError once its pepper is gone."""
    return codes.derive_visit(f"{sheet.seed}/{place}", pepper=settings.CODE_PEPPERS[sheet.key])


def offer_digests(key: str) -> list[bytes]:
    """Return the hashes of an answer's number, under every pepper in use; the newest first."""
    return digests(f"offer/{key}")


#: The sheet whose code was given to an answer, while it holds, with the `place` of the code.
SHEET_OF_OFFER = Prepared(
    lambda: VisitSheet.objects.filter(
        offers__digest=Given("digest"), expires_on__gte=Given("today"), is_void=False
    ).annotate(place=F("offers__place"))
)


class CodeOfAnswer(NamedTuple):
    """The code that belongs to an answer to a case, while it holds."""

    code: str
    expires_on: date
    is_spent: bool


def code_of(key: str, at: datetime) -> CodeOfAnswer | None:
    """Return the code of an answer, by its number; None where none was given or it has run out."""
    today = jalali.local(at).date()
    sheets = (sheet for one in offer_digests(key) for sheet in SHEET_OF_OFFER.rows(digest=one, today=today))
    sheet: Any = next(sheets, None)
    if sheet is None or sheet.key not in settings.CODE_PEPPERS:
        return None
    code = code_at(sheet, sheet.place)
    spent = VisitToken.objects.filter(sheet=sheet, digest__in=digests(code), is_spent=True)
    return CodeOfAnswer(code, sheet.expires_on, spent.exists())


def handed_out(today: date) -> dict[int, policy.Handed]:
    """Return the sheets for answered cases that hold today, by number, with how many of their codes were taken."""
    sheets = VisitSheet.objects.filter(of_cases=True, is_void=False, expires_on__gte=today).order_by()
    rows = sheets.annotate(taken=Count("offers")).values_list("pk", "unit", "taken")
    return {sheet: policy.Handed(sheet, unit, taken) for sheet, unit, taken in rows}


def visit_of(code: str, at: datetime) -> VisitToken:
    """Return the visit of a code that can still be used, with its sheet; raises `policy.TokenRefused`."""
    visit = VisitToken.objects.select_related("sheet__unit", "sheet__service").filter(
        digest__in=digests(code)
    )
    found = visit.first()
    if found is None:
        raise policy.TokenRefused(policy.Refusal.UNKNOWN)
    policy.check_token(
        is_spent=found.is_spent,
        is_void=found.sheet.is_void,
        expires_on=found.sheet.expires_on,
        today=jalali.local(at).date(),
    )
    return found


def kiosk_of(key: str) -> Kiosk | None:
    """Return the kiosk of a key, None for a key that is unknown or was taken away."""
    kiosks = Kiosk.objects.select_related("unit", "service__unit", "counter")
    return kiosks.filter(key_digest=policy.token_digest(key), revoked_at=None).first()


#: What is known of a questionnaire, read along with its versions.
OF_QUESTIONNAIRE = [field.attname for field in Questionnaire._meta.concrete_fields if not field.primary_key]
BESIDE = {f"of_{name}": F(f"questionnaire__{name}") for name in OF_QUESTIONNAIRE}


def _with_questionnaire(version: Version) -> Version:
    known = {name: getattr(version, f"of_{name}") for name in OF_QUESTIONNAIRE}
    version.questionnaire = Questionnaire(pk=version.questionnaire_id, **known)
    return version


OPEN = Prepared(
    lambda: (
        Version.objects.filter(state=State.PUBLISHED)
        .annotate(length=Count("items"), **BESIDE)
        .order_by("questionnaire__order", "questionnaire__slug")
    )
)


def open_surveys() -> list[Version]:
    """Return the published version of every questionnaire, with the number of its questions (`length`)."""
    return [_with_questionnaire(version) for version in OPEN.rows()]


PUBLISHED = Prepared(
    lambda: Version.objects.filter(questionnaire__slug=Given("slug"), state=State.PUBLISHED).annotate(
        **BESIDE
    )
)


def published(slug: str) -> Version | None:
    """Return the published version of a questionnaire."""
    version = PUBLISHED.first(slug=slug)
    return _with_questionnaire(version) if version else None


NUMBERED = Prepared(
    lambda: Version.objects.filter(questionnaire__slug=Given("slug"), number=Given("number")).annotate(
        **BESIDE
    )
)


def version_shown(*, slug: str, number: str, at: datetime) -> Version | None:
    """Return the version that a form was made of, as long as it takes answers; else None.

    `number` is what the form says and may be anything.
    """
    if not (number.isascii() and number.isdigit() and len(number) <= 4):
        return None
    version = NUMBERED.first(slug=slug, number=int(number))
    return _with_questionnaire(version) if version and _is_open(version, at) else None


def _is_open(version: Version, at: datetime) -> bool:
    try:
        policy.check_open(version.state, version.retired_at, at)
    except policy.VersionClosed:
        return False
    return True


# --- Figures: of one series of a questionnaire ------------------------------------------------------------------


def responses_of(version: Version) -> ResponseQuerySet:
    """Return the responses that may be added up with this version's: those to all versions of its series."""
    return Response.objects.filter(
        version__questionnaire=version.questionnaire_id, version__series=version.series
    )


def daily_counts(version: Version) -> list[tuple[date, int]]:
    """Return the responses of each day that the public figures rest on: those counted, as they were judged first."""
    days = responses_of(version).as_judged_first().order_by("day").values_list("day")
    return list(days.annotate(count=Count("id")))


def left_out(version: Version, until: date) -> int:
    """Return how many responses up to a day are kept out of the public figures."""
    return responses_of(version).left_out_first().filter(day__lte=until).count()


@dataclass(frozen=True)
class Answered:
    """How often each option of an item was chosen, and by how many people any of them."""

    counts: dict[str, int]
    people: int


def tallies(version: Version, until: date) -> dict[str, Answered]:
    """Return item code → counts of the public figures up to a day; answers that count as none are not people."""
    counted = responses_of(version).as_judged_first().filter(day__lte=until)
    answers = AnswerValue.objects.filter(response__in=counted, option__isnull=False).order_by()
    counts: dict[str, dict[str, int]] = {}
    people: Counter[str] = Counter()
    rows = answers.values_list("item__code", "option__value", "option__is_missing").annotate(
        count=Count("id")
    )
    for code, value, is_missing, count in rows:
        counts.setdefault(code, {})[value] = count
        people[code] += 0 if is_missing else count
    people.update(_extra_ticks(answers))
    return {code: Answered(chosen, people[code]) for code, chosen in counts.items()}


def _extra_ticks(answers: QuerySet[AnswerValue]) -> dict[str, int]:
    """Return item code → people minus ticks, where somebody may tick several options."""
    ticks = answers.filter(item__kind=ItemKind.SEVERAL, option__is_missing=False).values_list("item__code")
    return dict(ticks.annotate(surplus=Count("response", distinct=True) - Count("id")))
