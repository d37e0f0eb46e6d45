"""Whatever the tree of units, the rules and the message: whom a case is about is kept out of it, through every step.

Hypothesis draws an organization, a set of rules and a message; the message is then sent, dispatched, escalated,
handed on by whoever recuses himself, answered and sent to review, on the code of the live run. A unit complained of
with all below it, the units of a person who is named, and everybody who recused himself are never target, holder,
viewer, searcher or receiver, and are not counted in anything they see.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.enums import Role
from directory.models import Membership, Position, Unit, User
from feedback import services, tasks
from feedback.enums import Kind
from feedback.models import Case, CaseEvent, EscalationStep, Notice
from feedback.policy import COMPLAINING, ReviewRefused
from feedback.tests.factories import AT
from portal.outbox.models import Event
from portal.tests.once import undone
from routing.enums import Stage
from routing.models import RuleSet
from routing.policy import REPLACEMENTS, Keyword, RuleSpec
from routing.services import publish
from routing.services.drafts import write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deadline_rules")]

#: In office hours, weeks after the last day of any answer.
VERY_LATE = datetime(2026, 9, 2, 6, 30, tzinfo=UTC)
WORDS = ("آمار", "پروژه", "ساجات", "بودجه", "نگهبان", "رشوه", "پل", "سد")
FIXED = ("HEAD", "INSP", "DESK", "SEC")
#: The fixed units and up to six more; a child may hang under any of them that was drawn before it.
MOST_UNITS = 10
ROUNDS = 4

_versions = count(1_000)


@dataclass(frozen=True)
class World:
    """An organization, its rules, and one message: `parents` gives each unit the place of the one above it."""

    parents: tuple[int, ...]
    heads: frozenset[int]
    empty: frozenset[int]
    also_in: tuple[int, int]
    rules: tuple[tuple[int, tuple[str, ...], bool], ...]
    kind: Kind
    words: tuple[str, ...]
    about_unit: int | None
    about_people: tuple[int, ...]

    @property
    def codes(self) -> list[str]:
        return [*FIXED, *(f"U{place}" for place in range(len(FIXED), len(self.parents)))]

    def barred(self) -> set[str]:
        """Return the units that must stay out, found the slow way: by climbing up from each unit.

        The top of the tree keeps out only itself, else nobody would be left to answer.
        """
        if self.kind not in COMPLAINING:
            return set()
        named = {self.about_unit, *self.about_people} - {None}
        return {
            code
            for place, code in enumerate(self.codes)
            if place in named or named & {*self._up_from(place)} - {0}
        }

    def _up_from(self, place: int) -> list[int]:
        way = [place]
        while place:
            place = self.parents[place]
            way.append(place)
        return way


@st.composite
def worlds(draw: st.DrawFn) -> World:
    size = draw(st.integers(len(FIXED), MOST_UNITS))
    places = st.integers(0, size - 1)
    parents = [0, 0, 0, 0, *(draw(st.integers(0, place - 1)) for place in range(len(FIXED), size))]
    rules = st.tuples(
        places, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(tuple)
    )
    return World(
        parents=tuple(parents),
        heads=draw(st.frozensets(places)),
        empty=draw(st.frozensets(places, max_size=3)),
        also_in=(draw(places), draw(places)),
        rules=tuple((*draw(rules), draw(st.booleans())) for _rule in range(draw(st.integers(1, 6)))),
        kind=draw(st.sampled_from(Kind)),
        words=tuple(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))),
        about_unit=draw(st.none() | places),
        about_people=tuple(draw(st.lists(places, max_size=2))),
    )


@pytest.fixture
def deadline_rules() -> None:
    services.load_deadline_rules()


def build(world: World) -> dict[str, User]:
    """Store the units with their people and rules; return the people by name."""
    people: dict[str, User] = {}
    units: list[Unit] = []
    for place, (code, parent) in enumerate(zip(world.codes, world.parents, strict=True)):
        unit = Unit.objects.create(
            code=code, name_fa=f"واحد {code}", parent=units[parent] if place else None, order=place
        )
        units.append(unit)
        Position.objects.create(unit=unit, title_fa="مدیر", holder_fa=f"مدیر نمونه {code}")
        if place not in world.empty:
            _person(people, f"o-{code}", (unit, Role.INSPECTOR if code == "INSP" else Role.OFFICER))
        if place in world.heads:
            _person(people, f"h-{code}", (unit, Role.HEAD))
    first, second = (units[place] for place in world.also_in)
    _person(people, "two-hats", (first, Role.OFFICER), (second, Role.HEAD))
    _person(people, "root", (first, Role.ADMINISTRATOR), is_superuser=True)
    ruleset = RuleSet.objects.create(version=next(_versions), name="قواعد آزمایشی")
    write(ruleset, [_rule(number, *spec, world) for number, spec in enumerate(world.rules)])
    publish(ruleset=ruleset, actor=None, at=AT)
    return people


def _person(
    people: dict[str, User], name: str, *places: tuple[Unit, Role], is_superuser: bool = False
) -> None:
    user = people[name] = User.objects.create(
        username=name, is_staff=True, is_superuser=is_superuser, email=f"{name.lower()}@example.ir"
    )
    Membership.objects.bulk_create(
        Membership(user=user, unit=unit, role=role) for unit, role in dict.fromkeys(places)
    )


def _rule(number: int, place: int, words: tuple[str, ...], lane: bool, world: World) -> RuleSpec:
    return RuleSpec(
        id=f"r{number}",
        unit=world.codes[place],
        stage=Stage.LANE if lane else Stage.POINTS,
        kinds=frozenset(),
        keywords=tuple(Keyword(word, 3) for word in words),
        not_if=(),
        always=0,
    )


def send(world: World) -> Case:
    named = " و ".join(f"مدیر نمونه {world.codes[place]}" for place in world.about_people)
    about = None if world.about_unit is None else Unit.objects.get(code=world.codes[world.about_unit])
    submission = services.Submission(
        kind=world.kind,
        subject="موضوع آزمایشی",
        body=" ".join(world.words),
        about_unit=about,
        about_person=named,
    )
    return services.submit(submission=submission, token=f"kept-out-{next(_versions)}", at=AT).case


def kept_out(case: Case, barred: set[str], people: dict[str, User]) -> list[User]:
    """Return everybody who must not know of the case: members of the barred units, and who recused himself."""
    members = Membership.objects.filter(unit__code__in=barred).values_list("user", flat=True)
    ids = {*members, *case.recusals.values_list("user", flat=True)}
    return [user for user in people.values() if user.pk in ids]


def check(case: Case, barred: set[str], people: dict[str, User]) -> None:
    """Hold the case as it stands now against everything that may go to nobody who is kept out."""
    case = Case.objects.select_related("unit", "assigned_to").get(pk=case.pk)
    out = kept_out(case, barred, people)
    # Where even the last of the chain is concerned, a row must still name a unit: it is the bodies outside that count.
    targets = set(CaseEvent.objects.filter(case=case).exclude(unit=None).values_list("unit__code", flat=True))
    concerned = {*targets, case.unit.code} & barred
    assert not concerned or (case.external_bodies and concerned <= {*REPLACEMENTS})
    assert case.assigned_to_id not in {user.pk for user in out}
    for user in out:
        assert not Case.objects.visible_to(user).exists(), user.username


def check_told(case: Case, barred: set[str], people: dict[str, User]) -> None:
    told = {*EscalationStep.objects.filter(case=case).values_list("recipient", flat=True)}
    told |= {*Notice.objects.values_list("recipient", flat=True)}
    members = set(Membership.objects.filter(unit__code__in=barred).values_list("user", flat=True))
    assert not told & members


def check_pages(case: Case, out: list[User]) -> None:
    """The queue, its counts and its search show nothing, and the case answers like one that never was."""
    for user in out[-1:]:
        client = Client()
        client.force_login(user)
        for query in ({}, {"q": case.number}):
            page = client.get("/admin/feedback/case/", query, follow=True)
            shown = page.content.decode()
            assert case.number not in shown or query == {"q": case.number}, user.username
            assert f"/admin/feedback/case/{case.pk}/" not in shown
            cl = page.context.get("cl") if page.context else None
            assert cl is None or not cl.result_list, user.username
        missing = client.get("/admin/feedback/case/987654321/change/")
        assert client.get(f"/admin/feedback/case/{case.pk}/change/").status_code == missing.status_code


def run_tasks() -> None:
    """Run the handlers of dispatching and of telling staff for all that was published."""
    for event in Event.objects.order_by("pk"):
        if event.name in ("case.submitted", "case.recused", "case.redirected"):
            tasks.dispatch(**event.payload)
        if event.name == "case.assigned":
            tasks.notify_officer(**event.payload)
        if event.name == "case.review_asked":
            tasks.notify_review(**event.payload)


def live(world: World) -> None:
    people, barred = build(world), world.barred()
    case = send(world)
    check(case, barred, people)
    run_tasks()
    check(case, barred, people)
    services.escalate(at=VERY_LATE)
    check_told(case, barred, people)
    for _round in range(ROUNDS):
        holder = Case.objects.get(pk=case.pk).assigned_to
        if holder is None:
            break
        services.recuse(case_id=case.pk, actor=holder, reason="خویشاوند است.", at=AT)
        run_tasks()
        check(case, barred, people)
    answered_by = _answer(case)
    if answered_by:
        with suppress(ReviewRefused):
            services.ask_review(case_id=case.pk, reason="پاسخ کامل نبود.", at=AT)
            run_tasks()
        check(case, barred, people)
    services.escalate(at=VERY_LATE)
    check_told(case, barred, people)
    check_pages(Case.objects.get(pk=case.pk), kept_out(case, barred, people))


def _answer(case: Case) -> User | None:
    holder = Case.objects.get(pk=case.pk).assigned_to
    if holder is not None:
        services.answer(case_id=case.pk, actor=holder, body="پاسخ شما این است.", at=AT)
    return holder


@given(worlds())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_case_when_it_is_about_somebody_then_he_is_kept_out_whatever_the_tree_and_the_rules(
    world: World,
) -> None:
    with undone():
        live(world)
