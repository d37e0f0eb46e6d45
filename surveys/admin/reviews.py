"""Service cards that visitors found wrong: the version, the field, and what became of it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from directory.enums import Role
from directory.selectors import KEEPERS
from portal.templatetags.persian import fa_digits
from portal.ui.admin_base import UnitScopedAdmin, jalali_column
from surveys import policy, selectors, services
from surveys.enums import CardDecision
from surveys.models import CardReview
from surveys.policy import ReviewDefect
from surveys.reports import quarter_name

REFUSALS: dict[ReviewDefect, str | Promise] = {
    ReviewDefect.DECIDED: _("This review is closed already."),
    ReviewDefect.NO_NOTE: _("Write down what was found and done."),
    ReviewDefect.NOT_CORRECTED: _(
        "No later version of this card is in force yet. Put the corrected card in force first."
    ),
}


class CardReviewForm(forms.ModelForm):
    """The end of a review: a decision with its reason."""

    class Meta:
        model = CardReview
        fields = ("decision", "note")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("decision", "note"):
            if name in self.fields:
                self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            review = CardReview.objects.select_related("card").get(pk=self.instance.pk)
            try:
                policy.check_decision(
                    CardDecision(data["decision"]),
                    data["note"],
                    is_decided=not review.is_open,
                    is_renewed=selectors.is_renewed(review.card),
                )
            except policy.ReviewRefused as refusal:
                raise ValidationError(str(REFUSALS[refusal.defect]), str(refusal.defect)) from refusal
        return data


@admin.register(CardReview)
class CardReviewAdmin(UnitScopedAdmin):
    """Tasks for whoever keeps the identity cards; managers and heads read along."""

    readers = frozenset({*KEEPERS, Role.MANAGER, Role.HEAD})
    writers = KEEPERS
    form = CardReviewForm
    list_display = (
        *("service_shown", "number_shown", "field", "wrong_shown", "finding_shown", "decision_shown"),
        jalali_column("decided_at", _("decided on")),
    )
    list_select_related = ("card__service",)
    list_filter = ("field", "decision")
    ordering = ("-year", "-quarter", "card__service__order", "id")
    readonly_fields = ("card", "card_link", "field", "wrong_shown", "named_shown", "finding_shown")

    def visible_to(self, user: Any) -> QuerySet[CardReview]:
        return selectors.reviews_known_to(user)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Lead to the version where whoever asks may look at it; name it otherwise."""
        card = "card_link" if obj and self.may_open(request, obj.card) else "card"
        return (card, "field", "wrong_shown", "named_shown", "finding_shown", "decision", "note")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def save_model(self, request: HttpRequest, obj: CardReview, form: Any, change: bool) -> None:
        user: Any = request.user
        services.decide_review(
            review_id=obj.pk,
            decision=CardDecision(form.cleaned_data["decision"]),
            note=form.cleaned_data["note"],
            actor=user,
            at=timezone.now(),
        )
        messages.success(request, _now("This review is closed."))

    @admin.display(description=_("service"))
    def service_shown(self, review: CardReview) -> str:
        return str(review.card.service)

    @admin.display(description=_("version"))
    def number_shown(self, review: CardReview) -> str:
        return fa_digits(review.card.number)

    @admin.display(description=_("service identity card"))
    def card_link(self, review: CardReview) -> SafeString:
        """Name the version; keepers of the pages can also look at it as citizens read it."""
        page = reverse("admin:directory_servicecardversion_preview", args=[review.card_id])
        return format_html('<a href="{}">{}</a>', page, review.card)

    @admin.display(description=_("found it different"))
    def wrong_shown(self, review: CardReview) -> str:
        figures = {"spent": fa_digits(review.wrong), "count": fa_digits(review.answers)}
        return _now("%(spent)s of %(count)s") % figures

    @admin.display(description=_("named this field"))
    def named_shown(self, review: CardReview) -> str:
        return fa_digits(review.named) if review.named else _now("too few said which")

    @admin.display(description=_("quarter of the finding"))
    def finding_shown(self, review: CardReview) -> str:
        return quarter_name(review.finding)

    @admin.display(description=_("decision"))
    def decision_shown(self, review: CardReview) -> str:
        return review.get_decision_display() or _now("open")
