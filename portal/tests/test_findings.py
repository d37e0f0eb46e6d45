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
from surveys.enums import Finding, ItemKind, State
from surveys.models import ImprovementAction, Item, Questionnaire, Section, Version
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
    assert "پروندهٔ کم" in page


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


# --- The form -----------------------------------------------------------------------------------------------------

ADD = "/admin/surveys/improvementaction/add/"


def filled(**finding: Any) -> dict[str, Any]:
    """Return the form of an action for the unit CONT."""
    owner = User.objects.create(username="owner", is_staff=True, name_fa="مسئول")
    unit = Unit.objects.get(code="CONT")
    Membership.objects.create(user=owner, unit=unit, role=Role.HEAD)
    words = {"said_fa": "صف طولانی است", "done_fa": "باجهٔ دوم باز شد", "decision": "process"}
    own = {"unit": unit.pk, "owner": owner.pk, "due_on": "1405/12/01", "year": 1405, "quarter": 1}
    return {**words, **own, **finding}


@pytest.mark.parametrize(
    ("finding", "field", "said"),
    [
        ({"kind": "survey", "code": "NOPE"}, "code", "این پرسشنامه پرسشی با این کد ندارد"),
        ({"kind": "rule", "reference": "r99"}, "reference", "هیچ پرونده‌ای را این قاعده نفرستاده است"),
        ({"kind": "rule", "reference": "points:r99"}, "reference", "هیچ پرونده‌ای را این قاعده نفرستاده است"),
        ({"kind": "cluster", "reference": "1405-000099-9"}, "reference", "پرونده‌ای با این شماره نیست"),
    ],
)
def test_action_when_its_finding_is_not_there_then_its_field_says_so_and_nothing_is_stored(
    client: Client, finding: dict[str, str], field: str, said: str
) -> None:
    client.force_login(manager())
    case_of(AT)
    survey = {"questionnaire": survey_asking("S_SAT").pk} if finding["kind"] == "survey" else {}

    page = client.post(ADD, filled(**finding, **survey))

    assert list(page.context["adminform"].form.errors) == [field]
    assert said in page.content.decode()
    assert not ImprovementAction.objects.exists()


@pytest.mark.parametrize("kind", Finding.values)
def test_action_when_its_finding_is_there_then_it_is_stored_and_stays_when_its_cases_are_gone(
    client: Client, kind: str
) -> None:
    client.force_login(manager())
    case = case_of(AT)
    found = {
        Finding.SURVEY: lambda: {"questionnaire": survey_asking("S_SAT").pk, "code": "S_SAT"},
        Finding.RULE: lambda: {"reference": reference_of(case)},
        Finding.CLUSTER: lambda: {"reference": case.number},
    }
    fields = filled(kind=kind, **found[Finding(kind)]())

    added = client.post(ADD, fields)
    Case.objects.update(is_confidential=True)
    row = ImprovementAction.objects.get()
    changed = client.post(ADD.replace("add", f"{row.pk}/change"), {**fields, "said_fa": "صف بلند است"})

    row.refresh_from_db()
    assert (added.status_code, changed.status_code, row.said_fa) == (302, 302, "صف بلند است")


def test_action_when_only_a_draft_asks_its_question_then_there_is_no_such_finding(client: Client) -> None:
    client.force_login(manager())
    survey = survey_asking("S_SAT", state=State.DRAFT)

    page = client.post(ADD, filled(kind="survey", questionnaire=survey.pk, code="S_SAT"))

    assert list(page.context["adminform"].form.errors) == ["code"]


def survey_asking(code: str, *, state: State = State.PUBLISHED) -> Questionnaire:
    """Store a questionnaire whose one version asks one question."""
    survey = Questionnaire.objects.create(slug="quality", title_fa="کیفیت خدمت")
    moment = AT if state != State.DRAFT else None
    version = Version.objects.create(questionnaire=survey, number=1, state=State.DRAFT)
    section = Section.objects.create(version=version, title_fa="خدمت", order=1)
    Item.objects.create(version=version, section=section, code=code, kind=ItemKind.FIVE_POINT, order=1)
    Version.objects.filter(pk=version.pk).update(state=state, published_at=moment)
    return survey
