"""What managers read of the surveys: closed quarters, units, files, the actions that followed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from directory.models import Unit, User
from directory.selectors import units_headed
from portal.accounts import recently_authenticated
from portal.kernel import jalali
from portal.kernel.text import read_number
from portal.ui import sav, sheets
from portal.ui.handout import sheet_handed_out
from portal.ui.replica import from_replica
from portal.ui.staff import in_roles
from surveys import policy, selectors, services
from surveys.enums import State
from surveys.models import AnswerValue, ImprovementAction, Questionnaire, Theme, Version
from surveys.reports import (
    QuarterReport,
    UnitReport,
    about,
    about_version,
    closed_quarters,
    codebook_columns,
    columns,
    counter_tables,
    coverage,
    effects,
    entries,
    figure_lines,
    half_name,
    statistics_file,
    theme_report,
)

View = Callable[..., HttpResponse]

#: Comments on one page, and themes that are read of one form.
COMMENTS, MOST_THEMES = 50, 50


def for_report_readers(view: View) -> View:
    """Let in who may read reports, and hand the view the units whose rows that person may see."""

    @require_safe
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        is_reader = user.is_active and in_roles(request, frozenset(selectors.REPORT_READERS))
        units = Unit.objects.all() if is_reader else selectors.units_headed_by(user)
        if not user.is_staff or units is None:
            raise PermissionDenied
        return from_replica(view)(request, {unit.pk: unit for unit in units}, *args, **kwargs)

    return guarded


@for_report_readers
def reports(request: HttpRequest, units: dict[int, Unit]) -> HttpResponse:
    """List the surveys with their closed quarters, and what is being done because of them."""
    actions = ImprovementAction.objects.filter(unit__in=units).select_related(
        "unit", "questionnaire", "owner"
    )
    today = jalali.local(timezone.now()).date()
    context = {
        "questionnaires": closed_quarters(Questionnaire.objects.all(), units, today),
        "effects": effects(actions, today),
    }
    return render(request, "surveys/reports/index.html", context)


@for_report_readers
def report(request: HttpRequest, units: dict[int, Unit], slug: str, quarter: str) -> HttpResponse:
    """Show the report of one survey and closed quarter."""
    figures = _report(units, slug, quarter)
    actions = ImprovementAction.objects.filter(
        questionnaire=figures.questionnaire,
        year=figures.closing.year,
        quarter=figures.closing.quarter,
        unit__in=units,
    ).select_related("unit", "questionnaire")
    context = {
        "report": figures,
        "coverage": coverage(figures.closing, figures.questionnaire, units.values()),
        "effects": effects(actions, jalali.local(timezone.now()).date(), figures.closings),
        "reviews": selectors.reviews_of(figures.closing.period, units) if figures.is_official else (),
        "least": policy.MIN_SHOWN,
        "reads_texts": in_roles(request, frozenset(selectors.READERS)),
    }
    return render(request, "surveys/reports/quarter.html", context)


@for_report_readers
def unit_report(
    request: HttpRequest, units: dict[int, Unit], slug: str, quarter: str, code: str
) -> HttpResponse:
    """Show one unit's answers to every question and its way through the quarters."""
    figures = _report(units, slug, quarter)
    unit = next((unit for unit in units.values() if unit.code == code), None)
    if unit is None:
        raise Http404
    user: Any = request.user
    is_head = user.is_superuser or unit.pk in units_headed(user)
    context = {
        "report": figures,
        "own": UnitReport(figures, unit),
        "unit": unit,
        "counters": counter_tables(figures, unit) if is_head else (),
        "least_of_a_counter": policy.MIN_SHOWN_OF_A_PERSON,
        "least": policy.MIN_SHOWN,
    }
    return render(request, "surveys/reports/unit.html", context)


@for_report_readers
def comments(request: HttpRequest, units: dict[int, Unit], slug: str, quarter: str) -> HttpResponse:
    """Show what people wrote in a quarter: without place or day, in an order that follows from nothing.

    Whoever checks what others sorted does not see their themes.
    """
    user: Any = request.user
    if not selectors.may_read_texts(user):
        raise PermissionDenied
    figures = _report(units, slug, quarter)
    words = selectors.words_of(figures.questionnaire, figures.closing.period)
    is_shown = policy.may_show(words.count())
    choice = request.GET.get("show", "")
    page = Paginator(_chosen(words, choice, user), COMMENTS).get_page(request.GET.get("page"))
    context = {
        "report": figures,
        "page": page,
        "comments": [
            (answer, policy.mask_personal(answer.text), _codings(answer, user, choice)) for answer in page
        ],
        "themes": theme_report(figures.questionnaire, figures.closing.period) if is_shown else None,
        "codebook": [theme for theme in selectors.themes_of(figures.questionnaire) if theme.is_active],
        "choice": choice if choice in CHOICES else "",
        "choices": CHOICES,
        "least": policy.MIN_SHOWN,
        "is_shown": is_shown,
    }
    return render(request, "surveys/reports/comments.html", context)


#: Which comments the page shows: the value in its address, and its words.
CHOICES: dict[str, str | Promise] = {
    "": _("all"),
    "open": _("not sorted yet"),
    "check": _("to check: sorted by somebody else"),
}


def _chosen(words: QuerySet[AnswerValue], choice: str, user: User) -> QuerySet[AnswerValue]:
    if choice == "open":
        return selectors.with_codings(selectors.unsorted(words))
    if choice == "check":
        return selectors.with_codings(selectors.sorted_by_others(words, user))
    return selectors.with_codings(words)


@dataclass(frozen=True)
class Codings:
    """What one reader sees of how a comment was sorted: the themes, those he chose himself, and whether he may."""

    themes: list[Theme]
    own: list[int]
    is_sorted: bool
    may_sort: bool


def _codings(answer: AnswerValue, user: User, choice: str) -> Codings:
    found = list(answer.codings.all())
    own = next((coding for coding in found if coding.coded_by_id == user.pk), None)
    return Codings(
        themes=list(found[0].themes.all()) if found and choice != "check" else [],
        own=[theme.pk for theme in own.themes.all()] if own else [],
        is_sorted=bool(found) and choice != "check",
        may_sort=own is not None or len(found) < 2,
    )


@require_POST
@login_required
def code_comment(request: HttpRequest, slug: str, quarter: str, answer: UUID) -> HttpResponse:
    """Keep the themes that a reader found in a comment, and lead back to it."""
    user: Any = request.user
    if not (user.is_staff and selectors.may_read_texts(user)):
        raise PermissionDenied
    themes = [read_number(number) for number in request.POST.getlist("theme")[:MOST_THEMES]]
    try:
        services.code_comment(answer_id=answer, themes=themes, actor=user, at=timezone.now())
    except AnswerValue.DoesNotExist:
        raise Http404 from None
    except services.SortedTwice:
        messages.error(request, _now("Two people have sorted this comment already."))
    else:
        messages.success(request, _now("Sorted."))
    choice, page = request.POST.get("show", ""), read_number(request.POST.get("page", "1"))
    back = urlencode({"show": choice if choice in CHOICES else "", "page": page})
    return HttpResponseRedirect(f"{reverse('surveys:comments', args=[slug, quarter])}?{back}", status=303)


@for_report_readers
@recently_authenticated
def figures_file(
    request: HttpRequest, units: dict[int, Unit], slug: str, quarter: str, form: str
) -> HttpResponse:
    """Hand out the figures of a quarter as a spreadsheet or for statistics programs, without what the page hides.

    Whoever takes it out shows once more who he is.
    """
    return _file([_report(units, slug, quarter)], f"survey-{slug}-{quarter}", form)


def _file(
    reports_of: list[QuarterReport], name: str, form: str, more: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    if form not in (*sheets.FORMATS, "sav") or not reports_of:
        raise Http404
    if form == "sav":
        headers = {"Content-Disposition": f'attachment; filename="{name}.sav"'}
        file = statistics_file(reports_of, jalali.local(timezone.now()))
        return HttpResponse(file, content_type=sav.CONTENT_TYPE, headers=headers)
    return sheet_handed_out(
        form,
        name=name,
        title=reports_of[0].slug,
        columns=columns(reports_of[0]),
        rows=(sheets.row_of(columns(one), line) for one in reports_of for line in figure_lines(one)),
        about=[*(pair for one in reports_of for pair in about(one)), *more],
        right_to_left=get_language() == "fa",
    )


@for_report_readers
def codebook(request: HttpRequest, units: dict[int, Unit], slug: str, number: int, form: str) -> HttpResponse:
    """Hand out the codes, values and words of a version that was published."""
    versions = Version.objects.exclude(state=State.DRAFT).select_related("questionnaire")
    version = get_object_or_404(versions, questionnaire__slug=slug, number=number)
    if form not in sheets.FORMATS:
        raise Http404
    return sheet_handed_out(
        form,
        name=f"codebook-{slug}-{number}",
        title=f"{slug[:20]} {number}",
        columns=codebook_columns(),
        rows=(sheets.row_of(codebook_columns(), entry) for entry in entries(version)),
        about=about_version(version),
        right_to_left=get_language() == "fa",
    )


@for_report_readers
def half(request: HttpRequest, units: dict[int, Unit], slug: str, quarter: str) -> HttpResponse:
    """Show the half year of a quarter on one page, ready to be printed: coverage, main figures, actions."""
    figures = _half(units, slug, quarter)
    questionnaire = get_object_or_404(Questionnaire, slug=slug)
    period = policy.read_quarter(quarter)
    actions = ImprovementAction.objects.filter(
        questionnaire=questionnaire,
        unit__in=units,
        year=period.year if period else 0,
        quarter__in=[one.closing.quarter for one in figures],
    ).select_related("unit", "questionnaire")
    context = {
        "questionnaire": questionnaire,
        "name": half_name(period) if period else "",
        "slug": quarter,
        "quarters": [(one, coverage(one.closing, questionnaire, units.values())) for one in figures],
        "effects": effects(actions, jalali.local(timezone.now()).date()),
        "least": policy.MIN_SHOWN,
    }
    return render(request, "surveys/reports/half.html", context)


@for_report_readers
@recently_authenticated
def half_file(
    request: HttpRequest, units: dict[int, Unit], slug: str, quarter: str, form: str
) -> HttpResponse:
    """Hand out the figures of a half year in the same way, and beside them who was asked."""
    figures = _half(units, slug, quarter)
    asked = [
        (_now("%(quarter)s, %(unit)s") % {"quarter": one.name, "unit": row.name}, row.words)
        for one in figures
        for row in coverage(one.closing, one.questionnaire, units.values())
    ]
    return _file(figures, f"survey-{slug}-half-{quarter}", form, asked)


def _half(units: dict[int, Unit], slug: str, quarter: str) -> list[QuarterReport]:
    """Return the reports of the closed quarters of the half year that a quarter belongs to."""
    period = policy.read_quarter(quarter)
    if period is None:
        raise Http404
    questionnaire = get_object_or_404(Questionnaire, slug=slug)
    closings = selectors.closings()
    half = [closing for closing in reversed(closings) if closing.period in policy.half_of(period)]
    return [QuarterReport(closing, questionnaire, units, closings=closings) for closing in half]


def _report(units: dict[int, Unit], slug: str, quarter: str) -> QuarterReport:
    """Return the report of a closed quarter; raises Http404 where there is none."""
    questionnaire = get_object_or_404(Questionnaire, slug=slug)
    period = policy.read_quarter(quarter)
    closings = selectors.closings()
    closing = next((one for one in closings if one.period == period), None)
    if closing is None:
        raise Http404
    return QuarterReport(closing, questionnaire, units, closings=closings)
