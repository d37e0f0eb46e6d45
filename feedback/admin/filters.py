"""What the queue can be narrowed to. A value that is not offered counts as none."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from directory.enums import CASE_ROLES
from directory.models import User
from directory.selectors import Reach, reach_by
from feedback.admin.deadline import WAITING, today_of
from feedback.admin.search import FOUND
from feedback.enums import Kind, Status
from feedback.models import Case
from feedback.models.case import TO_DO
from portal.ui.admin_base import held_by
from routing.policy import CONFIDENTIAL_UNITS

Choices = list[tuple[str, Any]]


class OfferedFilter(admin.SimpleListFilter):
    """A filter that knows the values it offers and no others."""

    def value(self) -> str | None:
        value = super().value()
        return value if value in {str(offered) for offered, _words in self.lookup_choices} else None


def reach_of(request: HttpRequest) -> Reach:
    """Return the units of whoever asks, worked out once a request."""
    known: Reach | None = getattr(request, "staff_reach", None)
    if known is None:
        rows = ((held.unit, held.role) for held in held_by(request))
        known = reach_by(rows, lambda: {pk: unit.parent_id for pk, unit in today_of(request).units.items()})
        request.staff_reach = known  # type: ignore[attr-defined]
    return known


class DeadlineFilter(OfferedFilter):
    """How near the last day is."""

    title = _("deadline")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("late", _("late")),
            ("soon", _("within two days")),
            ("hold", _("waiting for the citizen")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        today = today_of(request)
        wanted = {"late": lambda: today.late, "soon": lambda: today.near, "hold": lambda: WAITING}
        chosen = self.value()
        return queryset.filter(wanted[chosen]()) if chosen else queryset


class StateFilter(OfferedFilter):
    """What is to be done comes first; a search looks everywhere unless told otherwise."""

    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("open", _("to do")),
            ("reopened", _("reopened")),
            ("settled", _("settled")),
            ("all", _("all")),
        ]

    def value(self) -> str:
        return super().value() or ("all" if self.request.GET.get(FOUND) else "open")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        wanted = {"open": TO_DO, "reopened": Q(status=Status.REOPENED), "settled": ~TO_DO, "all": Q()}
        return queryset.filter(wanted[self.value()])

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for value, words in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": words,
            }


class KindFilter(OfferedFilter):
    """What the citizen wrote. Reports of misconduct are offered only in the units that handle them."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        works = {held.code for held in held_by(request) if held.role in CASE_ROLES}
        confides = not CONFIDENTIAL_UNITS.isdisjoint(works)
        return [(kind.value, kind.label) for kind in Kind if confides or kind != Kind.MISCONDUCT]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


#: Who left.
LEFT = Q(assigned_to__in=User.objects.filter(is_active=False))
#: Cases that nobody holds, or somebody who left.
WITH_NOBODY = Q(assigned_to=None) | LEFT


class OfficerFilter(OfferedFilter):
    """Who holds the case; with somebody who left it is with nobody."""

    title = _("officer")
    parameter_name = "officer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("me", _("with me")), ("nobody", _("with nobody")), ("left", _("of people who left"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        chosen = self.value()
        if not chosen:
            return queryset
        wanted = {
            "me": Q(assigned_to=request.user.pk),
            "nobody": WITH_NOBODY,
            "left": LEFT,
        }
        return queryset.filter(wanted[chosen])


class UnitFilter(OfferedFilter):
    """The units whose cases the user sees; not shown to whoever has one unit only."""

    title = _("unit")
    parameter_name = "unit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        user: Any = request.user
        reached = reach_of(request)
        own = reached.works | reached.heads
        units = today_of(request).units.values()
        offered: Choices = [(unit.code, unit.name) for unit in units if user.is_superuser or unit.pk in own]
        return offered if len(offered) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        return queryset.filter(unit__code=self.value()) if self.value() else queryset
