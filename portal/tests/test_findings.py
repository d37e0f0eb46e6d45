"""Improvement actions from each kind of finding: the link fills the form in, and the effect is measured again."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.module_loading import import_string
from pytest_django import DjangoDbBlocker

from directory.enums import Role
from directory.models import Membership, Unit, User
from feedback import services
from feedback.models import Case
from feedback.selectors import rule_share, such_cases
from feedback.tests.factories import make_case
from feedback.tests.pages import make_basics
from portal.kernel import jalali
from portal.tests.once import made_once
from surveys.enums import Finding
from surveys.models import ImprovementAction
from surveys.policy import Quarter, quarter_of
from surveys.reports import effects

AT = datetime(2026, 5, 2, 8, tzinfo=UTC)
LATER = datetime(2026, 8, 2, 8, tzinfo=UTC)
WORDS = {"subject": "رتبه‌بندی شرکت", "body": "رتبه‌بندی شرکت ما هنوز نیامده است"}


@pytest.fixture(scope="module")
def basics(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    yield from made_once(make_basics, django_db_blocker)


pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]


def case_of(at: datetime) -> Case:
    return make_case(at=at, **WORDS)


def reference_of(case: Case) -> str:
    decision = case.decisions.get(overridden_by=None)
    return f"{decision.stage}:{decision.rule_code}"


def manager() -> User:
    user = User.objects.create(username="manager", is_staff=True, is_superuser=True)
    Membership.objects.create(user=user, unit=Unit.objects.get(code="HEAD"), role=Role.MANAGER)
    return user


def action(**fields: Any) -> ImprovementAction:
    made = ImprovementAction(
        unit=Unit.objects.get(code="CONT"),
        year=1405,
        quarter=1,
        said_fa="پیام‌ها به واحد دیگر می‌رود",
        done_fa="واژه‌ای به قاعده افزوده شد",
        decision="process",
        owner=User.objects.first() or manager(),
        due_on=AT.date(),
        is_public=True,
        **fields,
    )
    made.full_clean()
    made.save()
    return made


def test_measures_when_cases_came_and_were_redirected_then_both_are_counted_in_their_days() -> None:
    officer = User.objects.create(username="officer", is_staff=True)
    Membership.objects.create(user=officer, unit=Unit.objects.get(code="CONT"), role=Role.OFFICER)
    cases = [case_of(AT) for _number in range(3)]
    case_of(LATER)
    services.redirect(
        case_id=cases[0].pk, actor=officer, unit=Unit.objects.get(code="BUD"), reason="بودجه", at=AT
    )
    spring = {"first": Quarter(1405, 1).first, "last": Quarter(1405, 1).last}
    summer = {"first": Quarter(1405, 2).first, "last": Quarter(1405, 2).last}

    assert rule_share(reference=reference_of(cases[1]), **spring) == (1, 3)
    assert rule_share(reference=reference_of(cases[1]), **summer) == (0, 1)
    assert rule_share(reference="points:nothing", **spring) == (0, 0)
    assert such_cases(reference=cases[1].number, **spring) == (2, 2)
    assert such_cases(reference="1405-999999-9", **spring) == (0, 0)


def test_effect_when_a_rule_was_mended_then_its_share_is_measured_in_the_quarter_after() -> None:
    for at in (AT, LATER):
        for _number in range(10):
            last = case_of(at)
    done = action(kind=Finding.RULE, reference=reference_of(last), done_on=AT.date())

    (running,) = effects([done], LATER.date())
    (over,) = effects([done], datetime(2026, 10, 1, tzinfo=UTC).date())
    page = Client().get("/surveys/results/actions/").content.decode()

    assert (running.before and running.before.n, running.after) == (10, None)
    assert over.after
    assert (over.after.k, over.after.n) == (0, 10)
    assert "فرستاده‌شده به واحد نادرست پیش از آن، بهار ۱۴۰۵: ۰٪ (۰٪ تا ۲۸٪) از ۱۰ پرونده" in page


@pytest.mark.parametrize("kind", [Finding.RULE, Finding.CLUSTER])
def test_measures_when_named_in_the_settings_then_they_are_there(kind: Finding) -> None:
    assert callable(import_string(settings.FINDING_MEASURES[kind]))


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": Finding.RULE},
        {"kind": Finding.SURVEY, "code": "S_SAT"},
        {"kind": Finding.CLUSTER, "reference": "1405-1-1", "code": "S_SAT"},
    ],
)
def test_action_when_it_does_not_name_its_finding_then_it_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="پرسشنامه و پرسش"):
        action(**fields)


def test_links_when_followed_then_the_form_of_an_action_names_the_finding() -> None:
    client = Client()
    client.force_login(manager())
    officer = User.objects.create(username="officer", is_staff=True)
    Membership.objects.create(user=officer, unit=Unit.objects.get(code="CONT"), role=Role.OFFICER)
    lead, other = case_of(AT), case_of(AT)
    services.redirect(
        case_id=case_of(AT).pk, actor=officer, unit=Unit.objects.get(code="BUD"), reason="بودجه", at=AT
    )
    services.answer_together(case_id=lead.pk, actor=officer, body="پاسخ", at=AT, others=[other.pk])
    pages = {
        "cluster": f"/admin/feedback/case/{lead.pk}/change/",
        "rule": "/admin/routing/ruleset/misrouted/",
    }

    for kind, address in pages.items():
        page = client.get(address).content.decode()
        link = re.findall(rf'href="([^"]*improvementaction/add/\?kind={kind}[^"]*)"', page)
        form = client.get(link[0].replace("&amp;", "&")).content.decode()
        reference = lead.number if kind == "cluster" else reference_of(lead)
        assert f'value="{kind}" selected' in form
        assert f'name="reference" value="{reference}"' in form
        assert f'name="year" value="{quarter_of(jalali.local(datetime.now(UTC)).date()).year}"' in form
