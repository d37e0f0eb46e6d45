"""Addresses of the site: Persian without a prefix, English under /en/ (PRODUCT.md section 3)."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from portal import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("admin/routing/ruleset/", include("feedback.admin.learning")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    *i18n_patterns(
        path("", include("portal.pages")),
        path("", include("feedback.urls")),
        path("", include("directory.urls")),
        path("", include("surveys.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
