"""Pages on which staff read the rule sets. Writing and publishing them is no business of these pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from directory.enums import Role
from portal.templatetags.persian import fa_digits, ltr
from portal.ui.admin_base import UnitScopedAdmin, jalali_column
from routing.enums import Kind
from routing.models import Rule, RuleSet

#: Keywords of a rule that a list shows.
SHOWN = 4


class RulesAdmin(UnitScopedAdmin):
    """A table of the rules: administrators and rule editors read it, nobody changes it here."""

    readers = frozenset({Role.ADMINISTRATOR, Role.RULE_EDITOR})

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return self.model._default_manager.all()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RuleSet)
class RuleSetAdmin(RulesAdmin):
    """The versions of the rules; one of them is in force."""

    list_display = (
        "name",
        "version_shown",
        "status",
        jalali_column("published_at", _("published on")),
        jalali_column("retired_at", _("retired on")),
    )
    list_filter = ("status",)
    ordering = ("-version",)
    fields = ("name", "version_shown", "status", "published_by")

    @admin.display(description=_("version"), ordering="version")
    def version_shown(self, ruleset: RuleSet) -> str:
        return fa_digits(ruleset.version)


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

    @admin.display(description=_("code"), ordering="code")
    def code_shown(self, rule: Rule) -> SafeString:
        return ltr(rule.code)

    @admin.display(description=_("order"), ordering="order")
    def place(self, rule: Rule) -> str:
        return fa_digits(rule.order)

    @admin.display(description=_("kinds"))
    def kinds_shown(self, rule: Rule) -> str:
        return "، ".join(str(Kind(kind).label) for kind in rule.kinds) or str(_("all"))

    @admin.display(description=_("keywords"))
    def some_words(self, rule: Rule) -> str:
        """The first few words; a long rule is read on its own page."""
        phrases = [word.phrase for word in rule.keywords.all()]
        return "، ".join(phrases[:SHOWN]) + ("، …" if len(phrases) > SHOWN else "")

    @admin.display(description=_("keywords"))
    def words(self, rule: Rule) -> SafeString:
        return format_html_join("، ", "<bdi>{}</bdi>", ((word.phrase,) for word in rule.keywords.all()))
