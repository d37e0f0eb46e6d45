"""Staff pages of the surveys: questionnaires and drafts, how many answered, and what people wrote."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from directory.enums import Role
from portal.templatetags.persian import fa_digits, ltr, said, thousands
from portal.ui.admin_base import UnitScopedAdmin, jalali_column
from surveys import policy, services
from surveys.enums import EXCLUDING, Change, State
from surveys.models import AnswerValue, Item, Option, PageVote, Questionnaire, Section, Version
from surveys.policy import Defect
from surveys.selectors import EDITORS, READERS

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


class SurveyAdmin(UnitScopedAdmin):
    """A table of the surveys: administrators write, managers read along."""

    readers = frozenset({Role.ADMINISTRATOR, Role.MANAGER})
    writers = frozenset(EDITORS)
    may_add = True

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return self.model._default_manager.all()


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


# --- Versions ---------------------------------------------------------------------------------------------------


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
        *("received", "left_out"),
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


# --- The parts of drafts ----------------------------------------------------------------------------------------


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


# --- What came in -----------------------------------------------------------------------------------------------


class GatheredAdmin(UnitScopedAdmin):
    """What citizens sent: read by managers and administrators, changed by nobody."""

    readers = frozenset(READERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AnswerValue)
class WordsAdmin(GatheredAdmin):
    """What people wrote in their own words: with the question, and with nothing that tells who or when.

    Shown only of versions that enough people answered, in an order that follows from nothing.
    """

    list_display = ("question", "words")
    list_select_related = ("item",)
    search_fields = ("text",)
    ordering = ("id",)
    fields = ("question", "words")

    def visible_to(self, user: Any) -> QuerySet[AnswerValue]:
        counted = Version.objects.annotate(size=Count("responses")).filter(size__gte=policy.MIN_SHOWN)
        return AnswerValue.objects.exclude(text="").filter(response__version__in=counted.values("pk"))

    @admin.display(description=_("question"))
    def question(self, answer: AnswerValue) -> str:
        return answer.item.wording

    @admin.display(description=_("in their own words"))
    def words(self, answer: AnswerValue) -> SafeString:
        return said(answer.text)


@admin.register(PageVote)
class PageVoteAdmin(GatheredAdmin):
    """Votes on whether a page was useful; the filters count them."""

    list_display = ("page", "is_useful", jalali_column("day", _("day")))
    list_filter = ("page", "is_useful")
    ordering = ("-day", "-id")

    def visible_to(self, user: Any) -> QuerySet[PageVote]:
        return PageVote.objects.all()
