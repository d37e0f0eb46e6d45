"""The portal as a Django app: template tags, commands, the translations of all five apps, and the staff's site."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import apps as admin_apps
from django.core import checks
from django.utils.translation import gettext_lazy as _

from portal import reporting
from portal.speed import check_speed
from portal.translations import check_catalogues
from portal.ui.admin_base import check_pages


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")
    default = True

    def ready(self) -> None:
        checks.register(check_pages)
        checks.register(check_speed, deploy=True)
        checks.register(check_catalogues, deploy=True)
        reporting.start(settings.SENTRY_DSN)


class StaffAdminConfig(admin_apps.SimpleAdminConfig):
    """Django's admin with the portal's own site; its pages are loaded at once only where pages are shown."""

    default = False
    default_site = "portal.admin_site.StaffSite"

    def ready(self) -> None:
        super().ready()
        if not settings.IN_BACKGROUND:
            admin.autodiscover()
