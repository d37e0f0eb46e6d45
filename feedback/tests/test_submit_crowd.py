"""The same form sent by many connections at the same moment."""

import threading
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from feedback.models import Case
from feedback.tests.pages import code_of, make_basics, opened


def _post(address: str, data: bytes, gate: threading.Barrier) -> str:
    """Send a form as one of many at the same moment, follow to the receipt, return its code."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    gate.wait(30)
    with browser.open(address, data, timeout=60) as response:
        return code_of(response.read().decode())


@pytest.mark.django_db(transaction=True)
def test_submit_when_fifty_equal_forms_come_at_once_then_there_is_one_case_and_one_code(
    live_server: LiveServer, client: Client, settings: LazySettings
) -> None:
    settings.FORM_MIN_SECONDS = 0
    make_basics()
    live_server.thread.httpd.socket.listen(128)  # the test server's own waiting room holds ten
    data = urllib.parse.urlencode(opened(client)).encode()
    gate = threading.Barrier(50)
    with ThreadPoolExecutor(50) as crowd:
        sent = [
            crowd.submit(_post, f"{live_server.url}/feedback/new/complaint/", data, gate) for _ in range(50)
        ]
        codes = {post.result(120) for post in sent}

    assert len(codes) == 1
    assert Case.objects.count() == 1
