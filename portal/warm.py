"""What a server needs anyway, loaded before it divides into processes.

They share it then, and no first visitor waits for it.
"""

import gc
from contextlib import closing
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.apps import apps
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import DatabaseError, connection, connections
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import override
from django.utils.translation.trans_real import translation

#: A page of each kind that anybody may open: the name and the parts of its address.
PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("home", {}),
    ("feedback:choose", {}),
    ("feedback:new", {"kind": "complaint"}),
    ("feedback:track", {}),
    ("directory:services", {}),
    ("directory:contact", {}),
    ("directory:news", {}),
    ("about:rights", {}),
    ("account_login", {}),
)
#: Of the other pages those that are opened most; they pull in most of the others' parts.
TEMPLATES = (
    "feedback/received.html",
    "feedback/case.html",
    "directory/service.html",
    "surveys/survey.html",
    "admin/feedback/case/change_list.html",
    "admin/feedback/case/change_form.html",
)
#: Seconds in which the database must answer at a start.
PATIENCE = 3


def warm() -> None:
    """Load addresses with their views, the largest templates, and what every process needs."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            reverse("admin:index")
    for name in TEMPLATES:
        get_template(name)
    warm_background()


def show_pages(application: WSGIHandler) -> dict[str, int]:
    """Show each of the pages once, in both languages, to nobody; return the statuses of the answers by address.

    What the first answer reads, compiles and remembers is shared so, too, down to the notes that Python itself writes
    into code that has run. A server must start while the database is away or empty: it shows nothing then.
    """
    if not database_is_ready():
        return {}
    statuses: dict[str, int] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            paths = [reverse(name, kwargs=parts) for name, parts in PAGES]
        statuses |= {path: ask(application, path) for path in paths}
    connections.close_all()  # no two processes may talk over one
    keep()
    return statuses


def database_is_ready() -> bool:
    """Tell whether the database answers in time and has been migrated."""
    wanted = connection.get_connection_params() | {"connect_timeout": PATIENCE}
    try:
        with (
            connection.wrap_database_errors,
            closing(connection.get_new_connection(wanted)) as link,
            link.cursor() as cursor,
        ):
            cursor.execute("SELECT FROM django_migrations LIMIT 1")
    except DatabaseError:
        return False
    return True


def ask(application: WSGIHandler, path: str) -> int:
    """Let the application answer a request; return the status."""
    site = urlsplit(settings.PUBLIC_URL)
    environ = {"wsgi.url_scheme": site.scheme, "HTTP_HOST": site.netloc, "PATH_INFO": path}
    setup_testing_defaults(environ)
    response = application.get_response(WSGIRequest(environ))
    response.close()
    return response.status_code


def warm_background() -> None:
    """Load catalogues and what queries are made from: what a process needs that shows no page."""
    for language, _name in settings.LANGUAGES:
        translation(language)
    for model in apps.get_models():
        model._meta.get_fields()
        str(model._base_manager.all().query)
    keep()


def keep() -> None:
    """Leave what is loaded by now out of every later search for garbage.

    The garbage collector writes into the head of every object it looks at, which would give each process a copy of its
    own of the page that the object lies on.
    """
    gc.collect()
    gc.freeze()
