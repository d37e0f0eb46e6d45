"""Announcements and activities in the admin, with a look at them beforehand."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from directory.admin.pages import KeptAdmin, OfferedFilter
from directory.models import Announcement
from directory.selectors import announcements
from portal.ui.admin_base import jalali_column
from portal.ui.fields import JalaliMomentField


class AnnouncementForm(forms.ModelForm):
    """A short page; it ends after it begins."""

    published_from = JalaliMomentField(
        label=_("Shown from"),
        required=False,
        help_text=_("Day and hour, like 1405/02/28 8:00. Empty: not shown yet."),
    )
    published_until = JalaliMomentField(
        label=_("Shown until"), required=False, help_text=_("Empty: for as long as it stands here.")
    )

    class Meta:
        model = Announcement
        fields = (
            *("kind", "title_fa", "title_en", "body_fa", "body_en", "slug"),
            *("published_from", "published_until", "is_pinned"),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        begins, ends = data.get("published_from"), data.get("published_until")
        if ends and (begins is None or ends <= begins):
            self.add_error("published_until", ValidationError(_("It ends before it begins."), "order"))
        return data


class ShownFilter(OfferedFilter):
    """What the public sees now, and what it does not."""

    title = _("shown")
    parameter_name = "shown"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("shown now")), ("not", _("not shown"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        shown = announcements(timezone.now()).order_by()
        if self.value() == "now":
            return queryset.filter(pk__in=shown)
        return queryset.exclude(pk__in=shown) if self.value() == "not" else queryset


@admin.register(Announcement)
class AnnouncementAdmin(KeptAdmin):
    """Short pages by public relations. What is over ends on its day; its address stays taken."""

    form = AnnouncementForm
    list_display = (
        *("title_fa", "kind", jalali_column("published_from", _("shown from"))),
        *(jalali_column("published_until", _("shown until")), "is_pinned", "preview_link"),
    )
    list_filter = (ShownFilter, "kind")
    search_fields = ("title_fa", "title_en")
    ordering = ("-published_from", "-id")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Announcement, form: Any, change: bool) -> None:
        user: Any = request.user
        obj.author = obj.author or user
        super().save_model(request, obj, form, change)

    @admin.display(description=_("preview"))
    def preview_link(self, announcement: Announcement) -> SafeString:
        page = reverse("admin:directory_announcement_preview", args=[announcement.pk])
        return format_html('<a href="{}">{}</a>', page, _now("Look at it"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview)
        own = path("<int:announcement_id>/preview/", view, name="directory_announcement_preview")
        return [own, *super().get_urls()]

    def preview(self, request: HttpRequest, announcement_id: int) -> HttpResponse:
        """Show a page the way the public will see it."""
        announcement = self.get_queryset(request).filter(pk=announcement_id).first()
        if announcement is None:
            raise Http404
        context = {"announcement": announcement, "is_preview": True}
        return render(request, "directory/announcement.html", context)
