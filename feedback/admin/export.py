"""Lists that were taken out: their progress, the download, and the record of all of them."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import CASE_ROLES, Role
from feedback import policy, services
from feedback.enums import ExportState
from feedback.models import Export
from portal.kernel import jalali
from portal.templatetags.persian import jalali_datetime, said, thousands
from portal.ui.admin_base import UnitScopedAdmin, jalali_column
from portal.ui.handout import handed_out
from portal.ui.sheets import FORMATS

#: Seconds after which the page of a list that is being made looks again.
LOOK_AGAIN = 3


@admin.register(Export)
class ExportAdmin(UnitScopedAdmin):
    """The lists one has taken out; administrators see everybody's, and nobody but the asker gets the file."""

    readers = frozenset({*CASE_ROLES, Role.ADMINISTRATOR})
    list_display = (
        jalali_column("asked_at", gettext_lazy("asked on")),
        "asked_by",
        "purpose_shown",
        "narrowed_shown",
        "count_shown",
        "state",
    )
    list_filter = ("state",)
    list_select_related = ("asked_by",)
    ordering = ("-asked_at", "-id")
    fields = ("progress", "download", "asker", "asked", "purpose_shown", "narrowed_shown", "form", "fetched")
    readonly_fields = fields

    def visible_to(self, user: Any) -> QuerySet[Export]:
        oversees = user.is_superuser or user.acts_as(Role.ADMINISTRATOR)
        return Export.objects.filter(Q() if oversees else Q(asked_by=user))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        door = path("<int:export_id>/file/", wrap(self.file_view), name="feedback_export_file")
        return [door, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the list; while it is being made the page looks again by itself."""
        context = {"title": _("List taken out"), "subtitle": None, **(extra_context or {})}
        response = super().change_view(request, object_id, form_url, context)
        export = self.get_object(request, unquote(object_id))
        if export is not None and export.is_under_way:
            response["Refresh"] = str(LOOK_AGAIN)
        return response

    def file_view(self, request: HttpRequest, export_id: int) -> HttpResponseBase:
        """Hand the file to its asker; for anybody else, and after a day, there is none."""
        user: Any = request.user
        if not self.has_view_permission(request):
            raise Http404
        export = services.fetch_export(export_id=export_id, actor=user, at=timezone.now())
        if export is None:
            raise Http404
        found = handed_out(export.file, name=file_name(export), content_type=FORMATS[export.form])
        if found is None:
            raise Http404
        return found

    # --- Columns ---

    @admin.display(description=gettext_lazy("asked by"))
    def asker(self, export: Export) -> SafeString:
        return format_html("<bdi>{}</bdi>", export.asked_by)

    @admin.display(description=gettext_lazy("asked on"))
    def asked(self, export: Export) -> str:
        return jalali_datetime(export.asked_at)

    @admin.display(description=gettext_lazy("what for"))
    def purpose_shown(self, export: Export) -> SafeString:
        return said(export.purpose)

    @admin.display(description=gettext_lazy("which cases"))
    def narrowed_shown(self, export: Export) -> SafeString:
        return said(export.narrowed or _("all"))

    @admin.display(description=gettext_lazy("cases"))
    def count_shown(self, export: Export) -> str:
        return thousands(export.total if export.is_under_way else export.count)

    @admin.display(description=gettext_lazy("how far"))
    def progress(self, export: Export) -> SafeString:
        if not export.is_under_way:
            return format_html("{}", export.get_state_display())
        words = _("%(done)s of %(total)s cases") % {
            "done": thousands(export.done),
            "total": thousands(export.total),
        }
        return format_html(
            '<progress max="{}" value="{}">{}</progress> {}', export.total, export.done, words, words
        )

    @admin.display(description=gettext_lazy("file"))
    def download(self, export: Export) -> SafeString:
        if export.state != ExportState.READY or export.made_at is None:
            return format_html("{}", "—")
        until = jalali_datetime(export.made_at + policy.EXPORT_KEPT)
        words = _("%(count)s cases; here until %(until)s, for whoever asked for it.") % {
            "count": thousands(export.count),
            "until": until,
        }
        address = reverse("admin:feedback_export_file", args=[export.pk])
        return format_html(
            '<a class="button" href="{}">{}</a> <span>{}</span>', address, _("Download"), words
        )

    @admin.display(description=gettext_lazy("last downloaded on"))
    def fetched(self, export: Export) -> str:
        return jalali_datetime(export.fetched_at) or "—"


def file_name(export: Export) -> str:
    """Return the name of the download: what it is and when it was asked for, nothing of what is in it."""
    day = jalali.short(export.asked_at).replace("/", "-")
    return f"cases-{day}-{export.pk}.{export.form}"
