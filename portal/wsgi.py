"""The WSGI door for gunicorn, which opens it before it divides into processes."""

import os

from django.core.wsgi import get_wsgi_application

from portal.warm import show_pages, warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
warm()
show_pages(application)
