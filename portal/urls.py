"""Addresses of the site: Persian without a prefix, English under /en/ (PRODUCT.md section 3)."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from directory import urls as directory
from feedback import views as feedback
from portal import crawlers, pages, views
from portal.accounts import choose_language
from portal.operation_pages import metrics

# Where nobody has loaded the staff's pages yet: a task that asks for an address finds all of them.
admin.autodiscover()

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    # The citizen's own page, shown to staff before an answer is sent.
    path(
        "admin/feedback/case/<int:case_id>/preview/",
        admin.site.admin_view(feedback.preview),
        name="preview",
    ),
    path("admin/language/", choose_language, name="staff_language"),
    path("metrics", metrics, name="metrics"),
    path("sms/reports/<str:token>/", feedback.sms_reports, name="sms_reports"),
    path("admin/routing/ruleset/", include("feedback.admin.learning")),
    path("admin/", admin.site.urls),
    # Persian has no prefix, but whoever knows /en/ tries this one. Only plain addresses: no other site is named.
    re_path(
        r"^fa/(?P<rest>|(?!fa/)[a-zA-Z0-9_-][\w/.-]*)$",
        require_safe(RedirectView.as_view(url="/%(rest)s", permanent=True, query_string=True)),
    ),
    path("accounts/", include("portal.account_pages")),
    *i18n_patterns(
        path("", include("portal.pages")),
        path("", include("feedback.urls")),
        path("", include(([*directory.urlpatterns, *pages.catalogue], directory.app_name))),
        path("", include("surveys.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
