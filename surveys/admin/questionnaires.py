"""Questionnaires and their versions; the steps of a version are actions."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.templatetags.persian import fa_digits, ltr, thousands
from portal.ui.admin_base import jalali_column
from surveys import policy, services
from surveys.admin.base import SurveyAdmin
from surveys.enums import EXCLUDING, Change, State
from surveys.forms import ResponseForm
from surveys.models import Questionnaire, Version
from surveys.policy import Defect, Difference

#: Why a version cannot be published, in words.
DEFECTS: dict[Defect, str | Promise] = {
    Defect.NO_ITEMS: _("it has no question yet"),
    Defect.TOO_MANY_ITEMS: _("it has more than 15 questions"),
    Defect.FEW_OPTIONS: _("question %(item)s needs two options or more"),
    Defect.NEEDLESS_OPTIONS: _("question %(item)s is answered in words and has options"),
    Defect.NO_FIVE_POINTS: _("question %(item)s needs a scale and its options 5, 4, 3, 2, 1 in this order"),
    Defect.LEVEL_TOO_LOW: _("the change is larger than it is called; choose another level of change"),
    Defect.BAD_CONDITION: _("a condition asks for what does not stand before it (%(item)s)"),
    Defect.NOT_A_DRAFT: _("it is not a draft"),
    Defect.NOT_PUBLISHED: _("it is not published"),
}


#: How a question differs from the version before, in words.
DIFFERENCES: dict[Difference, str | Promise] = {
    Difference.ADDED: _("new question"),
    Difference.REMOVED: _("question taken out"),
    Difference.MOVED: _("stands elsewhere"),
    Difference.KIND: _("answered in another way"),
    Difference.SCALE: _("another scale"),
    Difference.CONDITION: _("asked under another condition"),
    Difference.LIMIT: _("another limit"),
    Difference.DUTY: _("compulsory, or no longer"),
    Difference.OPTIONS: _("other options"),
}


@dataclass(frozen=True)
class Changed:
    """One question that differs: how, and its wording before and after."""

    code: str
    signs: list[str]
    before: str
    after: str


def compared(before: Version, after: Version) -> list[Changed]:
    """Return every question whose rules or wording differ between two versions."""
    old = {item.code: item.wording for item in before.asked}
    new = {item.code: item.wording for item in after.asked}
    signs: dict[str, list[str]] = {code: [] for code in (*new, *old) if old.get(code) != new.get(code)}
    try:
        for code, sign in policy.differences(before.questions, after.questions):
            signs.setdefault(code, []).append(str(DIFFERENCES[sign]))
    except policy.ConditionRefused:
        signs.setdefault("", []).append(str(DEFECTS[Defect.BAD_CONDITION] % {"item": ""}))
    return [Changed(code, words, old.get(code, ""), new.get(code, "")) for code, words in signs.items()]


def _least(before: Version, after: Version) -> str:
    try:
        return str(policy.least_change(before.questions, after.questions).label)
    except policy.ConditionRefused:
        return ""


@admin.register(Questionnaire)
class QuestionnaireAdmin(SurveyAdmin):
    """The surveys. A survey's questions are those of its versions."""

    list_display = ("title_fa", "address", "asks_service")
    ordering = ("order", "slug")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    @admin.display(description=_("name in the address"), ordering="slug")
    def address(self, questionnaire: Questionnaire) -> SafeString:
        return ltr(questionnaire.slug)


class VersionForm(forms.ModelForm):
    """The texts of a draft and what its editor calls the change."""

    class Meta:
        model = Version
        fields = (
            *("questionnaire", "heading_fa", "heading_en", "intro_fa", "intro_en"),
            *("change", "change_note"),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        questionnaire = data.get("questionnaire")
        if (
            questionnaire
            and questionnaire.versions.filter(state=State.DRAFT).exclude(pk=self.instance.pk).exists()
        ):
            self.add_error("questionnaire", _("This questionnaire has a draft already."))
        return data


@admin.register(Version)
class VersionAdmin(SurveyAdmin):
    """Versions of the questionnaires. Only drafts can be changed; the steps on are actions."""

    form = VersionForm
    list_display = (
        *("questionnaire", "number_shown", "state", jalali_column("published_at", _("published on"))),
        *("received", "left_out", "look"),
    )
    list_select_related = ("questionnaire",)
    list_filter = ("questionnaire", "state")
    ordering = ("questionnaire__order", "-number")
    actions = ("publish", "copy", "retire")

    def visible_to(self, user: Any) -> QuerySet[Version]:
        odd = Q(responses__flags__overlap=[flag.value for flag in EXCLUDING])
        counts = {"responses_all": Count("responses"), "responses_odd": Count("responses", filter=odd)}
        return Version.objects.annotate(**counts)

    def has_change_permission(self, request: HttpRequest, obj: Version | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("questionnaire",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Version, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            services.start_draft(questionnaire=obj.questionnaire, draft=obj)

    @admin.display(description=_("number"), ordering="number")
    def number_shown(self, version: Version) -> str:
        return fa_digits(version.number)

    @admin.display(description=_("responses"))
    def received(self, version: Version) -> str:
        return thousands(version.responses_all)  # type: ignore[attr-defined]

    @admin.display(description=_("of them left out"))
    def left_out(self, version: Version) -> str:
        return thousands(version.responses_odd)  # type: ignore[attr-defined]

    # --- Looking at a version before it is published ---

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:version_id>/preview/", wrap(self.preview_view), name="surveys_version_preview"),
            path("<int:version_id>/compare/", wrap(self.compare_view), name="surveys_version_compare"),
            *super().get_urls(),
        ]

    def _known(self, request: HttpRequest, version_id: int) -> Version:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request).select_related("questionnaire"), pk=version_id)

    def preview_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Show a version as citizens would see it; nothing can be sent from here."""
        version = self._known(request, version_id)
        form, fault = None, ""
        try:
            form = ResponseForm(version=version, at=timezone.now())
        except policy.ConditionRefused as refused:
            fault = str(refused)
        context = {"form": form, "version": version, "fault": fault, "is_preview": True}
        return render(request, "admin/surveys/version/preview.html", context)

    def compare_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Show what a version changes against the one before, and the smallest level this may be called."""
        version = self._known(request, version_id)
        before = version.questionnaire.versions.filter(number__lt=version.number).order_by("number").last()
        context = {
            **self.admin_site.each_context(request),
            "title": _now("What this version changes"),
            "version": version,
            "before": before,
            "rows": compared(before, version) if before else [],
            "least": _least(before, version) if before else "",
        }
        return render(request, "admin/surveys/version/compare.html", context)

    @admin.display(description=_("look"))
    def look(self, version: Version) -> SafeString:
        addresses = [
            reverse(f"admin:surveys_version_{name}", args=[version.pk]) for name in ("preview", "compare")
        ]
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            *(addresses[0], _("preview"), addresses[1], _("what changes")),
        )

    @admin.action(description=_("Publish the chosen drafts"))
    def publish(self, request: HttpRequest, queryset: QuerySet[Version]) -> None:
        for version in queryset:
            self._step(request, version, self._publish, _now("%(version)s is published."))

    @admin.action(description=_("Copy into a new draft"))
    def copy(self, request: HttpRequest, queryset: QuerySet[Version]) -> None:
        for version in queryset:
            self._step(request, version, self._copy, _now("%(version)s is copied into a draft."))

    @admin.action(description=_("Close without a successor"))
    def retire(self, request: HttpRequest, queryset: QuerySet[Version]) -> None:
        for version in queryset:
            self._step(request, version, self._retire, _now("%(version)s is closed."))

    def _step(self, request: HttpRequest, version: Version, step: Any, done: str) -> None:
        """Take one step and say what became of it."""
        name = {"version": str(version)}
        try:
            step(request, version)
        except policy.VersionRefused as fault:
            why = DEFECTS[fault.defect] % {"item": fault.item}
            messages.error(request, _now("%(version)s: %(why)s.") % {**name, "why": why})
        except services.DraftExists:
            messages.error(request, _now("%(version)s: there is a draft already.") % name)
        else:
            messages.success(request, done % name)

    @staticmethod
    def _publish(request: HttpRequest, version: Version) -> None:
        user: Any = request.user
        services.publish_version(
            version_id=version.pk,
            actor=user,
            change=Change(version.change or Change.PATCH),
            at=timezone.now(),
            note=version.change_note,
        )

    @staticmethod
    def _copy(request: HttpRequest, version: Version) -> None:
        user: Any = request.user
        services.copy_to_draft(version_id=version.pk, actor=user)

    @staticmethod
    def _retire(request: HttpRequest, version: Version) -> None:
        user: Any = request.user
        services.retire_version(version_id=version.pk, actor=user, at=timezone.now())
