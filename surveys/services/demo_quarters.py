"""Made-up visits of the past four quarters, so that every report of a fresh demo shows something."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.db import transaction

from directory.models import Service, Unit
from portal.kernel import jalali
from surveys import policy
from surveys.enums import VISIT_SURVEY, Decision, Mode
from surveys.models import (
    AnswerValue,
    ImprovementAction,
    Kiosk,
    PaperBatch,
    Questionnaire,
    Response,
    Version,
    VisitCount,
    VisitSheet,
    VisitToken,
)
from surveys.policy import Quarter
from surveys.selectors import published
from surveys.services.demo import AMONG, ENGLISH, MOOD, Visitor
from surveys.services.demo_counters import (
    AT_COUNTERS,
    Places,
    day_of_counter,
    head_of,
    hear_both_sides,
    make_counters,
)
from surveys.services.intake import answer_rows, make_response
from surveys.services.kiosk import add_kiosk
from surveys.services.quarters import close_settled_quarters
from surveys.services.versions import DATA
from surveys.services.visits import issue_sheet

#: Responses of each service in a quarter, at least and at most, and how they come in.
EACH = (4, 60)
WAYS = {Mode.TOKEN: 62, Mode.PAPER: 22, Mode.KIOSK: 10, Mode.WEB: 6}

#: How much less or more content the visitors of a unit are, and by how much that changes from quarter to quarter.
MOODS = {
    "CONT": (-0.9, 0.25),
    "BUD": (-0.2, -0.3),
    "HRD": (0.3, 0.15),
    "STAT": (0.1, 0.0),
    "TECH": (0.0, -0.08),
}

#: Codes handed out for a service in a quarter, and the visitors for it that are counted in a week.
HANDED, VISITORS = 100, (7, 11)


@dataclass(frozen=True)
class Story:
    """One action of the demo: what was found where, what was done, and how long after the quarter."""

    unit: str
    code: str
    back: int
    said: tuple[str, str]
    done: tuple[str, str]
    decision: Decision
    due: int
    finished: int | None


STORIES = (
    Story(
        *("CONT", "S_SAT", 4),
        ("مدارک چند بار برگشت می‌خورد.", "Documents are sent back several times."),
        (
            "کارشناس همهٔ ایرادها را یک‌جا و در نخستین بررسی می‌نویسد.",
            "The officer writes down everything that is missing at the first look.",
        ),
        *(Decision.PROCESS, 40, 20),
    ),
    Story(
        *("TECH", "S_MATCH", 2),
        ("زمان واقعی از زمان اعلام‌شده بیشتر است.", "It takes longer than announced."),
        ("شناسنامهٔ خدمت بازبینی می‌شود.", "The service card is being corrected."),
        *(Decision.CARD, 240, None),
    ),
    Story(
        *("BUD", "S_SAT", 1),
        ("ورودی ساختمان رمپ ندارد.", "The entrance has no ramp."),
        ("رمپ حیاط شرقی ساخته می‌شود.", "A ramp is built in the eastern yard."),
        *(Decision.PLACE, 60, None),
    ),
)


@transaction.atomic
def seed_demo_quarters(now: datetime) -> str:
    """Add visits, codes, kiosk, answers and actions of the past four quarters and close them, once.

    Return the key of the demo's kiosk, an empty text when everything was there already.
    """
    version = published(VISIT_SURVEY)
    if version is None or Kiosk.objects.exists():
        return ""
    last = policy.quarter_of(jalali.local(now).date()).previous
    quarters = [last.previous.previous.previous, last.previous.previous, last.previous, last]
    services = list(Service.objects.filter(is_active=True).select_related("unit"))
    counters = make_counters(quarters[0].first)
    for age, quarter in enumerate(quarters):
        _answers(version, quarter, age, services, counters)
        _visits(quarter, services)
    close_settled_quarters(at=now)
    hear_both_sides(now)
    _actions(version.questionnaire, quarters)
    issue_sheet(sheet=_sheet(services[0], jalali.local(now).date()), actor=None, at=now)
    kiosk = Kiosk(name="کیوسک نمونه", unit=services[0].unit, service=services[0])
    return add_kiosk(kiosk=kiosk, actor=None, at=now)


def _answers(
    version: Version,
    quarter: Quarter,
    age: int,
    services: list[Service],
    counters: Mapping[int, Places],
) -> None:
    comments = json.loads((DATA / "demo-comments.json").read_text(encoding="utf-8"))[VISIT_SURVEY]
    responses: list[Response] = []
    answers: list[AnswerValue] = []
    for service in services:
        chance = Random(f"{policy.quarter_slug(quarter)} {service.code}")  # noqa: S311 - no secret
        for number in range(chance.randint(*EACH)):
            token = f"demo-{policy.quarter_slug(quarter)}-{service.code}-{number}"
            place = counters.get(service.unit_id, ())
            response, rows = _response(version, quarter, age, service, chance, comments, token, place)
            responses.append(response)
            answers += rows
    Response.objects.bulk_create(responses)
    AnswerValue.objects.bulk_create(answers, batch_size=2_000)


def _response(
    version: Version,
    quarter: Quarter,
    age: int,
    service: Service,
    chance: Random,
    comments: list[str],
    token: str,
    counters: Places,
) -> tuple[Response, list[AnswerValue]]:
    shift, change = MOODS.get(service.unit.code, (0.0, 0.0))
    mode = chance.choices(list(WAYS), weights=list(WAYS.values()))[0]
    counter = chance.choice(counters) if counters and mode != Mode.WEB else None
    mood = MOOD + shift + age * change + (AT_COUNTERS.get(counter.name, 0.0) if counter else 0.0)
    visitor = Visitor(chance, chance.gauss(mood, AMONG), comments)
    sent = visitor.answers(version)
    if mode == Mode.KIOSK:
        sent = {code: sent[code] for code in policy.short_form(version.questions) if code in sent}
    accepted = policy.judge(version.questions, sent)
    response = make_response(
        version=version,
        accepted=accepted,
        at=_moment(quarter, chance, is_counter=bool(counters)),
        seconds=chance.choice([2, *[90.0] * 60]) if mode == Mode.WEB else None,
        mode=mode,
        service=service,
        unit=service.unit,
        counter=counter,
        language="en" if chance.random() < ENGLISH else "fa",
        token_digest=policy.token_digest(token),
    )
    return response, answer_rows(response, accepted)


def _moment(quarter: Quarter, chance: Random, *, is_counter: bool) -> datetime:
    """Return a moment of the quarter, within office hours in Tehran."""
    days = (quarter.last - quarter.first).days
    anyday = quarter.first + timedelta(days=chance.randint(0, days))
    day = day_of_counter(quarter, chance) if is_counter else anyday
    return datetime.combine(day, time(chance.randint(5, 9), 30), UTC)


def _visits(quarter: Quarter, services: list[Service]) -> None:
    """Count visitors week by week, and hand out a sheet of codes of which some are used."""
    chance = Random(policy.quarter_slug(quarter))  # noqa: S311 - no secret
    visitors: Counter[tuple[Unit, date]] = Counter()
    for service in services:
        for week in range(0, (quarter.last - quarter.first).days, 7):
            visitors[service.unit, quarter.first + timedelta(days=week)] += chance.randint(*VISITORS)
        opened = datetime.combine(quarter.first, time(6), UTC)
        sheet = issue_sheet(sheet=_sheet(service, quarter.last), actor=None, at=opened)
        used = chance.sample(list(sheet.tokens.values_list("pk", flat=True)), k=chance.randint(5, 40))
        VisitToken.objects.filter(pk__in=used).update(is_spent=True)
        _paper(sheet, quarter, chance)
    VisitCount.objects.bulk_create(
        VisitCount(unit=unit, day=day, count=count) for (unit, day), count in visitors.items()
    )


def _paper(sheet: VisitSheet, quarter: Quarter, chance: Random) -> None:
    """Key in some paper forms of a sheet, a few of them twice."""
    clerk = head_of(sheet.unit_id)
    keyed, checked = chance.randint(8, 20), chance.randint(2, 4)
    if clerk is not None:
        PaperBatch.objects.create(
            sheet=sheet,
            day=quarter.first + timedelta(days=30),
            keyed=keyed,
            checked=checked,
            compared=checked * 13,
            differed=chance.randint(0, 2),
            spoiled=chance.randint(0, 1),
            closed_at=datetime.combine(quarter.first + timedelta(days=40), time(6), UTC),
            closed_by=clerk,
        )


def _sheet(service: Service, day: date) -> VisitSheet:
    return VisitSheet(unit=service.unit, service=service, count=HANDED, expires_on=day + timedelta(days=30))


def _actions(questionnaire: Questionnaire, quarters: list[Quarter]) -> None:
    ImprovementAction.objects.bulk_create(_stories(questionnaire, quarters))


def _stories(questionnaire: Questionnaire, quarters: list[Quarter]) -> Iterator[ImprovementAction]:
    for story in STORIES:
        unit = Unit.objects.filter(code=story.unit).first()
        owner = head_of(unit.pk) if unit else None
        if unit is None or owner is None:
            continue
        quarter = quarters[-story.back]
        yield ImprovementAction(
            questionnaire=questionnaire,
            code=story.code,
            unit=unit,
            year=quarter.year,
            quarter=quarter.number,
            said_fa=story.said[0],
            said_en=story.said[1],
            done_fa=story.done[0],
            done_en=story.done[1],
            decision=story.decision,
            owner=owner,
            due_on=quarter.last + timedelta(days=story.due),
            done_on=quarter.last + timedelta(days=story.finished) if story.finished else None,
            is_public=True,
        )
