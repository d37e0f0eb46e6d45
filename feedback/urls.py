"""Addresses of the citizen's pages (PRODUCT.md section 3)."""

from django.urls import path

from feedback import views

app_name = "feedback"

urlpatterns = [
    path("feedback/new/", views.choose, name="choose"),
    path("feedback/new/<slug:kind>/", views.new, name="new"),
    path("feedback/files/", views.arrive, name="files"),
    path("feedback/received/", views.received, name="received"),
    path("track/", views.track, name="track"),
    path("track/case/", views.case, name="case"),
    path("track/case/file/<int:attachment_id>/", views.attachment, name="file"),
    path("track/case/print/", views.printed, name="print"),
    path("track/case/rating/", views.rate, name="rate"),
    path("track/case/review/", views.review, name="review"),
    path("track/new-code/", views.new_code, name="new_code"),
    path("reports/cases/", views.report, name="report"),
    path("track/leave/", views.leave, name="leave"),
]
