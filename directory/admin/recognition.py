"""The recognition file: heads write a note and close an entry, the person reads his own and replies or objects."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from directory import policy, services
from directory.enums import Outcome, Role
from directory.models import Recognition
from directory.policy import Unheard
from directory.selectors import recognitions_known_to
from portal.kernel.text import read_number
from portal.templatetags.persian import said
from portal.ui import sheets
from portal.ui.admin_base import UnitScopedAdmin, jalali_column
from portal.ui.handout import sheet_handed_out

REFUSALS: dict[Unheard, str | Promise] = {
    Unheard.CLOSED: _("This entry is closed already."),
    Unheard.SAID: _("There is a word here already; it stays as it is."),
    Unheard.EMPTY: _("This is still empty."),
    Unheard.OWN: _("This entry is about you; somebody else decides about it."),
    Unheard.NOT_OWN: _("Only the person concerned can reply."),
    Unheard.NO_NOTE: _("Write your note first."),
    Unheard.NO_REPLY: _("The person has not been heard yet."),
    Unheard.OBJECTED: _("The person objects; the head above you decides."),
}


class RecognitionForm(forms.ModelForm):
    """One side's part of an entry; which fields there are depends on who looks."""

    class Meta:
        model = Recognition
        fields = ("note", "outcome", "reply", "is_objected")
        widgets = {"note": forms.Textarea({"rows": 3}), "reply": forms.Textarea({"rows": 3})}

    #: Whoever fills it in, set by the page.
    actor: Any = None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        entry = Recognition.objects.get(pk=self.instance.pk)
        is_own = entry.person_id == self.actor.pk
        try:
            if data.get("note"):
                policy.check_note(
                    data["note"], is_open=entry.is_open, is_own=is_own, is_noted=bool(entry.note)
                )
            if "reply" in self.fields:
                policy.check_reply(
                    data.get("reply", ""), is_open=entry.is_open, is_own=is_own, is_replied=bool(entry.reply)
                )
            if data.get("outcome"):
                policy.check_close(
                    is_open=entry.is_open,
                    is_own=is_own,
                    is_praise=entry.is_praise,
                    is_noted=bool(entry.note or data.get("note")),
                    is_replied=bool(entry.reply),
                    is_objected=entry.is_objected,
                    is_author=entry.noted_by_id == self.actor.pk or bool(data.get("note")),
                )
        except policy.RecognitionRefused as refused:
            raise ValidationError(str(REFUSALS[refused.reason]), str(refused.reason)) from refused
        return data


@admin.register(Recognition)
class RecognitionAdmin(UnitScopedAdmin):
    """Everybody finds the entries about himself, heads those of their own unit; nobody adds or deletes one here."""

    readers = writers = frozenset(Role)
    private_texts = frozenset({"note", "reply"})
    form = RecognitionForm
    list_display = (
        *("person", "unit", "source", "finding_shown", jalali_column("opened_at", _("entered on"))),
        *("is_objected", "outcome_shown"),
    )
    list_select_related = ("person", "unit")
    list_filter = ("source", "is_praise", "outcome")
    ordering = ("-opened_at", "-id")
    fields = (
        *("person_shown", "unit_shown", "source", "reference", "finding_shown", "opened_shown"),
        *("note", "reply", "is_objected", "outcome"),
    )
    actions = ("take_out",)
    asks_again = ("file_view",)

    def visible_to(self, user: Any) -> QuerySet[Recognition]:
        return recognitions_known_to(user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """List the file in the menu of heads, who keep it; everybody else is led to his own from the first page."""
        return self._has_role(request, frozenset({Role.HEAD}))

    def _writable(self, request: HttpRequest, entry: Recognition) -> tuple[str, ...]:
        user: Any = request.user
        if not entry.is_open:
            return ()
        if entry.person_id == user.pk:
            return () if entry.reply else ("reply", "is_objected")
        return ("outcome",) if entry.note else ("note", "outcome")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        writable = self._writable(request, obj) if obj else ()
        return tuple(name for name in self.fields if name not in writable)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or bool(self._writable(request, obj))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        form.actor = request.user  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: Recognition, form: Any, change: bool) -> None:
        user: Any = request.user
        given, now = form.cleaned_data, timezone.now()
        if given.get("note"):
            services.note_recognition(entry_id=obj.pk, note=given["note"], actor=user)
        if given.get("reply"):
            services.reply_to_recognition(
                entry_id=obj.pk,
                reply=given["reply"],
                is_objected=given["is_objected"],
                actor=user,
                at=now,
            )
        if given.get("outcome"):
            services.close_recognition(entry_id=obj.pk, outcome=Outcome(given["outcome"]), actor=user, at=now)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        return [path("file/", view, name="directory_recognition_file"), *super().get_urls()]

    @admin.action(description=_("Take the chosen entries out as XLSX"))
    def take_out(self, request: HttpRequest, queryset: QuerySet[Recognition]) -> HttpResponse:
        """Lead to the file of the chosen entries, which asks once more who it is for (`asks_again`)."""
        chosen = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))
        address = reverse("admin:directory_recognition_file")
        return HttpResponseRedirect(f"{address}?{urlencode({'entries': chosen})}", status=303)

    def file_view(self, request: HttpRequest) -> HttpResponse:
        """Hand out the entries of `?entries=` that one may know of."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        numbers = [read_number(number) for number in request.GET.get("entries", "").split(",")]
        chosen = self.get_queryset(request).filter(pk__in=numbers).select_related("person", "unit")
        columns = [
            sheets.Column(_now("person"), lambda entry: str(entry.person), 26),
            sheets.Column(_now("unit"), lambda entry: str(entry.unit), 30),
            sheets.Column(_now("source"), lambda entry: str(entry.get_source_display()), 24),
            sheets.Column(_now("what it rests on"), lambda entry: entry.finding, 60),
            sheets.Column(_now("note of the head"), lambda entry: entry.note, 40),
            sheets.Column(_now("word of the person"), lambda entry: entry.reply, 40),
            sheets.Column(_now("outcome"), lambda entry: str(entry.get_outcome_display()), 20),
        ]
        return sheet_handed_out(
            "xlsx",
            name="recognition",
            title=_now("recognition file"),
            columns=columns,
            rows=(sheets.row_of(columns, entry) for entry in chosen.order_by(*self.ordering)),
            right_to_left=get_language() == "fa",
        )

    @admin.display(description=_("person"))
    def person_shown(self, entry: Recognition) -> SafeString:
        """Name the person without a link: his page is not for those who read this."""
        return said(str(entry.person))

    @admin.display(description=_("unit"))
    def unit_shown(self, entry: Recognition) -> str:
        return str(entry.unit)

    @admin.display(description=_("what it rests on"))
    def finding_shown(self, entry: Recognition) -> SafeString:
        return said(entry.finding)

    @admin.display(description=_("entered on"))
    def opened_shown(self, entry: Recognition) -> str:
        return jalali_column("opened_at", "")(entry)

    @admin.display(description=_("outcome"))
    def outcome_shown(self, entry: Recognition) -> str:
        return entry.get_outcome_display() or _now("open")
