"""The main job from end to end on real parts: browser, web server, PostgreSQL, broker, worker and beat."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings

from feedback.enums import NoticeState
from feedback.models import Case, Notice
from feedback.tests.factories import make_reference
from feedback.tests.pages import opened, send
from portal.embedded import process
from portal.embedded.valkey import Valkey
from portal.kernel.text import persian_digits
from portal.outbox.models import Delivery, DeliveryState
from portal.tests.browser import OpenPage

PATIENCE = 90  # seconds; a machine busy with other things must not fail a test


@pytest.fixture
def room() -> Iterator[Path]:
    """Give a folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="way-") as name:
        yield Path(name)


@pytest.fixture
def broker(room: Path) -> Iterator[Valkey]:
    """Run a broker that a test may stop or freeze."""
    server = Valkey(data=room / "valkey", room=room, log=room / "valkey.log", durable=False)
    server.start()
    yield server
    if server.child:
        server.child.send_signal(signal.SIGCONT)
    server.stop()


@pytest.fixture
def workers(transactional_db: None, broker: Valkey, room: Path) -> Iterator[None]:
    """Run a worker and beat over the test database, with the product's own wiring."""
    environment = os.environ | {
        "DATABASE_URL": f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}",
        "REDIS_URL": broker.url,
        "DATA_DIR": str(room),
        "OUTBOX_BACKOFF_FIRST": "1",
        "OUTBOX_BACKOFF_LONGEST": "1",
        "CELERY_SKIP_CHECKS": "1",
    }
    roles = (("worker", "--concurrency", "2", "--without-gossip", "--without-mingle"), ("beat",))
    children = [_celery(role, room, environment) for role in roles]
    yield
    for child in children:
        process.kill_group(child.pid)
        child.wait()


def _celery(role: tuple[str, ...], room: Path, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "celery", "-A", "portal.celery", *role, "--loglevel", "WARNING"]
    return process.spawn(command, log=room / f"{role[0]}.log", env=environment, cwd=django_settings.BASE_DIR)


def wait_for(condition: Callable[[], object]) -> None:
    assert process.wait_until(lambda: bool(condition()), seconds=PATIENCE, pause=0.1), (
        "it did not happen in time"
    )


@pytest.mark.browser
def test_journey_when_a_citizen_complains_then_the_unit_answers_and_the_citizen_reads_it(
    workers: None, browser_page: OpenPage, settings: Settings
) -> None:
    make_reference()
    settings.FORM_MIN_SECONDS = 0

    code, number = submit_in_the_browser(browser_page("/feedback/new/complaint/", width=390))
    case = Case.objects.get(number=number)
    wait_for(lambda: Case.objects.filter(pk=case.pk, assigned_to__username="cont.officer").exists())
    wait_for(lambda: Notice.objects.filter(address="visitor@example.ir", state=NoticeState.SENT).exists())
    answer_in_the_admin(browser_page("/admin/"), number)

    citizen = browser_page("/track/")
    citizen.fill("[name=code]", persian_digits(f"{code[:4]} {code[4:8]} {code[8:12]} {code[12:]}"))
    citizen.locator("main form button").first.click()
    citizen.wait_for_url("**/track/case/")
    assert "ایرادها را یک‌جا نوشتیم" in citizen.inner_text("[data-message-by=staff]")
    page = citizen.locator("[data-case-status]").first
    assert (page.get_attribute("data-case-status"), page.get_attribute("data-case-unit")) == (
        "answered",
        "CONT",
    )


def submit_in_the_browser(page: Page) -> tuple[str, str]:
    """Write a complaint on a phone, with Arabic letters, and return the code and the case number of the receipt."""
    page.fill("[name=subject]", "سه بار برگشت خوردن مدارك رتبه‌بندي")
    page.fill("[name=body]", "مدارك ارتقاي شركت را در ساجات بارگذاري كرديم و سه بار برگشت خورده است.")
    page.fill("[name=full_name]", "شهروند نمونه ۱")
    page.fill("[name=email]", "visitor@example.ir")
    page.locator("main form button").last.click()
    page.wait_for_url("**/feedback/received/")
    receipt = page.locator("[data-tracking-code]")
    assert "امور پیمانکاران و مشاوران" in page.inner_text("main")
    return receipt.get_attribute("data-tracking-code") or "", receipt.get_attribute("data-case-number") or ""


def answer_in_the_admin(page: Page, number: str) -> None:
    """Sign in as the unit's officer, open the case from the queue and answer it."""
    page.fill("input[name=login]", "cont.officer")
    page.fill("input[name=password]", "password")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/admin/")
    page.goto("/admin/feedback/case/")
    page.get_by_role("link", name=persian_digits(number)).click()
    page.wait_for_url("**/change/")
    assert "ساجات بارگذاری کردیم" in page.inner_text("main")
    page.fill("textarea[name=answer-body]", "سلام. ایرادها را یک‌جا نوشتیم.")
    page.get_by_role("button", name="فرستادن پاسخ به شهروند").click()
    page.wait_for_load_state()
    assert Case.objects.get(number=number).answered_at is not None


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_broker_when_stopped_or_frozen_during_200_submissions_then_none_is_refused_and_all_is_delivered(
    workers: None, broker: Valkey, settings: Settings, fault: signal.Signals
) -> None:
    make_reference()
    settings.FORM_MIN_SECONDS = 0
    citizen = Client()
    assert broker.child
    os.kill(broker.child.pid, fault)

    begun = time.monotonic()
    answers = [send(citizen, opened(citizen)).status_code for _number in range(200)]
    print(f"200 submissions without a broker: {time.monotonic() - begun:.1f} s")
    handed_out = Case.objects.filter(assigned_to__isnull=False).count()
    bring_back(broker, fault)

    assert answers == [303] * 200
    assert handed_out < 200
    wait_for(lambda: Case.objects.filter(assigned_to__isnull=False).count() == 200)
    wait_for(lambda: not Delivery.objects.exclude(state=DeliveryState.DONE).exists())
    assert Notice.objects.filter(topic="unit_new").count() == 200


def bring_back(broker: Valkey, fault: signal.Signals) -> None:
    assert broker.child
    if fault == signal.SIGSTOP:
        os.kill(broker.child.pid, signal.SIGCONT)
    else:
        broker.child.kill()
        broker.stop()
        broker.start()
