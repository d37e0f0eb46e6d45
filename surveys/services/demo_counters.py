"""Made-up counters of the demo: two busy ones and one whose visitors are content, each with somebody at it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from directory.enums import Role
from directory.models import Membership, Unit
from surveys.models import Counter
from surveys.policy import Quarter

Places = Sequence[Counter]

#: Counters of each unit, and the days of a quarter on which its visitors answer: few, so that several share one.
COUNTERS = {"CONT": ("باجهٔ ۱", "باجهٔ ۲"), "HRD": ("باجهٔ استخدام",)}
DAYS = 6


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
