"""Addresses of the surveys."""

from django.urls import path

from surveys import views

app_name = "surveys"
urlpatterns = [
    path("s/", views.visit, name="visit"),
    path("surveys/", views.index, name="index"),
    path("surveys/results/", views.results, name="results"),
    path("surveys/useful/", views.useful, name="useful"),
    path("surveys/<slug:slug>/", views.survey, name="survey"),
    path("surveys/<slug:slug>/thanks/", views.thanks, name="thanks"),
]
