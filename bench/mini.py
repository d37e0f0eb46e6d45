"""The floor: a bare Django application over the same database, with a page, a look-up by hash and an insert.

Run by `bench/floor.py` with the portal's own web server and settings of the connection; it does nothing else.
"""

import os

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

settings.configure(
    SECRET_KEY="bench" * 10,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    DATABASES={
        "default": {
            **environ.Env.db_url_config(os.environ["DATABASE_URL"]),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.cached.Loader", [])]},
        }
    ],
)
application = get_wsgi_application()

TABLE = "CREATE TABLE IF NOT EXISTS bench_row (id bigserial PRIMARY KEY, code bytea UNIQUE, body text)"


class Row(models.Model):
    """One row found by a hash."""

    code = models.BinaryField()
    body = models.TextField()

    class Meta:
        app_label = "auth"
        db_table = "bench_row"
        managed = False


PAGE = engines["django"].from_string(
    "<!doctype html><html lang=fa><title>{{ title }}</title><h1>{{ title }}</h1>"
    "{% for line in lines %}<p>{{ line }}</p>{% endfor %}{{ body|linebreaks }}</html>"
)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE.render({"title": "page", "lines": range(20)}))


@csrf_exempt
def lookup(request: HttpRequest) -> HttpResponse:
    row = Row.objects.get(code=bytes.fromhex(request.POST["code"]))
    return HttpResponse(PAGE.render({"title": row.pk, "body": row.body}))


@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    row = Row.objects.create(code=bytes.fromhex(request.POST["code"]), body=request.POST["body"])
    return HttpResponse(str(row.pk), status=303, headers={"Location": "/"})


def prepare() -> None:
    """Make the table."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)


urlpatterns = [path("", page), path("lookup/", lookup), path("insert/", insert)]
