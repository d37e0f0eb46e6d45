"""Addresses of the directory and of the catalogue of services."""

from django.urls import path

from directory import views

app_name = "directory"
urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("contact/<slug:code>/", views.unit, name="unit"),
    path("services/", views.services, name="services"),
    path("services/<slug:code>/", views.service, name="service"),
]
