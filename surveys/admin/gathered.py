"""What citizens sent: their own words, and their votes on pages."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.templatetags.persian import said
from portal.ui.admin_base import jalali_column
from surveys import policy
from surveys.admin.base import GatheredAdmin
from surveys.models import AnswerValue, PageVote, Version


@admin.register(AnswerValue)
class WordsAdmin(GatheredAdmin):
    """What people wrote in their own words: with the question, and with nothing that tells who or when.

    Shown only of versions that enough people answered, in an order that follows from nothing; numbers and addresses
    that name somebody are masked.
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
        return said(policy.mask_personal(answer.text))


@admin.register(PageVote)
class PageVoteAdmin(GatheredAdmin):
    """Votes on whether a page was useful; the filters count them."""

    list_display = ("page", "is_useful", jalali_column("day", _("day")))
    list_filter = ("page", "is_useful")
    ordering = ("-day", "-id")

    def visible_to(self, user: Any) -> QuerySet[PageVote]:
        return PageVote.objects.all()
