"""The public directory in the admin: posts, who holds them, how to reach them, and who looked at an entry when."""

from collections.abc import Sequence
from functools import partial
from operator import attrgetter
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from directory import services
from directory.admin.pages import FiledAdmin, OfferedFilter
from directory.forms import ContactImport, EntryPageForm
from directory.forms.imports import TICKS, Plan
from directory.models import Position
from directory.selectors import due_for_a_look
from portal.kernel import jalali
from portal.templatetags.persian import fa_digits, ltr
from portal.ui.admin_base import jalali_column
from portal.ui.sheets import Column

#: Columns of a file that are texts as they are.
TEXTS = (
    *("title_fa", "title_en", "holder_fa", "holder_en", "phone", "internal", "email", "room"),
    *("hours_fa", "hours_en"),
)


def _ticked(name: str, post: Position) -> int:
    return int(getattr(post, name))


def today() -> Any:
    """Return the day it is in Tehran."""
    return jalali.local(timezone.now()).date()


class LookFilter(OfferedFilter):
    """Entries that nobody has looked at for half a year."""

    title = _("last checked")
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("due for a look")), ("fresh", _("looked at lately"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Position]) -> QuerySet[Position]:
        due = due_for_a_look(today())
        if self.value() == "due":
            return queryset.filter(due)
        return queryset.exclude(due) if self.value() == "fresh" else queryset


@admin.register(Position)
class PositionAdmin(FiledAdmin):
    """The public directory. Whoever leaves a post is overwritten; the history keeps who stood there."""

    form = EntryPageForm
    import_form = ContactImport
    list_display = (
        "title_fa",
        "unit",
        "holder_fa",
        "phone_shown",
        jalali_column("checked_on", _("last checked")),
    )
    list_select_related = ("unit",)
    list_filter = (LookFilter, "unit", "is_deputy")
    search_fields = ("title_fa", "holder_fa", "phone")
    ordering = ("unit__order", "order", "id")
    actions = ("found_right",)

    @admin.display(description=_("phone"))
    def phone_shown(self, position: Position) -> SafeString:
        return ltr(position.phone)

    @admin.action(description=_("I looked: these are still right"))
    def found_right(self, request: HttpRequest, queryset: QuerySet[Position]) -> None:
        user: Any = request.user
        for position in queryset:
            self.log_change(request, position, _now("Looked at and found right."))
        count = services.mark_checked(positions=queryset.order_by(), actor=user, on=today())
        words = ngettext("%(count)s entry is marked.", "%(count)s entries are marked.", count)
        messages.success(request, words % {"count": fa_digits(count)})

    # --- Files ---

    def columns(self) -> Sequence[Column]:
        return [
            Column("unit", lambda post: post.unit.code),
            *(Column(name, attrgetter(name), 24) for name in TEXTS),
            *(Column(name, partial(_ticked, name)) for name in TICKS),
            Column("checked_on", lambda post: jalali.short(post.checked_on) if post.checked_on else ""),
            Column("order", lambda post: post.order),
        ]

    def listed(self) -> QuerySet[Position]:
        return Position.objects.select_related("unit").order_by(*self.ordering)

    def store(self, request: HttpRequest, plans: list[Plan]) -> str:
        user: Any = request.user
        positions: list[Any] = [plan.rows[0] for plan in plans]
        fresh = services.import_contacts(positions=positions, actor=user)
        self.record(request, positions, plans)
        counts = {"new": fa_digits(fresh), "changed": fa_digits(len(plans) - fresh)}
        return _now("The file is stored: %(new)s new, %(changed)s changed.") % counts
