"""Rules in the admin: the list over all sets, and the page of one, which can be changed while its set is a draft."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.templatetags.persian import fa_digits, listed, ltr
from routing.admin.access import RulesAdmin
from routing.admin.rulepage import rule_page
from routing.models import Rule


@admin.register(Rule)
class RuleAdmin(RulesAdmin):
    """One rule: these words, in messages of these kinds, speak for this unit."""

    list_display = ("code_shown", "ruleset", "place", "unit", "stage", "kinds_shown", "some_words")
    list_select_related = ("ruleset", "unit")
    list_filter = ("ruleset", "stage", "unit")
    ordering = ("-ruleset__version", "order", "id")
    fields = ("code_shown", "ruleset", "place", "unit", "stage", "kinds_shown", "words", "note")

    def visible_to(self, user: Any) -> QuerySet[Rule]:
        return Rule.objects.prefetch_related("keywords")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rule = self.get_object(request, unquote(object_id))
        if rule is None:
            raise Http404
        if rule.ruleset.is_draft and self._may_write(request):
            return rule_page(self, request, rule)
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description=_("code"), ordering="code")
    def code_shown(self, rule: Rule) -> SafeString:
        return ltr(rule.code)

    @admin.display(description=_("order"), ordering="order")
    def place(self, rule: Rule) -> str:
        return fa_digits(rule.order)

    @admin.display(description=_("kinds"))
    def kinds_shown(self, rule: Rule) -> str:
        return rule.kind_names or str(_("all"))

    @admin.display(description=_("keywords"))
    def some_words(self, rule: Rule) -> str:
        return listed([*map(str, rule.first_words), *(["…"] if rule.more_words else [])])

    @admin.display(description=_("keywords"))
    def words(self, rule: Rule) -> SafeString:
        return format_html_join(
            gettext(", "), "<bdi>{}</bdi>", ((word.phrase,) for word in rule.keywords.all())
        )
