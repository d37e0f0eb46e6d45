"""The floor: a bare Django application over the same database.

Three bare operations: a page, a look-up by hash and an insert; and the least that a form for messages can be: a form
written by hand, a submission that is checked and stored with what follows it, a look-up that shows text and answer.
Run by `bench/floor.py` with the portal's own web server and settings of the connection; it does nothing else.
"""

import hashlib
import os
import secrets

import environ
from django import forms
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils import timezone
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

TABLES = """
CREATE TABLE IF NOT EXISTS bench_row (id bigserial PRIMARY KEY, code bytea UNIQUE, body text);
CREATE TABLE IF NOT EXISTS bench_submission (id bigserial PRIMARY KEY, code bytea NOT NULL UNIQUE,
    full_name text NOT NULL, email text NOT NULL, topic text NOT NULL, body text NOT NULL, answer text NOT NULL,
    sent_at timestamptz NOT NULL);
CREATE INDEX IF NOT EXISTS bench_submission_sent ON bench_submission (sent_at, id);
CREATE TABLE IF NOT EXISTS bench_outbox (id bigserial PRIMARY KEY, name text NOT NULL,
    submission_id bigint NOT NULL REFERENCES bench_submission DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX IF NOT EXISTS bench_outbox_submission ON bench_outbox (submission_id);
"""
TOPICS = [(f"t{number}", f"موضوع نمونهٔ {number}") for number in range(12)]
ANSWER = "مدارک شما دوباره بررسی شد و ایرادی ندارد. گواهی تا پایان هفته صادر می‌شود.\n\n" * 4


class Row(models.Model):
    """One row found by a hash."""

    code = models.BinaryField()
    body = models.TextField()

    class Meta:
        app_label = "auth"
        db_table = "bench_row"
        managed = False


class Submission(models.Model):
    """What a citizen sent."""

    code = models.BinaryField(max_length=32, unique=True)
    full_name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    topic = models.CharField(max_length=8, choices=TOPICS)
    body = models.TextField(max_length=5_000)
    answer = models.TextField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "auth"
        db_table = "bench_submission"
        managed = False


class Event(models.Model):
    """What is to follow a submission."""

    name = models.CharField(max_length=40)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE)

    class Meta:
        app_label = "auth"
        db_table = "bench_outbox"
        managed = False


class SubmissionForm(forms.ModelForm):
    """The four fields of a submission."""

    class Meta:
        model = Submission
        fields = ("full_name", "email", "topic", "body")


PAGE = engines["django"].from_string(
    "<!doctype html><html lang=fa><title>{{ title }}</title><h1>{{ title }}</h1>"
    "{% for line in lines %}<p>{{ line }}</p>{% endfor %}{{ body|linebreaks }}</html>"
)
FORM = engines["django"].from_string(
    '<!doctype html><html lang="fa" dir="rtl"><title>پیام تازه</title><h1>پیام تازه</h1><form method="post">'
    '{% csrf_token %}<p><label for="n">نام</label><input id="n" name="full_name" maxlength="120"></p>'
    '<p><label for="e">رایانامه</label><input id="e" type="email" name="email"></p>'
    '<p><label for="t">موضوع</label><select id="t" name="topic">'
    + "".join(f'<option value="{value}">{name}</option>' for value, name in TOPICS)
    + '</select></p><p><label for="b">متن</label><textarea id="b" name="body" maxlength="5000" required></textarea>'
    "</p>{% for error in errors %}<p>{{ error }}</p>{% endfor %}<button>ارسال</button></form></html>"
)
CASE = engines["django"].from_string(
    '<!doctype html><html lang="fa" dir="rtl"><title>پیام شما</title><h1>پیام شما</h1><p>{{ sent.sent_at }}</p>'
    "{{ sent.body|linebreaks }}<h2>پاسخ</h2>{{ sent.answer|linebreaks }}</html>"
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


def submit(request: HttpRequest) -> HttpResponse:
    """Show the form; store a submission and what follows it in one transaction."""
    form = SubmissionForm(request.POST or None)
    if not form.is_valid():
        errors = [error for field in form.errors.values() for error in field] if form.is_bound else []
        return HttpResponse(FORM.render({"errors": errors}, request))
    code = secrets.token_hex(8)
    with transaction.atomic():
        form.instance.code, form.instance.answer = hashed(code), ANSWER
        Event.objects.create(name="submitted", submission=form.save())
    return HttpResponse(code, status=303, headers={"Location": "/"})


@csrf_exempt
def case(request: HttpRequest) -> HttpResponse:
    """Show text and answer to whoever knows the code."""
    return HttpResponse(CASE.render({"sent": Submission.objects.get(code=hashed(request.POST["code"]))}))


def hashed(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def prepare() -> None:
    """Make the tables."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)


urlpatterns = [
    path("", page),
    path("lookup/", lookup),
    path("insert/", insert),
    path("form/", submit),
    path("case/", case),
]
