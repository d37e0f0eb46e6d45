"""The walls of the admin: the world they are tried in, and the doors that need a trial of their own.

The pages come from the site's registry and resolver, so a new page joins by itself; which roles may read it is taken
from the class, what they may read of cases is written down here by hand. Numbers M9 to M13 are those of the
experiments that made these walls necessary. The whole walk, every page × method × role × row, is `test_admin_matrix`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core import checks
from django.core.files.base import ContentFile
from django.db.models import Model
from django.forms import ModelChoiceField
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from directory.enums import Role, Source
from directory.models import Absence, Announcement, Membership, ServiceCardVersion, Unit, User
from directory.services import add_draft, load_cards, open_recognition
from feedback import services
from feedback.enums import ExportState, Kind
from feedback.models import (
    Attachment,
    CannedAnswer,
    Case,
    CaseRead,
    EscalationStep,
    Export,
    LegalHold,
    Message,
    Notice,
    Rating,
    Recusal,
)
from feedback.reports import reportable
from feedback.tasks import notify_officer
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import make_basics, text_of
from portal.kernel import jalali
from portal.outbox.models import Delivery, Event, Heartbeat
from portal.tests.once import made_once
from portal.ui.admin_base import UnitScopedAdmin, check_pages
from surveys.models import (
    CardReview,
    Counter,
    ImprovementAction,
    Kiosk,
    Suspicion,
    Version,
    VisitCount,
    VisitSheet,
)
from surveys.policy import Quarter
from surveys.services import (
    add_kiosk,
    close_quarter,
    count_visits,
    issue_sheet,
    keep_counter,
    load_default_questionnaires,
)

pytestmark = pytest.mark.django_db

MISSING = 987_654_321
TODAY = jalali.local(timezone.now()).date()
ROLES = (
    "anonymous",
    "officer",
    "other",
    "head",
    "inspector",
    "manager",
    "administrator",
    "clerk",
    "rule_editor",
    "overseer",
    "deputy",
    "lapsed",
    "editor",
    "excluded",
    "recused",
    "superuser",
)
#: Which case may be known to whom; each carries a canary of its name in every text.
MAY_KNOW = {
    "cont": {"officer", "head", "excluded", "superuser"},
    "bud": {"other", "deputy", "excluded", "superuser"},
    "misconduct": {"inspector", "overseer"},
    "about_bud": {"officer", "head", "superuser", "recused"},
}


#: Models whose rows belong to a case, and are known to whoever may know the case, no more.
OF_CASES = (Case, CaseRead, EscalationStep, Notice, Rating)


class Walker(Client):
    """A client that keeps nothing of the templates behind a page: a walk of thousands of pages looks at none."""

    def request(self, **request: Any) -> Any:
        response = self.handler(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response


@dataclass
class World:
    """One row or more in every table, and a member of staff for each role."""

    users: dict[str, User] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        client = Walker()
        if role != "anonymous":
            client.force_login(self.users[role])
        return client

    def visible(self, role: str) -> set[str]:
        return {name for name, roles in MAY_KNOW.items() if role in roles}


def canary(name: str) -> str:
    return f"قناری{name.replace('_', '')}زرد"


def _user(
    name: str, *memberships: tuple[str, Role], is_superuser: bool = False, **dates: date | None
) -> User:
    user = User.objects.create(
        username=name, name_fa=f"کاربر {name}", is_staff=True, is_superuser=is_superuser
    )
    for unit, role in memberships:
        Membership.objects.create(user=user, unit=Unit.objects.get(code=unit), role=role, **dates)
    return user


def _users() -> dict[str, User]:
    return {
        "officer": _user("officer", ("CONT", Role.OFFICER)),
        "other": _user("other", ("BUD", Role.OFFICER)),
        "head": _user("head", ("TECH", Role.HEAD)),
        "inspector": _user("inspector", ("INSP", Role.INSPECTOR)),
        "manager": _user("manager", ("HEAD", Role.MANAGER)),
        "administrator": _user("administrator", ("IT", Role.ADMINISTRATOR)),
        "clerk": _user("clerk", ("DESK", Role.CLERK)),
        "rule_editor": _user("rule_editor", ("IT", Role.RULE_EDITOR)),
        # Heads inspection; the only one who reads who looked into a report of misconduct.
        "overseer": _user("overseer", ("INSP", Role.HEAD)),
        # Heads a unit for some days, and headed one until the day before.
        "deputy": _user(
            "deputy", ("BUD", Role.HEAD), valid_from=TODAY, valid_until=TODAY + timedelta(days=1)
        ),
        "lapsed": _user("lapsed", ("CONT", Role.HEAD), valid_until=TODAY - timedelta(days=1)),
        "editor": _user("editor", ("PR", Role.EDITOR)),
        # Belongs to the unit complained of as well as to the one that handles the case.
        "excluded": _user("excluded", ("CONT", Role.HEAD), ("BUD", Role.OFFICER)),
        # Heads the unit that handles two of the cases, and recused himself from one.
        "recused": _user("recused", ("CONT", Role.HEAD), ("CONT", Role.OFFICER), ("HEAD", Role.MANAGER)),
        "superuser": _user("superuser", is_superuser=True),
    }


def _case(name: str, **changes: Any) -> Case:
    words = {
        "subject": f"رتبه‌بندی {canary(name)}",
        "body": f"رتبه‌بندی {canary(name)}",
        "full_name": canary(name),
    }
    case = make_case(**{**words, "phone": "+989160000001", "email": f"{name}@example.ir", **changes})
    message: Message = case.messages.get()
    Notice.objects.create(
        case=case,
        message=message,
        topic="received",
        channel="email",
        address=f"{canary(name)}@example.ir",
        created_at=AT,
    )
    Rating.objects.create(case=case, answer=message, unit=case.unit, score=2, words=canary(name), rated_at=AT)
    attachment = Attachment(
        message=message,
        name=f"{canary(name)}.pdf",
        content_type="application/pdf",
        size=1,
        sha256=b"0" * 32,
        state="ready",
    )
    attachment.file.save("file", ContentFile(canary(name).encode()))
    if case.is_confidential:
        services.note_read(case=case, reader=User.objects.get(username="inspector"), at=AT)
    return case


def _cases() -> dict[str, Case]:
    cases = {
        "cont": _case("cont"),
        "bud": _case(
            "bud", subject=f"تخصیص اعتبار بودجه {canary('bud')}", body=f"تخصیص اعتبار {canary('bud')}"
        ),
        "misconduct": _case("misconduct", kind=Kind.MISCONDUCT),
        "about_bud": _case("about_bud", about_unit=Unit.objects.get(code="BUD")),
    }
    assert {name: case.unit.code for name, case in cases.items()} == {
        "cont": "CONT", "bud": "BUD", "misconduct": "INSP", "about_bud": "CONT",
    }  # fmt: skip
    return cases


def _ready_answers() -> None:
    for unit in Unit.objects.filter(code__in=["CONT", "BUD"]):
        CannedAnswer.objects.create(unit=unit, title=f"پاسخ {unit.code}", text="سلام {citizen_name}")


def _exports(users: dict[str, User]) -> None:
    for role in ("officer", "other"):
        export = Export(asked_by=users[role], asked_at=AT, purpose="گزارش ماهانه", narrowed="همه", total=1)
        export.state, export.made_at, export.count = ExportState.READY, timezone.now(), 1
        export.file.save("list", ContentFile("پرونده‌ها".encode()))


def _holds(world: "World") -> None:
    for name, case in world.cases.items():
        LegalHold.objects.create(case=case, reason=canary(name), set_by=world.users["superuser"], set_at=AT)


def _public_pages() -> None:
    """A card in force, a draft of it and an announcement that is not shown yet."""
    load_cards(at=AT, only=["s01"])
    card = ServiceCardVersion.objects.get()
    add_draft(
        card=ServiceCardVersion(service=card.service, description_fa="تازه", output_fa="تازه"), actor=None
    )
    Announcement.objects.create(slug="draft", title_fa="پیش‌نویس", body_fa="هنوز نه")


def _deadlines(world: World) -> None:
    """Let somebody recuse himself, and the ladder tell of every case those who may know of it, and of one nobody."""
    services.load_deadline_rules()
    Recusal.objects.create(case=world.cases["cont"], user=world.users["recused"], at=AT)
    told = {"cont": "officer", "bud": "other", "misconduct": "inspector", "about_bud": None}
    for name, role in told.items():
        case = world.cases[name]
        EscalationStep.objects.create(
            case=case,
            counted_from=AT.date(),
            receiver="owner",
            unit=case.unit,
            due_on=case.due_on,
            recipient=world.users[role] if role else None,
            at=AT,
        )
    Absence.objects.create(user=world.users["officer"], from_on=AT.date(), until_on=AT.date())


def _outbox() -> None:
    event = Event.objects.latest("pk")
    Delivery.objects.create(
        event=event, handler="feedback.tasks.dispatch", state="parked", last_error="ValueError"
    )
    Heartbeat.objects.create(name="outbox.relay", at=AT)


def _surveys() -> None:
    """Make a row for every page of the surveys, the sheet, the kiosk and the action in BUD."""
    load_default_questionnaires()
    unit, staff = Unit.objects.get(code="BUD"), User.objects.get(username="superuser")
    issue_sheet(sheet=VisitSheet(unit=unit, count=10, expires_on=AT.date()), actor=None, at=AT)
    add_kiosk(kiosk=Kiosk(name="باجهٔ ۱", unit=unit), actor=None, at=AT)
    keep_counter(counter=Counter(name="باجهٔ ۱", unit=unit), actor=staff)
    count_visits(visits=VisitCount(unit=unit, day=AT.date(), count=7), actor=staff)
    version = Version.objects.latest("pk")
    Suspicion.objects.create(version=version, mode="web", day=AT.date(), hour=9, flag="burst", count=40)
    close_quarter(quarter=Quarter(1404, 1), at=AT)
    open_recognition(
        person=User.objects.get(username="other"),
        unit=unit,
        source=Source.SURVEY,
        reference="service/1404-1/S_RESPECT",
        finding=("با حوصله", ""),
        at=AT,
    )
    card = ServiceCardVersion.objects.in_force().get()
    CardReview.objects.create(
        card=card, field="cost", year=1404, quarter=1, wrong=9, answers=20, opened_at=AT
    )
    ImprovementAction.objects.create(
        questionnaire=version.questionnaire,
        code="S_SAT",
        unit=unit,
        year=1404,
        quarter=1,
        said_fa="صف",
        done_fa="باجه",
        decision="place",
        owner=staff,
        due_on=AT.date(),
    )


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Build the world once; each test runs in a savepoint of its transaction.

    Sessions lie in signed cookies: thousands of pages are asked for, and it is not sessions that are tried here.
    """
    in_cookies = override_settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies")
    with in_cookies:
        yield from made_once(_world, django_db_blocker)


def _world() -> World:
    make_basics()
    world = World(users=_users(), cases=_cases())
    _ready_answers()
    _deadlines(world)
    _outbox()
    _exports(world.users)
    _holds(world)
    _public_pages()
    _surveys()
    return world


# --- Every page, every role ---------------------------------------------------------------------------------------


def pages() -> Iterator[tuple[str, UnitScopedAdmin | None, dict[str, str]]]:
    """Yield every address of the site as a template, with the page it belongs to and the converters it takes."""
    yield from _walk(get_resolver().url_patterns, "/", None)


def _walk(patterns: list[Any], prefix: str, owner: Any) -> Iterator[tuple[str, Any, dict[str, str]]]:
    for entry in patterns:
        route = prefix + str(entry.pattern).lstrip("^").replace("\\Z", "").removesuffix("$")
        if not "/admin/".startswith(route[:7]) or "(?P<url>" in route:
            continue
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, route, owner)
        elif isinstance(entry, URLPattern):
            page = getattr(entry.callback, "model_admin", None) or _owner(route)
            yield route, page, dict(re.findall(r"<(?:\w+:)?(\w+)>()", route))


def _owner(route: str) -> UnitScopedAdmin | None:
    """Find the page of an address that was added by hand, by its model's folder."""
    for model, page in admin.site._registry.items():
        if route.startswith(f"/admin/{model._meta.app_label}/{model._meta.model_name}/"):
            return page  # type: ignore[return-value]
    return None


def filled(route: str, pk: object) -> str:
    """Return an address with a row's number in every place; a row of the same number stands for its file."""
    address = re.sub(r"<(?:\w+:)?\w+>", str(pk), route)
    return re.sub(r"\(\?P<app_label>[^)]*\)", "feedback", address)


def rows_of(page: Any) -> list[Model]:
    return list(page.model._default_manager.order_by("pk")[:3]) if page else []


def hidden_case(row: Any) -> str | None:
    """Return the number of the case a row belongs to, if it belongs to one."""
    return getattr(getattr(row, "case", row), "number", None)


ROUTES = list(pages())


def test_walk_when_made_then_it_knows_every_kind_of_page() -> None:
    routes = [route for route, _page, _names in ROUTES]

    for model in admin.site._registry:
        folder = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert f"{folder}<path:object_id>/change/" in routes
    assert "/admin/feedback/case/<int:case_id>/file/<int:attachment_id>/" in routes
    assert "/admin/directory/user/<id>/password/" in routes
    assert not [route for route in routes if "/r/" in route]  # M10


def secrets_of(world: World, role: str) -> list[tuple[str, str]]:
    """Return what this role must not see anywhere: words, numbers and files of hidden cases."""
    hidden = set(world.cases) - world.visible(role)
    numbers = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    return [
        (name, secret)
        for name in hidden
        for secret in (canary(name), world.cases[name].number, world.cases[name].number.translate(numbers))
    ]


def may_read(page: UnitScopedAdmin, world: World, role: str) -> bool:
    if role == "anonymous":
        return False
    if role == "superuser":
        return True
    held = set(world.users[role].memberships.values_list("role", flat=True))
    return not held.isdisjoint(page.readers | page.writers)


def hidden_rows(page: UnitScopedAdmin, world: World, role: str) -> list[Model]:
    """Return rows this role must not know of: those of hidden cases, else what the page itself does not show him."""
    hidden = {world.cases[name].number for name in set(world.cases) - world.visible(role)}
    rows = list(page.model._default_manager.all()[:20])
    of_cases = [row for row in rows if hidden_case(row) in hidden]
    if of_cases or page.model in OF_CASES:
        return of_cases
    if role == "anonymous":
        return rows[:1]
    request = RequestFactory().get("/admin/")
    request.user = world.users[role]
    known = set(page.get_queryset(request).values_list("pk", flat=True))
    return [row for row in rows if row.pk not in known][:1]


@pytest.mark.parametrize("role", ROLES)
def test_page_when_opened_by_a_role_then_own_cases_are_there(world: World, role: str) -> None:
    """The walls stand where they should: what a role may see, it does see."""
    client = world.client(role)

    shown = text_of(client.get("/admin/feedback/case/?state=all"))
    opened = {
        name
        for name, case in world.cases.items()
        if client.get(f"/admin/feedback/case/{case.pk}/change/").status_code == 200
    }

    assert {name for name in world.cases if canary(name) in shown} == world.visible(role)
    assert opened == world.visible(role)


@pytest.mark.parametrize("role", ROLES)
def test_counts_and_filters_when_looked_at_then_hidden_cases_are_not_counted(world: World, role: str) -> None:
    page = text_of(world.client(role).get("/admin/feedback/case/?state=all"))

    tally = re.search(r'paginator tally">([۰-۹]+) پرونده', page)
    number = len(world.visible(role))
    assert (tally[1] if tally else "۰") == str(number).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert ("kind=misconduct" in page) == ("misconduct" in world.visible(role))


@pytest.mark.parametrize("role", ROLES)
def test_search_when_a_hidden_case_is_asked_for_then_nothing_is_found(world: World, role: str) -> None:
    client = world.client(role)
    for name, case in world.cases.items():
        for words in (canary(name), case.number):
            page = text_of(client.get("/admin/feedback/case/", {"q": words}, follow=True))
            found = f"/admin/feedback/case/{case.pk}/change/" in page
            assert found == (name in world.visible(role)), (role, words)


@pytest.mark.parametrize("role", ROLES)
def test_autocomplete_when_walked_then_nothing_hidden_is_offered(world: World, role: str) -> None:
    client, secrets = world.client(role), secrets_of(world, role)
    for model in admin.site._registry:
        for relation in [
            one for one in model._meta.get_fields() if one.is_relation and hasattr(one, "attname")
        ]:
            query = {
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name,
                "field_name": relation.name,
            }
            response = client.get("/admin/autocomplete/", {**query, "term": ""})
            assert response.status_code in (200, 302, 403, 404)
            assert not [name for name, secret in secrets if secret in text_of(response)]


@pytest.mark.parametrize("role", ROLES)
def test_delete_and_add_when_posted_then_no_row_of_a_case_changes(world: World, role: str) -> None:
    client = world.client(role)
    before = _counts()
    for route, page, names in ROUTES:
        if page is None or not route.endswith(("/delete/", "/add/")):
            continue
        rows = rows_of(page) if may_read(page, world, role) else rows_of(page)[:1]
        for number in [row.pk for row in rows] if names else [0]:
            response = client.post(filled(route, number), {"post": "yes"})
            if route.endswith("/delete/") or page.model in OF_CASES:
                assert response.status_code in (302, 403), (role, route)

    assert _counts() == before


def _counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in admin.site._registry}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "anonymous"])
def test_bulk_action_when_hidden_rows_are_forged_in_then_they_stay_as_they_are(
    world: World, role: str
) -> None:
    client = world.client(role)
    pks = [case.pk for case in world.cases.values()]

    for across in ("0", "1"):
        client.post(
            "/admin/feedback/case/?state=all",
            {"action": "take_cases", "_selected_action": pks, "index": "0", "select_across": across},
        )

    taken = {name for name, case in world.cases.items() if Case.objects.get(pk=case.pk).assigned_to}
    assert taken == world.visible(role)


def test_recused_when_cases_are_told_assigned_or_counted_anywhere_then_the_case_is_not_for_him(
    world: World,
) -> None:
    case, user = world.cases["cont"], world.users["recused"]
    User.objects.filter(pk=user.pk).update(email="recused@example.ir")
    client = world.client("recused")

    services.escalate(at=AT + timedelta(days=61))
    taken = [services.take_next(actor=user, at=AT) for _press in range(3)]
    report = text_of(client.get("/reports/cases/?by=unit&days=365"))
    case.assigned_to = user
    notify_officer(case_id=case.pk)

    assert not case.escalations.filter(recipient=user).exists()
    assert case not in taken
    assert canary("cont") not in report
    assert case.pk not in reportable(user).values_list("pk", flat=True)
    assert not case.notices.filter(recipient=user).exists()
    assert text_of(client.get("/admin/feedback/case/handover/")).find(canary("cont")) == -1


# --- Oracles and forged forms -------------------------------------------------------------------------------------

LOOKUPS = [
    "phone__startswith", "phone", "full_name__contains", "email__regex", "code_hash", "token_digest__isnull",
    "messages__body__contains", "unit__memberships__user__password__startswith", "assigned_to__password__startswith",
    "pk__gt", "id", "is_confidential", "is_confidential__exact", "exclusions__unit__code", "about_person__icontains",
    "_connector", "unit__code__in", "kind__exact", "status__in",
]  # fmt: skip


@pytest.mark.parametrize("lookup", LOOKUPS)
def test_lookup_when_it_is_no_filter_of_the_page_then_it_is_refused(world: World, lookup: str) -> None:
    """M12: a field that is never shown must not answer yes or no."""
    client = world.client("officer")

    answers = [client.get("/admin/feedback/case/", {lookup: value}) for value in ("9", "+98916")]

    assert [answer.status_code for answer in answers] == [400, 400]


def test_lookup_when_any_field_of_any_page_is_asked_then_only_filters_answer(world: World) -> None:
    client = world.client("superuser")
    request = RequestFactory().get("/admin/")
    request.user = world.users["superuser"]
    for model, page in admin.site._registry.items():
        folder = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        own = {entry.parameter_name for entry in page.list_filter if hasattr(entry, "parameter_name")}
        asked = {
            f"{one.name}{ending}" for one in model._meta.fields for ending in ("", "__startswith", "__regex")
        } - own
        assert not [lookup for lookup in asked if page.lookup_allowed(lookup, "1", request)], folder
        # A page that is shut even to a superuser stays shut, whatever is asked.
        refusal = 403 if client.get(folder).status_code == 403 else 400
        for lookup in sorted(asked)[:3]:
            assert client.get(folder, {lookup: "1"}).status_code == refusal, (folder, lookup)


@pytest.mark.parametrize("query", ["_to_field=number", "_to_field=code_hash", "_to_field=token_digest"])
def test_to_field_when_it_is_no_primary_key_then_it_is_refused(world: World, query: str) -> None:
    assert world.client("officer").get(f"/admin/feedback/case/?{query}").status_code == 400


@pytest.mark.parametrize("order", ["0", "1", "-2", "3.4", "99", "-99", "x", "1.-1", "__", "1" * 40])
def test_order_when_forged_then_the_page_keeps_its_own(world: World, order: str) -> None:
    client = world.client("superuser")

    plain = client.get("/admin/feedback/case/")
    forged = client.get("/admin/feedback/case/", {"o": order})

    numbers = [re.findall(r"/admin/feedback/case/(\d+)/change/", text_of(page)) for page in (plain, forged)]
    assert numbers[0] == numbers[1] != []


@pytest.mark.parametrize(
    "query",
    ["_popup=1", "e=1", "p=99", "p=x", "p=-1", "p=²", "p=1e9", "all=", "_facets=1", "due=" + "9" * 400],
)
def test_address_when_odd_then_a_page_comes(world: World, query: str) -> None:
    assert world.client("officer").get(f"/admin/feedback/case/?{query}", follow=True).status_code == 200


@pytest.mark.parametrize("number", ["0", "-1", "1e9", "9" * 30, "²", "x", "%00", "..%2f..", "1_000"])
def test_row_number_when_odd_then_it_is_missing(world: World, number: str) -> None:
    client = world.client("officer")

    for page in ("change", "history"):
        assert client.get(f"/admin/feedback/case/{number}/{page}/").status_code == 404


@pytest.mark.parametrize("role", ROLES[1:])
def test_choice_when_a_form_is_drawn_then_it_offers_only_what_its_own_page_shows(
    world: World, role: str
) -> None:
    """M13: a drop-down that names every row tells of rows that its page hides."""
    request = RequestFactory().get("/admin/")
    request.user = world.users[role]
    for page in admin.site._registry.values():
        if not page.has_add_permission(request):
            continue
        for one in page.get_form(request).base_fields.values():
            if isinstance(one, ModelChoiceField):
                shown = admin.site.get_model_admin(one.queryset.model).get_queryset(request)
                assert not set(one.queryset.values_list("pk")) - set(shown.values_list("pk"))


@pytest.mark.parametrize("role", [role for role in ROLES if role != "anonymous"])
def test_links_when_a_page_shows_values_and_a_trail_then_each_leads_somewhere_open(
    world: World, role: str
) -> None:
    client, closed, asked = world.client(role), [], dict[str, int]()
    for page in admin.site._registry.values():
        folder = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
        for address in (folder, *(f"{folder}{row.pk}/change/" for row in rows_of(page))):
            response = client.get(address)
            parts = re.findall(
                r'<div class="(?:readonly|breadcrumbs)">.*?</div>',
                text_of(response) if response.status_code == 200 else "",
                re.DOTALL,
            )
            for link in {link for part in parts for link in re.findall(r'href="(/[^"#]*)"', part)}:
                if link.endswith("/file/"):  # the lists of this world have none
                    continue
                if link not in asked:
                    asked[link] = client.get(link).status_code
                if asked[link] not in (200, 302):
                    closed.append((address, link, asked[link]))

    assert not closed


def test_view_on_site_when_asked_for_then_there_is_no_such_door(world: World) -> None:
    """M10: `/admin/r/…` told the address of anything to anybody."""
    for role in ROLES[1:]:
        assert world.client(role).get(f"/admin/r/1/{world.cases['cont'].pk}/").status_code == 404


# --- A change is recorded and needs the token -----------------------------------------------------------------------


def test_post_when_it_comes_from_elsewhere_then_it_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users["officer"])
    case = world.cases["cont"]

    response = client.post(
        f"/admin/feedback/case/{case.pk}/change/", {"_note": "1", "note-body": "از بیرون", "version": "1"}
    )

    assert response.status_code == 403
    assert not case.messages.filter(purpose="note").exists()


def test_headers_when_a_staff_page_is_shown_then_nobody_keeps_it(world: World) -> None:
    response = world.client("officer").get(f"/admin/feedback/case/{world.cases['cont'].pk}/change/")

    assert "no-store" in response["Cache-Control"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=", text_of(response))


# --- The check ------------------------------------------------------------------------------------------------------


class Plain(admin.ModelAdmin):
    """A page without walls."""


class Unsaid(UnitScopedAdmin):
    """A page that does not say whose its rows are."""


class Careless(UnitScopedAdmin):
    """A page with everything that the walls do not cover."""

    list_editable = ("is_active",)
    list_display = ("username", "is_active")
    date_hierarchy = "date_joined"
    view_on_site = True

    def visible_to(self, user: Any) -> Any:
        return User.objects.all()


@pytest.mark.parametrize(
    ("page", "faults"), [(Plain, ["portal.E001"]), (Unsaid, ["portal.E002"]), (Careless, ["portal.E002"] * 3)]
)
def test_check_when_a_page_lacks_walls_then_it_is_refused(
    page: type[admin.ModelAdmin], faults: list[str]
) -> None:
    site = AdminSite("trial")
    site.register(User, page)

    found = [fault for fault in check_pages(None) if page.__name__ in fault.msg]

    assert [fault.id for fault in found] == faults


def test_check_when_the_portal_starts_then_its_pages_pass() -> None:
    ours = [fault for fault in checks.run_checks() if fault.id in ("portal.E001", "portal.E002")]

    assert [
        fault for fault in ours if not any(page in fault.msg for page in ("Plain", "Unsaid", "Careless"))
    ] == []


def test_register_when_a_package_brings_pages_along_then_they_are_left_out() -> None:
    names = {model._meta.label for model in admin.site._registry}

    assert names.isdisjoint({"auth.Group", "account.EmailAddress", "mfa.Authenticator"})


# --- Deactivation and sections --------------------------------------------------------------------------------------


def test_index_when_heads_of_different_units_open_it_then_each_finds_what_is_open_to_him() -> None:
    make_basics()
    desk, other = Client(), Client()
    desk.force_login(make_user("desk.head", "DESK", Role.HEAD))
    other.force_login(make_user("cont.head", "CONT", Role.HEAD))

    shown = ["app-routing" in text_of(client.get("/admin/")) for client in (other, desk, other)]

    assert shown == [False, True, False]


def test_index_when_opened_by_a_role_then_cases_come_first_and_only_open_sections_are_shown(
    world: World,
) -> None:
    sections = {}
    for role in ROLES[1:]:
        page = text_of(world.client(role).get("/admin/"))
        sections[role] = re.findall(r'<div class="app-(\w+) module', page)

    assert sections["officer"] == sections["inspector"] == ["feedback"]
    assert sections["head"] == ["feedback", "directory", "surveys"]  # absences, improvement actions
    assert sections["recused"] == ["feedback", "directory", "surveys"]  # a manager as well
    assert sections["superuser"] == ["feedback", "directory", "routing", "surveys", "outbox"]
    # Who took which lists out, and nothing of a case.
    assert sections["administrator"] == ["feedback", "directory", "routing", "surveys"]
    assert sections["editor"] == ["directory", "surveys"]  # cards that visitors found wrong
    assert "feedback" not in sections["manager"]


def test_outbox_when_parked_then_a_superuser_sends_it_on_its_way_again(world: World) -> None:
    client, delivery = world.client("superuser"), Delivery.objects.get(state="parked")

    client.post(
        "/admin/outbox/delivery/", {"action": "retry_parked", "_selected_action": [delivery.pk], "index": "0"}
    )

    delivery.refresh_from_db()
    assert delivery.state == "waiting"


@pytest.mark.parametrize("role", [role for role in ROLES if role != "superuser"])
def test_outbox_when_not_a_superuser_then_nothing_is_retried(world: World, role: str) -> None:
    delivery = Delivery.objects.get(state="parked")

    world.client(role).post(
        "/admin/outbox/delivery/", {"action": "retry_parked", "_selected_action": [delivery.pk], "index": "0"}
    )

    delivery.refresh_from_db()
    assert delivery.state == "parked"


def test_history_of_a_case_when_services_were_called_then_the_log_of_the_framework_stays_empty(
    world: World,
) -> None:
    services.take(case_id=world.cases["cont"].pk, actor=world.users["officer"], at=AT)

    page = text_of(world.client("officer").get(f"/admin/feedback/case/{world.cases['cont'].pk}/history/"))

    assert "کارشناس به دست گرفت" in page
