"""Addresses of the directory, of the catalogue of services and of the announcements.

One service's page stands in `portal.pages`: it shows figures of other apps, too.
"""

from django.urls import path

from directory import views

app_name = "directory"
urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("contact/<slug:code>/", views.unit, name="unit"),
    path("contact/<slug:code>/card.vcf", views.unit_card, name="unit-card"),
    path("contact/<slug:code>/<int:position>.vcf", views.position_card, name="position-card"),
    path("services/", views.services, name="services"),
    path("announcements/", views.news, name="news"),
    path("announcements/feed.atom", views.feed, name="feed"),
    path("announcements/<slug:slug>/", views.announcement, name="announcement"),
]
