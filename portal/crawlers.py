"""What search engines and home screens are told: which pages are public, where their twins are, the site's name."""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directory.selectors import announcements, published_services, published_units
from feedback.enums import Kind
from surveys.selectors import open_surveys

HOUR, DAY = 3600, 86400
#: Public pages that are always there. Pages behind a code or a sign-in are never listed.
PAGES = (
    "home",
    "feedback:choose",
    "directory:contact",
    "directory:services",
    "directory:news",
    "surveys:index",
    "surveys:results",
    "surveys:actions",
    "about:strategy",
    "about:rights",
    "about:privacy",
    "about:response-times",
    "about:accessibility",
    "about:tracking",
    "about:outside",
)
CLOSED = ("/admin/", "/accounts/", "/reports/", "/track/case/", "/feedback/received/", "/feedback/files/")

Address = tuple[str, dict[str, str]]


def public_addresses() -> Iterator[Address]:
    """Yield the name and the parts of every public page's address; a page has one in each language."""
    yield from ((name, {}) for name in PAGES)
    yield from (("feedback:new", {"kind": kind}) for kind in Kind.values)
    yield from (("directory:unit", {"code": unit.code}) for unit in published_units())
    yield from (("directory:service", {"code": service.code}) for service in published_services())
    yield from (("directory:announcement", {"slug": one.slug}) for one in announcements(timezone.now()))
    yield from (("surveys:survey", {"slug": version.questionnaire.slug}) for version in open_surveys())


def _in(language: str, name: str, parts: dict[str, str]) -> str:
    with override(language):
        return settings.PUBLIC_URL + reverse(name, kwargs=parts)


@require_safe
@cache_control(public=True, max_age=HOUR)
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the public pages in both languages, each with its twin."""
    languages = [code for code, _name in settings.LANGUAGES]
    pages = [{code: _in(code, *address) for code in languages} for address in public_addresses()]
    return render(request, "sitemap.xml", {"pages": pages}, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=DAY)
def robots(request: HttpRequest) -> HttpResponse:
    """Keep robots away from private pages and show them the list of public ones."""
    closed = [f"Disallow: {prefix}{path}" for path in CLOSED for prefix in ("", "/en")]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {settings.PUBLIC_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
@cache_control(public=True, max_age=DAY)
def manifest(request: HttpRequest) -> JsonResponse:
    """Name the site for a home screen, in the page's language."""
    language = get_language() or settings.LANGUAGE_CODE
    about = {
        "name": f"{_('Online service desk')} — {_('Management and Planning Organization of Lorestan Province')}",
        "short_name": _("Online service desk"),
        "lang": language,
        "dir": "rtl" if language == "fa" else "ltr",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "browser",
        "background_color": "#ffffff",
        "theme_color": "#10312d",
        "icons": [{"src": static("img/mark.svg"), "type": "image/svg+xml", "sizes": "any"}],
    }
    return JsonResponse(
        about, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )
