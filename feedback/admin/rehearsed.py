"""Past cases that a draft of the rules would send elsewhere: to each editor those that he may see anyway."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from directory.selectors import unit_names
from feedback import services
from feedback.models import Case
from portal.templatetags.persian import fa_digits
from routing.models import Rehearsal, RuleSet
from routing.policy import BrokenRules, CompiledRules, choose
from routing.selectors import rules_ready

#: Names the cases of breaches where a move is asked for.
BREACH = "breach"


@dataclass(frozen=True)
class Example:
    """A past case and what the draft would do with it, with the words that speak for the unit."""

    case: Case
    unit: str
    rule: str
    words: list[str]


def only_for_editors(request: HttpRequest) -> None:
    """Raise PermissionDenied for whoever does not write rules; what they see of cases is decided elsewhere."""
    if not admin.site.get_model_admin(RuleSet).has_view_permission(request):
        raise PermissionDenied


def rehearsed_page(request: HttpRequest, rehearsal_id: int) -> HttpResponse:
    """Show the examples of one move of a rehearsal; cases that the user may not see are only counted."""
    only_for_editors(request)
    row = Rehearsal.objects.select_related("ruleset").filter(pk=rehearsal_id).first()
    numbers = _numbers(row, request.GET.get("move", "")) if row else []
    if row is None or not numbers:
        raise Http404
    user: Any = request.user
    cases = list(Case.objects.visible_to(user).queue().filter(pk__in=numbers).order_by("-pk"))
    context = {
        **admin.site.each_context(request),
        "title": _("Past cases of version %(version)s") % {"version": fa_digits(row.ruleset.version)},
        "opts": Case._meta,
        "row": row,
        "examples": _examples(cases, row.ruleset),
        "hidden": len(numbers) - len(cases),
        "is_breach": request.GET["move"] == BREACH,
    }
    return TemplateResponse(request, "admin/feedback/case/rehearsed.html", context)


def _numbers(row: Rehearsal, move: str) -> list[int]:
    if move == BREACH:
        return list(row.result.get("breach_examples", ()))
    return list(row.result.get("examples", {}).get(move, ()))


def _examples(cases: list[Case], ruleset: RuleSet) -> list[Example]:
    try:
        rules = rules_ready(ruleset)
    except BrokenRules:
        return [Example(case, "", "", []) for case in cases]
    past = {one.number: one for one in services.past_cases([case.pk for case in cases], version=None)}
    names = unit_names({spec.unit for spec in rules.specs})
    return [_example(case, past[case.pk].facts, rules, names) for case in cases if case.pk in past]


def _example(case: Case, facts: Any, rules: CompiledRules, names: dict[str, str]) -> Example:
    decision = choose(rules, facts)
    spoke = [reason for reason in decision.reasons if reason.unit == decision.unit and reason.points]
    words = list(dict.fromkeys(reason.word for reason in spoke if reason.where in ("subject", "body")))
    return Example(case, names.get(decision.unit, decision.unit), decision.rule or "", words)
