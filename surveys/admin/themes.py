"""The codebook of the comments: themes are added, renamed and taken out of use; none is deleted."""

from django.contrib import admin

from surveys.admin.base import SurveyAdmin
from surveys.models import Theme


@admin.register(Theme)
class ThemeAdmin(SurveyAdmin):
    """What comments may be about, for each questionnaire a short list."""

    list_display = ("name_fa", "questionnaire", "about", "order", "is_active")
    list_select_related = ("questionnaire",)
    list_filter = ("questionnaire", "is_active")
    ordering = ("questionnaire__order", "order", "id")
    fields = ("questionnaire", "name_fa", "name_en", "about", "order", "is_active")
