"""What citizens think of the answers."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.enums import CASE_ROLES
from feedback import selectors
from feedback.models import Case, Rating
from portal.templatetags.persian import fa_digits, ltr, percent, said
from portal.ui.admin_base import ScopedChangeList, UnitScopedAdmin, jalali_column


class RatingList(ScopedChangeList):
    """The ratings one may see; below them stands how many said what."""

    @property
    def tally(self) -> str:
        figures = selectors.rating_figures(self.queryset)
        whole = ngettext("%(count)s rating", "%(count)s ratings", figures.total)
        parts = [f"{label} {fa_digits(count)}" for label, count in figures.counts if count]
        share = _("satisfied or very satisfied: %(share)s") % {"share": percent(figures.satisfied_percent)}
        return _(", ").join([whole % {"count": fa_digits(figures.total)}, *parts, share])


@admin.register(Rating)
class RatingAdmin(UnitScopedAdmin):
    """How citizens rated the answers in the cases one may see. Nobody changes them."""

    readers = frozenset(CASE_ROLES)
    list_display = (
        "number",
        "score",
        "words_shown",
        "unit",
        jalali_column("rated_at", gettext_lazy("rated")),
    )
    list_filter = ("score",)
    list_select_related = ("case", "unit")
    ordering = ("-rated_at", "-id")
    fields = ("number", "score", "words_shown", "unit")
    readonly_fields = fields
    change_list_template = "admin/feedback/rating/change_list.html"

    def visible_to(self, user: Any) -> QuerySet[Rating]:
        return Rating.objects.filter(case__in=Case.objects.visible_to(user))

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[RatingList]:
        return RatingList

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("case"))
    def number(self, rating: Rating) -> SafeString:
        return ltr(fa_digits(rating.case.number))

    @admin.display(description=gettext_lazy("in the citizen's words"))
    def words_shown(self, rating: Rating) -> SafeString:
        return said(rating.words) if rating.words else format_html("{}", "—")
