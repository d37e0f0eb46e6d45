"""The page on which a rule of a draft is written, and tried on a text before it is saved."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kernel.text import clean, read_number
from routing import services
from routing.admin.access import RulesAdmin, back_to, not_a_draft, page_of
from routing.forms import RuleForm, words_of
from routing.models import Rule, RuleSet
from routing.policy import BrokenRules, Passage, Problem, RuleSpec, compile_rules, problems
from routing.selectors import rules_of


def rule_page(page: RulesAdmin, request: HttpRequest, rule: Rule) -> HttpResponse:
    """Show a rule of a draft and change it."""
    if request.method != "POST":
        spec = next(spec for spec in rules_of(rule.ruleset_id) if spec.id == rule.code)
        return _show(page, request, rule.ruleset, RuleForm(spec=spec), rule)
    form = RuleForm(request.POST)
    if "_try" in request.POST or not form.is_valid():
        return _show(page, request, rule.ruleset, form, rule)
    user: Any = request.user
    try:
        services.change_rule(
            rule_id=rule.pk, spec=form.spec(), seen=_seen(request), actor=user, at=timezone.now()
        )
    except services.NotADraft:
        return not_a_draft(request, rule.ruleset_id)
    except services.RuleChanged:
        return _show(page, request, rule.ruleset, form, rule, was_changed=True)
    except (BrokenRules, services.UnitRefused) as refusal:
        return _refused(page, request, rule.ruleset, form, refusal, rule)
    return _saved(request, rule.ruleset_id, form.spec(), rule.pk)


def new_rule_page(page: RulesAdmin, request: HttpRequest, ruleset: RuleSet) -> HttpResponse:
    """Add a rule to a draft."""
    if not ruleset.is_draft:
        return not_a_draft(request, ruleset.pk)
    form = RuleForm(request.POST or None)
    if request.method != "POST" or "_try" in request.POST or not form.is_valid():
        return _show(page, request, ruleset, form)
    user: Any = request.user
    try:
        rule = services.add_rule(ruleset_id=ruleset.pk, spec=form.spec(), actor=user, at=timezone.now())
    except services.NotADraft:
        return not_a_draft(request, ruleset.pk)
    except (BrokenRules, services.UnitRefused) as refusal:
        return _refused(page, request, ruleset, form, refusal)
    return _saved(request, ruleset.pk, form.spec(), rule.pk)


def _seen(request: HttpRequest) -> int:
    """Return the newest change that the page knew of; 0 from a forged form, which is then out of date."""
    return read_number(request.POST.get("seen", ""))


def _refused(
    page: RulesAdmin,
    request: HttpRequest,
    ruleset: RuleSet,
    form: RuleForm,
    refusal: Exception,
    rule: Rule | None = None,
) -> HttpResponse:
    if isinstance(refusal, BrokenRules):
        form.refuse(refusal.problems)
    else:
        form.add_error("unit", form.fields["unit"].error_messages["invalid_choice"])
    return _show(page, request, ruleset, form, rule)


def _saved(request: HttpRequest, ruleset_id: int, spec: RuleSpec, rule_id: int) -> HttpResponse:
    messages.success(request, _("The rule is saved in the draft."))
    for problem in problems([spec]):
        messages.warning(request, words_of(problem))
    return back_to(f"{page_of(ruleset_id)}?rule={rule_id}#rule-{rule_id}")


def _tried(form: RuleForm) -> tuple[list[Passage], list[Problem]]:
    """Return a text with what the rule in the boxes hears in it, and what is odd about the rule."""
    spec, sample = form.spec(), clean(form.cleaned_data["sample"])
    kind = next(iter(spec.kinds), "request")
    try:
        rules = compile_rules([spec])
    except BrokenRules as broken:
        form.refuse(broken.problems)
        return [], []
    tried = services.try_message(rules=rules, kind=kind, subject="", body=sample, at=timezone.now())
    return tried.body, problems([spec])


def _show(
    page: RulesAdmin,
    request: HttpRequest,
    ruleset: RuleSet,
    form: RuleForm,
    rule: Rule | None = None,
    *,
    was_changed: bool = False,
) -> HttpResponse:
    is_trial = "_try" in request.POST and form.is_valid()
    heard, odd = _tried(form) if is_trial else ([], [])
    newest = ruleset.changes.order_by("-id").values_list("pk", flat=True).first()
    context = {
        "title": _("Rule %(code)s") % {"code": rule.code} if rule else _("New rule"),
        "ruleset": ruleset,
        "rule": rule,
        "form": form,
        "seen": newest or 0 if request.method != "POST" or was_changed else _seen(request),
        "was_changed": was_changed,
        "is_trial": is_trial and not form.errors,
        "heard": heard,
        "is_heard": any(passage.heard for passage in heard),
        "odd": [words_of(problem) for problem in odd],
        "action": reverse("admin:routing_rule_change", args=[rule.pk])
        if rule
        else reverse("admin:routing_ruleset_rule", args=[ruleset.pk]),
    }
    return page.show(request, "rule/edit", context)
