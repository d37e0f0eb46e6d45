"""Addresses of the home page, of the pages about the portal and of pages made of several apps."""

from django.urls import include, path
from django.views.generic import RedirectView

from portal import crawlers, views

about = [
    path("", RedirectView.as_view(pattern_name="about:strategy"), name="index"),
    path("strategy/", views.strategy, name="strategy"),
    path("rights/", views.rights, name="rights"),
    path("privacy/", views.privacy, name="privacy"),
    path("response-times/", views.response_times, name="response-times"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("tracking/", views.tracking, name="tracking"),
    path("outside/", views.outside, name="outside"),
]

#: Pages of the catalogue; they belong to the addresses of the directory.
catalogue = [
    path("services/<slug:code>/", views.service, name="service"),
    path("services/<slug:code>/sheet/", views.service_sheet, name="service-sheet"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("site.webmanifest", crawlers.manifest, name="manifest"),
    path("reports/", views.reports, name="reports"),
    path("about/", include((about, "about"))),
]
