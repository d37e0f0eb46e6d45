"""What was made of the answers: closed quarters, groups that look made by one hand, and improvement actions."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from directory.enums import Role
from directory.models import Membership, Unit, User
from portal.kernel import jalali
from portal.templatetags.persian import fa_digits, ltr, said
from portal.ui.admin_base import jalali_column
from surveys import policy, services
from surveys.admin.base import GatheredAdmin, OfferingAdmin
from surveys.enums import Finding, State
from surveys.models import Closing, ImprovementAction, Item, Questionnaire, Suspicion
from surveys.reports import is_measured, quarter_name
from surveys.selectors import EDITORS, READERS, units_reported_to


@admin.register(Closing)
class ClosingAdmin(GatheredAdmin):
    """Closed quarters with their editions. They never change; a recount is another edition."""

    list_display = (
        "quarter_shown",
        "edition_shown",
        jalali_column("closed_at", _("counted on")),
        "hash_shown",
        "reason",
    )
    ordering = ("-year", "-quarter", "-edition")
    writers = frozenset(EDITORS)
    actions = ("count_anew",)

    def visible_to(self, user: Any) -> QuerySet[Closing]:
        return Closing.objects.all()

    @admin.display(description=_("quarter"))
    def quarter_shown(self, closing: Closing) -> str:
        return quarter_name(closing.period)

    @admin.display(description=_("edition"))
    def edition_shown(self, closing: Closing) -> str:
        return fa_digits(closing.edition)

    @admin.display(description=_("hash of its sums"))
    def hash_shown(self, closing: Closing) -> SafeString:
        return ltr(closing.snapshot_hash[:16])

    @admin.action(description=_("Count anew after a decision on suspicions"))
    def count_anew(self, request: HttpRequest, queryset: QuerySet[Closing]) -> None:
        user: Any = request.user
        for period in {closing.period for closing in queryset}:
            reason = _now("A suspicion was decided anew.")
            services.close_quarter(quarter=period, at=timezone.now(), actor=user, reason=reason)
        messages.success(request, _now("Counted anew; the earlier editions are kept."))


@admin.register(Suspicion)
class SuspicionAdmin(GatheredAdmin):
    """Groups of responses that are left out because they look made by one hand; a decision lifts or restores that."""

    list_display = (
        *("version", "mode", "unit", jalali_column("day", _("day")), "hour_shown", "flag", "count_shown"),
        "is_lifted",
    )
    list_select_related = ("version__questionnaire", "unit")
    list_filter = ("flag", "is_lifted")
    ordering = ("-day", "-hour", "id")
    writers = frozenset(EDITORS)
    actions = ("lift", "restore")

    def visible_to(self, user: Any) -> QuerySet[Suspicion]:
        return Suspicion.objects.all()

    @admin.display(description=_("hour of the day"))
    def hour_shown(self, suspicion: Suspicion) -> str:
        return fa_digits(suspicion.hour)

    @admin.display(description=_("responses"))
    def count_shown(self, suspicion: Suspicion) -> str:
        return fa_digits(suspicion.count)

    @admin.action(description=_("Count these responses again"))
    def lift(self, request: HttpRequest, queryset: QuerySet[Suspicion]) -> None:
        self._decide(request, queryset, is_lifted=True)

    @admin.action(description=_("Leave these responses out"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Suspicion]) -> None:
        self._decide(request, queryset, is_lifted=False)

    @staticmethod
    def _decide(request: HttpRequest, queryset: QuerySet[Suspicion], *, is_lifted: bool) -> None:
        user: Any = request.user
        for suspicion in queryset:
            services.decide_suspicion(
                suspicion_id=suspicion.pk, is_lifted=is_lifted, actor=user, at=timezone.now()
            )
        messages.success(
            request, _now("Decided. A closed quarter keeps its figures until it is counted anew.")
        )


#: What the link of a report may fill in of an action.
FINDING = ("kind", "questionnaire", "code", "reference", "unit", "year", "quarter")


class ActionForm(forms.ModelForm):
    """An action names a finding that is there; one that was recorded stays when its cases are gone."""

    no_such = {
        Finding.RULE: _("This rule sent no case: write stage and rule as the report does, like points:r07."),
        Finding.CLUSTER: _("There is no case with this number."),
    }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not {"kind", "questionnaire", "code", "reference"}.isdisjoint(
            self.changed_data
        ):
            self._check_finding(
                **{name: given[name] for name in ("kind", "questionnaire", "code", "reference")}
            )
        return given

    def _check_finding(
        self, *, kind: str, questionnaire: Questionnaire | None, code: str, reference: str
    ) -> None:
        """Look for what is named; what is left out is said by the constraint."""
        if kind == Finding.SURVEY:
            asked = Item.objects.exclude(version__state=State.DRAFT).filter(
                version__questionnaire=questionnaire
            )
            if questionnaire and code and not asked.filter(code=code).exists():
                self.add_error("code", _("This questionnaire has no question with this code."))
        elif reference and not is_measured(kind, reference, jalali.local(timezone.now()).date()):
            self.add_error("reference", self.no_such[Finding(kind)])


@admin.register(ImprovementAction)
class ImprovementActionAdmin(OfferingAdmin):
    """What was decided because of a finding; heads write for their own units."""

    readers = frozenset({*READERS, Role.HEAD})
    writers = frozenset({*READERS, Role.HEAD})
    may_add = True
    form = ActionForm
    list_display = (
        *("said_shown", "unit", "kind", "finding_shown", "decision", "owner"),
        *(jalali_column("due_on", _("due on")), jalali_column("done_on", _("done on")), "is_public"),
    )
    list_select_related = ("unit", "owner")
    list_filter = ("kind", "decision", "is_public")
    ordering = ("-due_on", "-id")
    readonly_fields = ("done_on", "is_public")
    actions = ("finish", "publish", "withdraw")

    def visible_to(self, user: Any) -> QuerySet[ImprovementAction]:
        units = units_reported_to(user)
        own = ImprovementAction.objects.all()
        return own.none() if units is None else own.filter(unit__in=units.values("pk"))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill in what the link of a report says of the finding; a quarter that it does not name is today's."""
        today = policy.quarter_of(jalali.local(timezone.now()).date())
        named = {name: request.GET[name] for name in FINDING if name in request.GET}
        return {"year": today.year, "quarter": today.number, **named}

    def offered(self, name: str, user: Any) -> QuerySet[Any] | None:
        units = units_reported_to(user) or Unit.objects.none()
        if name == "owner":
            own = User.objects.filter(memberships__in=Membership.objects.active().filter(unit__in=units))
            return own.filter(is_staff=True).order_by("name_fa", "pk").distinct()
        return {"unit": units, "questionnaire": Questionnaire.objects.all()}.get(name)

    @admin.display(description=_("what people said, in Persian"))
    def said_shown(self, action: ImprovementAction) -> SafeString:
        return said(action.said_fa)

    @admin.display(description=_("quarter of the finding"))
    def finding_shown(self, action: ImprovementAction) -> str:
        return quarter_name(action.finding)

    @admin.action(description=_("Mark as done today"))
    def finish(self, request: HttpRequest, queryset: QuerySet[ImprovementAction]) -> None:
        for action in queryset:
            services.finish_action(action_id=action.pk, at=timezone.now())
        messages.success(request, _now("Marked as done."))

    @admin.action(description=_("Publish on «you said, we did»"))
    def publish(self, request: HttpRequest, queryset: QuerySet[ImprovementAction]) -> None:
        self._show(request, queryset, is_public=True)

    @admin.action(description=_("Take off the public page"))
    def withdraw(self, request: HttpRequest, queryset: QuerySet[ImprovementAction]) -> None:
        self._show(request, queryset, is_public=False)

    @staticmethod
    def _show(request: HttpRequest, queryset: QuerySet[ImprovementAction], *, is_public: bool) -> None:
        for action in queryset:
            services.show_action(action_id=action.pk, is_public=is_public)
        messages.success(request, _now("The public page is changed."))
