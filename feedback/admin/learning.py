"""Addresses of what rule editors learn from past cases; they stand among the pages of the rules."""

from django.contrib import admin
from django.urls import path

from feedback.admin.misrouted import misrouted_page
from feedback.admin.rehearsed import rehearsed_page

urlpatterns = [
    path("misrouted/", admin.site.admin_view(misrouted_page), name="rules_misrouted"),
    path(
        "rehearsed/<int:rehearsal_id>/",
        admin.site.admin_view(rehearsed_page),
        name="rules_rehearsed",
    ),
]
