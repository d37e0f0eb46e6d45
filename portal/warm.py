"""What a server needs anyway, loaded before it divides into processes.

They share it then, and no first visitor waits for it.
"""

import gc

from django.apps import apps
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils.translation.trans_real import translation

#: Pages that pull in most of the others' parts.
TEMPLATES = ("base.html", "admin/change_list.html", "admin/change_form.html")


def warm() -> None:
    """Load addresses with their views, the largest templates, and what every process needs."""
    get_resolver().reverse_dict  # noqa: B018 - made when it is first asked for
    for name in TEMPLATES:
        get_template(name)
    warm_background()


def warm_background() -> None:
    """Load catalogues and what queries are made from: what a process needs that shows no page.

    The garbage collector writes into the head of every object it looks at, which would give each process a copy of its
    own of the page that the object lies on.
    """
    for language, _name in settings.LANGUAGES:
        translation(language)
    for model in apps.get_models():
        str(model._base_manager.all().query)
    gc.collect()
    gc.freeze()
