"""Sessions of staff: what is over is forgotten."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from directory.models import User
from directory.tasks import forget_sessions

pytestmark = pytest.mark.django_db(transaction=True)


def test_sessions_when_some_are_over_then_only_those_are_forgotten() -> None:
    user = User.objects.create_user("cont.officer", password="password", is_staff=True)
    over, running = Client(), Client()
    for client in (over, running):
        client.force_login(user)
    Session.objects.filter(pk=over.session.session_key).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )

    forget_sessions()

    assert Session.objects.get().pk == running.session.session_key
