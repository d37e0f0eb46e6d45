"""What a draft changes, what is against publishing it, and publishing it; and throwing a draft away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.templatetags.persian import fa_digits
from routing import services
from routing.admin.access import RulesAdmin, back_to, not_a_draft, page_of
from routing.models import RuleSet
from routing.selectors import rules_of


def publish_page(page: RulesAdmin, request: HttpRequest, ruleset: RuleSet) -> HttpResponse:
    """Show the differences with the version in force (of an old version: with the one it was copied from)."""
    user: Any = request.user
    reasons: list[str] = []
    if request.method == "POST":
        try:
            services.publish(ruleset=ruleset, actor=user, at=timezone.now())
        except services.PublicationRefused as refusal:
            reasons = refusal.reasons
        else:
            words = _("Version %(version)s is in force from now on.")
            messages.success(request, words % {"version": fa_digits(ruleset.version)})
            return back_to(page_of(ruleset.pk))
    elif ruleset.is_draft:
        reasons = services.reasons_against(ruleset=ruleset, actor=user)
    before = _compared_with(ruleset)
    context = {
        "title": _("Read and publish") if ruleset.is_draft else _("What changed"),
        "ruleset": ruleset,
        "before": before,
        "reasons": reasons,
        "was_refused": request.method == "POST",
        "differences": services.differences(rules_of(before.pk), rules_of(ruleset.pk)) if before else [],
        "rehearsal": ruleset.rehearsals.first(),
    }
    return page.show(request, "ruleset/publish", context)


def _compared_with(ruleset: RuleSet) -> RuleSet | None:
    if ruleset.is_draft:
        return RuleSet.objects.in_force().first()
    return RuleSet.objects.filter(version=ruleset.copied_from or 0).first()


def discard_page(page: RulesAdmin, request: HttpRequest, ruleset: RuleSet) -> HttpResponse:
    """Ask once more, then throw a draft away."""
    if not ruleset.is_draft:
        return not_a_draft(request, ruleset.pk)
    if request.method == "POST":
        try:
            services.discard(ruleset_id=ruleset.pk)
        except services.NotADraft:
            return not_a_draft(request, ruleset.pk)
        messages.success(request, _("The draft is thrown away."))
        return back_to(reverse("admin:routing_ruleset_changelist"))
    context = {"title": _("Throw the draft away"), "ruleset": ruleset, "count": ruleset.rules.count()}
    return page.show(request, "ruleset/discard", context)
