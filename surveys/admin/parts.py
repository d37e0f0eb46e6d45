"""Sections, questions and options: those of drafts can be changed and taken out, the others only read."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.templatetags.persian import fa_digits, ltr
from surveys import policy, services
from surveys.admin.base import SurveyAdmin
from surveys.enums import State
from surveys.models import Item, Option, Section


class PartAdmin(SurveyAdmin):
    """Sections, questions and options: those of drafts can be changed and taken out, the others only read."""

    actions = ("take_out",)
    #: Where the state of a part's version stands, and where that of the rows stands that its fields point to.
    state_at = "version__state"
    drafts: dict[str, str] = {}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or self._is_of_draft(obj))

    def _is_of_draft(self, part: Any) -> bool:
        return self.model._default_manager.filter(pk=part.pk, **{self.state_at: State.DRAFT}).exists()

    def choices_of(self, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        choices = super().choices_of(db_field, request)
        return choices.filter(**{self.drafts[db_field.name]: State.DRAFT})

    @admin.action(description=_("Take out of the draft"))
    def take_out(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        user: Any = request.user
        try:
            count = services.take_out_of_draft(parts=queryset, actor=user)
        except policy.VersionRefused:
            messages.error(request, _now("What is published stays as it is; nothing was taken out."))
        else:
            messages.success(request, _now("Taken out: %(count)s.") % {"count": fa_digits(count)})


@admin.register(Section)
class SectionAdmin(PartAdmin):
    """Headings above the questions."""

    list_display = ("title_fa", "version", "order")
    list_select_related = ("version__questionnaire",)
    list_filter = ("version",)
    ordering = ("-version_id", "order", "id")
    drafts = {"version": "state"}


class ItemForm(forms.ModelForm):
    """A question of a draft; it belongs to the version of its section."""

    class Meta:
        model = Item
        fields = (
            *("section", "code", "kind", "scale", "is_compulsory", "limit", "show_if"),
            *("wording_fa", "wording_en", "hint_fa", "hint_en", "order"),
        )
        widgets = {"show_if": forms.Textarea({"rows": 3, "dir": "ltr"})}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if section := data.get("section"):
            self.instance.version = section.version
            others = section.version.items.exclude(pk=self.instance.pk)
            self._check_place(data, others)
            self._check_condition(data, others)
        return data

    def clean_show_if(self) -> dict[str, Any]:
        return self.cleaned_data["show_if"] or {}

    def _check_place(self, data: dict[str, Any], others: QuerySet[Item]) -> None:
        if others.filter(code=data.get("code")).exists():
            self.add_error("code", _("This version has a question of that code already."))
        if others.count() >= policy.MAX_ITEMS:
            most = {"most": fa_digits(policy.MAX_ITEMS)}
            raise ValidationError(_("A survey has at most %(most)s questions."), "too_many", most)

    def _check_condition(self, data: dict[str, Any], others: QuerySet[Item]) -> None:
        place = (data["section"].order, data["section"].pk, data.get("order") or 0)
        rows = Item.objects.filter(pk__in=others).in_order()
        before = (item for item in rows if (item.section.order, item.section_id, item.order) < place)
        earlier: dict[str, policy.Question] = {}
        try:
            for item in before:
                earlier[item.code] = item.as_question(earlier)
            policy.read_condition(data.get("show_if"), earlier)
        except policy.ConditionRefused:
            words = _(
                "A condition names an earlier question of this version, an operator and options of that question."
            )
            self.add_error("show_if", words)


@admin.register(Item)
class ItemAdmin(PartAdmin):
    """The questions, in the order in which they are asked."""

    form = ItemForm
    list_display = ("code_shown", "wording_fa", "kind", "is_compulsory", "version")
    list_select_related = ("version__questionnaire",)
    list_filter = ("version", "kind")
    ordering = ("-version_id", "section__order", "section_id", "order", "id")
    drafts = {"section": "version__state"}

    def save_model(self, request: HttpRequest, obj: Item, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        services.fill_in_options(item=obj)

    @admin.display(description=_("code"), ordering="code")
    def code_shown(self, item: Item) -> SafeString:
        return ltr(item.code)


@admin.register(Option)
class OptionAdmin(PartAdmin):
    """What can be chosen as an answer."""

    list_display = ("label_fa", "value", "item", "is_missing", "order")
    list_select_related = ("item",)
    list_filter = ("item",)
    ordering = ("-item__version_id", "item__order", "item_id", "order", "id")
    state_at = "item__version__state"
    drafts = {"item": "version__state"}
