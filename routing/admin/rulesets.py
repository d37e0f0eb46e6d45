"""Rule sets in the admin: the list of versions, the page of one, and the doors to its other pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.text import read_number
from portal.templatetags.persian import fa_digits
from portal.ui.admin_base import jalali_column
from routing import services
from routing.admin.access import RulesAdmin, back_to, not_a_draft, page_of
from routing.admin.publishing import discard_page, publish_page
from routing.admin.rehearsing import rehearsal_page
from routing.admin.rulepage import new_rule_page
from routing.admin.trying import try_page
from routing.forms import DraftForm, words_of
from routing.models import Rule, RuleSet
from routing.policy import BrokenRules
from routing.selectors import problems_of

#: Rules on one page, changes of the record that are shown.
RULES_PER_PAGE = 100
CHANGES_SHOWN = 30

View = Callable[..., HttpResponse]


@admin.register(RuleSet)
class RuleSetAdmin(RulesAdmin):
    """The versions of the rules; one of them is in force."""

    list_display = (
        "name",
        "version_shown",
        "status",
        jalali_column("published_at", gettext_lazy("published on")),
        jalali_column("retired_at", gettext_lazy("retired on")),
    )
    list_filter = ("status",)
    ordering = ("-version",)

    @admin.display(description=gettext_lazy("version"), ordering="version")
    def version_shown(self, ruleset: RuleSet) -> str:
        return fa_digits(ruleset.version)

    # --- Doors ---

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        doors: tuple[tuple[str, str, View], ...] = (
            ("draft", "draft", new_draft_page),
            ("step", "step", take_step),
            ("rule", "rule", new_rule_page),
            ("try", "try", try_page),
            ("publish", "publish", publish_page),
            ("discard", "discard", discard_page),
            ("rehearsal/<int:rehearsal_id>", "rehearsal", rehearsal_page),
        )
        return [
            *(
                path(f"<int:ruleset_id>/{route}/", wrap(self._door(view)), name=f"routing_ruleset_{name}")
                for route, name, view in doors
            ),
            *super().get_urls(),
        ]

    def _door(self, view: View) -> View:
        """Return a view of one rule set, shut for whoever does not write rules."""

        def opened(request: HttpRequest, ruleset_id: int, **further: Any) -> HttpResponse:
            if not self._may_write(request):
                raise PermissionDenied
            ruleset = self.get_queryset(request).filter(pk=ruleset_id).first()
            if ruleset is None:
                raise Http404
            return view(self, request, ruleset, **further)

        return opened

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        latest = RuleSet.objects.in_force().first() or RuleSet.objects.first()
        return super().changelist_view(request, {"source": latest, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        ruleset = self.get_object(request, unquote(object_id))
        if ruleset is None:
            raise Http404
        return ruleset_page(self, request, ruleset)


def title_of(ruleset: RuleSet) -> str:
    """Return what the pages of a set are headed with."""
    return _("Version %(version)s · %(name)s") % {
        "version": fa_digits(ruleset.version),
        "name": ruleset.name,
    }


def ruleset_page(page: RulesAdmin, request: HttpRequest, ruleset: RuleSet) -> HttpResponse:
    """Show a set: what can be done with it, its rules in their order, what is odd about them, who changed what."""
    rules = ruleset.rules.select_related("unit").prefetch_related("keywords")
    pages = Paginator(rules, RULES_PER_PAGE)
    context = {
        "title": title_of(ruleset),
        "ruleset": ruleset,
        "rules": pages.get_page(request.GET.get("page")),
        "last": pages.count,
        "odd": [(problem.rule, words_of(problem)) for problem in problems_of(ruleset)],
        "rehearsal": ruleset.rehearsals.first(),
        "changes": ruleset.changes.select_related("actor").order_by("-id")[:CHANGES_SHOWN],
        "form": DraftForm(initial={"name": ruleset.name}),
        "changed": request.GET.get("rule", ""),
    }
    return page.show(request, "ruleset/change_form", context)


def new_draft_page(page: RulesAdmin, request: HttpRequest, ruleset: RuleSet) -> HttpResponse:
    """Make a draft with a copy of the rules of a set."""
    form = DraftForm(request.POST or None, initial={"name": ruleset.name})
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        draft = services.new_draft(
            source=ruleset, name=form.cleaned_data["name"], actor=user, at=timezone.now()
        )
        messages.success(
            request, _("The draft is made. The rules in force stay as they are until you publish it.")
        )
        return back_to(page_of(draft.pk))
    return page.show(request, "ruleset/draft", {"title": _("New draft"), "form": form, "ruleset": ruleset})


# --- Steps that need no page of their own -------------------------------------------------------------------------


def take_step(page: RulesAdmin, request: HttpRequest, ruleset: RuleSet) -> HttpResponse:
    """Rename a draft, move, copy or take out one of its rules, or begin its rehearsal."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    user: Any = request.user
    step = next((name for name in STEPS if name in request.POST), None)
    if step is None:
        return back_to(page_of(ruleset.pk))
    try:
        return STEPS[step](request, ruleset, user)
    except services.NotADraft:
        return not_a_draft(request, ruleset.pk)
    except services.RuleChanged:
        messages.error(request, _("Somebody took this rule out meanwhile."))
    return back_to(page_of(ruleset.pk))


def _rule(request: HttpRequest, ruleset: RuleSet, step: str) -> Rule:
    """Return the rule that a button names; raises `RuleChanged` when it is not in this set."""
    rule = ruleset.rules.filter(pk=read_number(request.POST.get(step, ""))).first()
    if rule is None:
        raise services.RuleChanged
    return rule


def _rename(request: HttpRequest, ruleset: RuleSet, user: Any) -> HttpResponse:
    form = DraftForm(request.POST)
    if form.is_valid():
        services.rename(ruleset_id=ruleset.pk, name=form.cleaned_data["name"], actor=user, at=timezone.now())
        messages.success(request, _("The draft has its new name."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return back_to(page_of(ruleset.pk))


def _moved(step: str, by: int) -> View:
    def move(request: HttpRequest, ruleset: RuleSet, user: Any) -> HttpResponse:
        rule = _rule(request, ruleset, step)
        rule = services.move_rule(rule_id=rule.pk, place=rule.order + by, actor=user, at=timezone.now())
        return _shown(rule)

    return move


def _copy(request: HttpRequest, ruleset: RuleSet, user: Any) -> HttpResponse:
    rule = _rule(request, ruleset, "copy")
    copy = services.copy_rule(rule_id=rule.pk, actor=user, at=timezone.now())
    messages.success(request, _("The copy stands behind the rule."))
    return _shown(copy)


def _shown(rule: Rule) -> HttpResponse:
    """Go to where the rule stands now."""
    number = 1 + (rule.order - 1) // RULES_PER_PAGE
    return back_to(f"{page_of(rule.ruleset_id)}?page={number}&rule={rule.pk}#rule-{rule.pk}")


def _remove(request: HttpRequest, ruleset: RuleSet, user: Any) -> HttpResponse:
    rule = _rule(request, ruleset, "remove")
    services.remove_rule(rule_id=rule.pk, actor=user, at=timezone.now())
    messages.success(request, _("The rule %(code)s is taken out of the draft.") % {"code": rule.code})
    return back_to(page_of(ruleset.pk))


def _rehearse(request: HttpRequest, ruleset: RuleSet, user: Any) -> HttpResponse:
    try:
        row = services.rehearse(ruleset_id=ruleset.pk, actor=user, at=timezone.now())
    except BrokenRules as broken:
        for problem in broken.problems:
            messages.error(request, f"{problem.rule}: {words_of(problem)}")
        return back_to(page_of(ruleset.pk))
    return back_to(reverse("admin:routing_ruleset_rehearsal", args=[ruleset.pk, row.pk]))


STEPS: dict[str, View] = {
    "rename": _rename,
    "up": _moved("up", -1),
    "down": _moved("down", 1),
    "copy": _copy,
    "remove": _remove,
    "rehearse": _rehearse,
}
