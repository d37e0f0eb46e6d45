"""Ready answers of a unit: kept by its heads, used by its officers."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import CASE_ROLES, Role
from directory.models import Unit, User
from directory.selectors import reach
from feedback.models import CannedAnswer
from feedback.policy import BLANKS
from portal.kernel.blanks import unknown_blanks
from portal.templatetags.persian import ltr
from portal.ui.admin_base import UnitScopedAdmin
from portal.ui.fields import TextField
from portal.ui.widgets import Select, Textarea


class CannedForm(forms.ModelForm):
    """A ready answer: plain text with blanks from a fixed list."""

    text = TextField(
        multiline=True,
        max_length=10_000,
        label=gettext_lazy("text"),
        widget=Textarea({"class": "vLargeTextField", "rows": 12, "dir": "auto"}),
    )

    class Meta:
        model = CannedAnswer
        fields = ("unit", "title", "text", "is_active")

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if wrong := unknown_blanks(text, BLANKS):
            words = _("Only these blanks can be filled: %(known)s. This is none of them: %(wrong)s")
            known = _(", ").join(f"{{{blank}}}" for blank in BLANKS)
            raise ValidationError(words % {"known": known, "wrong": _(", ").join(wrong)})
        return text


class UnitField(forms.TypedChoiceField):
    """One of the units somebody works for; a list of choices, as the units' own page is closed to him."""

    def __init__(self, units: QuerySet[Unit], **options: Any) -> None:
        by_key = {str(unit.pk): unit for unit in units}
        choices = [(key, unit.name) for key, unit in by_key.items()]
        super().__init__(choices=choices, coerce=by_key.__getitem__, widget=Select, **options)

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Unit) else value


@admin.register(CannedAnswer)
class CannedAnswerAdmin(UnitScopedAdmin):
    """The ready answers of the units one works for; their heads write them."""

    form = CannedForm
    readers = frozenset(CASE_ROLES)
    writers = frozenset({Role.HEAD})
    may_add = True
    list_display = ("title", "unit", "is_active")
    list_select_related = ("unit",)
    list_filter = ("is_active",)
    search_fields = ("title", "text")
    ordering = ("unit__order", "title", "id")

    def visible_to(self, user: Any) -> QuerySet[CannedAnswer]:
        return CannedAnswer.objects.filter(unit__in=_units(user))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer the units one heads, so that nobody writes for another unit."""
        user: Any = request.user
        units = Unit.objects.filter(is_active=True)
        own = units if user.is_superuser else units.filter(pk__in=reach(user).heads)
        return UnitField(own, label=gettext_lazy("unit"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or user.is_superuser or obj.unit_id in reach(user).heads

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        if "text" in form.base_fields:
            known = " ".join(str(ltr(f"{{{blank}}}")) for blank in BLANKS)
            form.base_fields["text"].help_text = _("Blanks that are filled by themselves:") + " " + known
        return form


def _units(user: User) -> Any:
    """Return the units whose ready answers somebody may read."""
    if user.is_superuser:
        return Unit.objects.values("pk")
    units = reach(user)
    return units.works | units.heads
