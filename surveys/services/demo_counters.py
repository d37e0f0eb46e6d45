"""Made-up counters of the demo, each with somebody at it, and what heads and staff say of the findings about them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from directory.enums import Outcome, Role, Source
from directory.models import Membership, Recognition, Unit, User
from directory.services import close_recognition, note_recognition, reply_to_recognition
from surveys.models import Counter
from surveys.policy import Quarter

Places = Sequence[Counter]

#: Counters of each unit, and the days of a quarter on which its visitors answer: few, so that several share one.
COUNTERS = {"CONT": ("باجهٔ ۱", "باجهٔ ۲"), "HRD": ("باجهٔ استخدام",)}
DAYS = 3

#: How much less or more content the visitors of a counter are than those of its unit.
AT_COUNTERS = {"باجهٔ ۱": -0.6, "باجهٔ ۲": 0.4, "باجهٔ استخدام": 0.7}

#: What heads and staff write beside a finding of the demo, in Persian as all their words.
NOTE_OF_THANKS = "در نشست واحد از او قدردانی شد."
NOTE_OF_DOUBT = "سه‌ماههٔ پیش باجه کم‌نیرو بود؛ با خود او نگاه می‌کنیم."
OBJECTION = "بیشتر آن روزها دو باجه را با هم می‌گرداندم و مردم از صف گله داشتند، نه از رفتار."


def make_counters(since: date) -> Mapping[int, Places]:
    """Add the counters of the demo and return them by unit; the first of each has the unit's officer at it."""
    made: dict[int, list[Counter]] = defaultdict(list)
    for code, names in COUNTERS.items():
        unit = Unit.objects.filter(code=code).first()
        if unit is None:
            continue
        held = Membership.objects.active().filter(unit=unit, role=Role.OFFICER).select_related("user").first()
        for place, name in enumerate(names):
            person = held.user if held and not place else None
            made[unit.pk].append(
                Counter.objects.create(
                    unit=unit, name=name, person=person, person_since=since if person else None
                )
            )
    return made


def day_of_counter(quarter: Quarter, chance: Random) -> date:
    """Return one of the few days of a quarter on which visitors of a counter answer."""
    step = (quarter.last - quarter.first).days // DAYS
    return quarter.first + timedelta(days=3 + step * chance.randrange(DAYS))


def hear_both_sides(now: datetime) -> None:
    """Let heads write their notes, the thanked be thanked, and who is blamed object, which goes to the head above."""
    for entry in Recognition.objects.filter(source=Source.SURVEY, note="").select_related("person"):
        head = head_of(entry.unit_id)
        if head is None or head == entry.person:
            continue
        note = NOTE_OF_THANKS if entry.is_praise else NOTE_OF_DOUBT
        note_recognition(entry_id=entry.pk, note=note, actor=head)
        if entry.is_praise:
            close_recognition(entry_id=entry.pk, outcome=Outcome.THANKED, actor=head, at=now)
        else:
            reply_to_recognition(
                entry_id=entry.pk, reply=OBJECTION, is_objected=True, actor=entry.person, at=now
            )


def head_of(unit: int) -> User | None:
    """Return somebody who heads a unit, by its number."""
    held = Membership.objects.active().filter(unit=unit, role=Role.HEAD).select_related("user").first()
    return held.user if held else None
