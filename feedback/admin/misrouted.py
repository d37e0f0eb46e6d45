"""Which rules send cases to the wrong unit, and which word would mend it; a person puts the word into a draft."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import REPORT_ROLES
from directory.selectors import unit_names
from feedback import services
from feedback.admin.rehearsed import only_for_editors
from portal.kernel.text import read_number
from portal.ui.staff import in_roles
from routing import services as routing
from routing.enums import Stage, Status
from routing.models import RuleSet
from routing.policy import MAX_WEIGHT


@dataclass(frozen=True)
class Target:
    """A unit that staff sent cases of one rule to, by name."""

    code: str
    name: str
    cases: int
    is_frequent: bool


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    rule: str
    stage: str
    stage_name: str
    cases: int
    redirected: int
    share: float
    targets: list[Target]


def misrouted_page(request: HttpRequest) -> HttpResponse:
    """Show the report; for one miss the words that would mend it, and put one of them into a draft."""
    only_for_editors(request)
    if request.method == "POST":
        return _add(request)
    report = services.misrouted(at=timezone.now())
    names = unit_names({miss.right for row in report for miss in row.misses})
    context = {
        **admin.site.each_context(request),
        "title": _("Misrouted by rule"),
        "opts": RuleSet._meta,
        "rows": [_row(row, names) for row in report],
        "may_act": in_roles(request, REPORT_ROLES),
    }
    if "to" in request.GET:
        context |= _advice(request, report, names)
    return TemplateResponse(request, "admin/feedback/case/misrouted.html", context)


def _row(row: services.Misrouted, names: dict[str, str]) -> Row:
    known = row.stage in Stage.values
    return Row(
        rule=row.rule,
        stage=row.stage,
        stage_name=str(Stage(row.stage).label) if known else row.stage,
        cases=row.cases,
        redirected=row.redirected,
        share=row.share,
        targets=[
            Target(miss.right, names.get(miss.right, miss.right), miss.cases, miss.is_frequent)
            for miss in row.misses
        ],
    )


def _advice(request: HttpRequest, report: list[services.Misrouted], names: dict[str, str]) -> dict[str, Any]:
    """Return the words for the miss that the address names; raises Http404 for one that is not in the report."""
    asked = tuple(request.GET.get(name, "") for name in ("rule", "stage", "to"))
    misses = [miss for row in report for miss in row.misses if (miss.rule, miss.stage, miss.right) == asked]
    if not misses:
        raise Http404
    miss = misses[0]
    advice = services.advise(rule=miss.rule, stage=miss.stage, right=miss.right, at=timezone.now())
    return {
        "miss": miss,
        "right": names.get(miss.right, miss.right),
        "advice": advice,
        "drafts": RuleSet.objects.filter(status=Status.DRAFT),
        "source": RuleSet.objects.in_force().first(),
    }


def _add(request: HttpRequest) -> HttpResponse:
    """Put a word into a rule of a draft and go to that rule."""
    weight, _equals, word = request.POST.get("word", "").partition("=")
    user: Any = request.user
    try:
        rule = routing.add_word(
            ruleset_id=read_number(request.POST.get("draft", "")),
            code=request.POST.get("code", ""),
            phrase=word[:100],
            weight=min(read_number(weight), MAX_WEIGHT),
            actor=user,
            at=timezone.now(),
        )
    except routing.NotADraft:
        messages.error(request, _("Choose a draft; only a draft can be changed."))
    except routing.RuleChanged:
        messages.error(request, _("The draft has no such rule any more."))
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        messages.success(
            request, _("The word is in the draft. Rehearse the draft to see its effect on all cases.")
        )
        return HttpResponseRedirect(reverse("admin:routing_rule_change", args=[rule.pk]))
    return HttpResponseRedirect(reverse("rules_misrouted"))
