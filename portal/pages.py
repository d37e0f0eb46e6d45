"""Addresses of the home page and of the pages about the portal."""

from django.urls import include, path
from django.views.generic import RedirectView

from portal import views

about = [
    path("", RedirectView.as_view(pattern_name="about:strategy"), name="index"),
    path("strategy/", views.strategy, name="strategy"),
    path("rights/", views.rights, name="rights"),
    path("privacy/", views.privacy, name="privacy"),
    path("response-times/", views.response_times, name="response-times"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("tracking/", views.tracking, name="tracking"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("reports/", views.reports, name="reports"),
    path("about/", include((about, "about"))),
]
