"""Who reads and writes the rules: rule editors, administrators, and whoever heads the service desk."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.enums import Role
from portal.ui.admin_base import UnitScopedAdmin, memberships_of
from routing.models import RuleSet
from routing.policy import DESK

EDITORS = frozenset({Role.ADMINISTRATOR, Role.RULE_EDITOR})


class RulesAdmin(UnitScopedAdmin):
    """A table of the rules. Its rows are never edited as fields: every change goes through the services."""

    readers = EDITORS
    writers = EDITORS

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return self.model._default_manager.all()

    def _may_read(self, request: HttpRequest) -> bool:
        return super()._may_read(request) or _heads_the_desk(request)

    def _may_write(self, request: HttpRequest) -> bool:
        return super()._may_write(request) or _heads_the_desk(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def show(
        self, request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        """Return one of the pages of a rule set."""
        request.current_app = self.admin_site.name
        known = {**self.admin_site.each_context(request), "opts": RuleSet._meta, **context}
        return TemplateResponse(request, f"admin/routing/{name}.html", known, status=status)


def _heads_the_desk(request: HttpRequest) -> bool:
    """Say whether the head of the service desk asks."""
    user: Any = request.user
    return user.is_active and user.is_staff and (DESK, Role.HEAD) in memberships_of(request)


def page_of(ruleset_id: int) -> str:
    """Return the address of a rule set's own page."""
    return reverse("admin:routing_ruleset_change", args=[ruleset_id])


def back_to(address: str) -> HttpResponse:
    return HttpResponseRedirect(address)


def not_a_draft(request: HttpRequest, ruleset_id: int) -> HttpResponse:
    """Say that only drafts can be changed, and go to the set, or to the list where it is gone."""
    messages.error(request, _("Only a draft can be changed. Make a new draft from this version."))
    if RuleSet.objects.filter(pk=ruleset_id).exists():
        return back_to(page_of(ruleset_id))
    return back_to(reverse("admin:routing_ruleset_changelist"))
