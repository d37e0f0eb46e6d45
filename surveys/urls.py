"""Addresses of the surveys."""

from django.urls import path

from surveys import views

app_name = "surveys"
urlpatterns = [
    path("s/", views.visit, name="visit"),
    path("surveys/", views.index, name="index"),
    path("surveys/results/", views.results, name="results"),
    path("surveys/results/actions/", views.actions, name="actions"),
    path("surveys/results/<slug:slug>/<slug:quarter>/", views.results_quarter, name="results_quarter"),
    path("surveys/useful/", views.useful, name="useful"),
    path("surveys/kiosk/<slug:key>/", views.kiosk, name="kiosk"),
    path("surveys/kiosk/<slug:key>/thanks/", views.kiosk_thanks, name="kiosk_thanks"),
    path("surveys/kiosk/<slug:key>/upload/", views.kiosk_upload, name="kiosk_upload"),
    path("surveys/<slug:slug>/", views.survey, name="survey"),
    path("surveys/<slug:slug>/thanks/", views.thanks, name="thanks"),
    path("reports/surveys/", views.reports, name="reports"),
    path("reports/surveys/<slug:slug>/codebook-<int:number>.<slug:form>", views.codebook, name="codebook"),
    path("reports/surveys/<slug:slug>/<slug:quarter>/", views.report, name="report"),
    path(
        "reports/surveys/<slug:slug>/<slug:quarter>/figures.<slug:form>",
        views.figures_file,
        name="figures_file",
    ),
    path("reports/surveys/<slug:slug>/<slug:quarter>/half/", views.half, name="half"),
    path("reports/surveys/<slug:slug>/<slug:quarter>/half.<slug:form>", views.half_file, name="half_file"),
    path("reports/surveys/<slug:slug>/<slug:quarter>/comments/", views.comments, name="comments"),
    path(
        "reports/surveys/<slug:slug>/<slug:quarter>/comments/<uuid:answer>/",
        views.code_comment,
        name="code_comment",
    ),
    path(
        "reports/surveys/<slug:slug>/<slug:quarter>/unit/<slug:code>/", views.unit_report, name="unit_report"
    ),
]
