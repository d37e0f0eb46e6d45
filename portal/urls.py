"""Addresses of the site: Persian without a prefix, English under /en/ (PRODUCT.md section 3)."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from feedback import views as feedback
from portal import views
from portal.operation_pages import metrics

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    # The citizen's own page, shown to staff before an answer is sent.
    path(
        "admin/feedback/case/<int:case_id>/preview/",
        admin.site.admin_view(feedback.preview),
        name="preview",
    ),
    path("metrics", metrics, name="metrics"),
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
