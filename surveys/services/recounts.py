"""What a recount of a quarter may change: nothing that tells a few answers from the countings before."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from surveys import policy
from surveys.models import Closing

#: The parts of a sum, in the order of its row (`services.quarters`).
NAMES = ("questionnaire_id", "series", "unit_id", "service_id", "is_assured", "code", "value", "count")

Row = tuple[Any, ...]
Sums = Mapping[tuple[str, str], int]  # code, value → number
Families = dict[Row, dict[tuple[str, str], int]]  # place, question, mark → its sums

#: Marks at the end of a code (`Tally`), and the mark of the family that is published, and so recounted, together.
FAMILIES = {"!": "", "+": "/", "/": "/", "*": "*"}


def taken_over(rows: Iterable[Row], editions: Sequence[Closing]) -> list[Row]:
    """Return the sums of a recount; `editions` are the countings before it, the newest first.

    The sums of a question are taken over together, where they tell no few answers from any edition before, neither of
    a service in a unit, nor of the unit, nor of the whole; else those of the newest edition stay. How many responses
    there are is always taken over.
    """
    chosen = _families(rows)
    before = [_families(edition.tallies.values_list(*NAMES)) for edition in editions]
    for scope in (_service, _unit, _whole) if before else ():
        chosen = _settled(chosen, before, scope)
    return [
        (*family[:-2], code, value, count)
        for family, sums in chosen.items()
        for (code, value), count in sums.items()
    ]


def _service(family: Row) -> Row:
    return family


def _unit(family: Row) -> Row:
    questionnaire, series, unit, _service, *rest = family
    return (questionnaire, series, unit, *rest)


def _whole(family: Row) -> Row:
    questionnaire, series, _unit, _service, *rest = family
    return (questionnaire, series, *rest)


def _settled(chosen: Families, before: Sequence[Families], scope: Callable[[Row], Row]) -> Families:
    """Return the families, those of the newest edition wherever a place of this scope would tell of a few."""
    now, editions = _summed(chosen, scope), [_summed(edition, scope) for edition in before]
    told = {
        place
        for edition in editions
        for place in now.keys() | edition.keys()
        if _tells_few(place, edition.get(place, {}), now.get(place, {}))
    }
    new = {family: sums for family, sums in chosen.items() if scope(family) not in told}
    old = {family: sums for family, sums in before[0].items() if scope(family) in told}
    return new | old


def _summed(families: Families, scope: Callable[[Row], Row]) -> Families:
    found: Families = defaultdict(lambda: defaultdict(int))
    for family, sums in families.items():
        for key, count in sums.items():
            found[scope(family)][key] += count
    return found


def _families(rows: Iterable[Row]) -> Families:
    found: Families = defaultdict(lambda: defaultdict(int))
    for *place, code, value, count in rows:
        found[*place, *_family(code)][code, value] += count
    return found


def _family(code: str) -> tuple[str, str]:
    """Return the question of a code and its family; the empty code counts responses and is of none."""
    mark = code[-1:] if code[-1:] in FAMILIES else ""
    return code.removesuffix(mark), FAMILIES[mark] if mark else ""


def _tells_few(family: Row, before: Sums, after: Sums) -> bool:
    question, mark = family[-2:]
    if not question and not mark:
        return False
    return policy.tells_few(_groups(question, mark, before), _groups(question, mark, after))


def _groups(question: str, mark: str, sums: Sums) -> dict[Hashable, int]:
    """Return the groups of people whose number, and what they answered, is published of a family."""
    groups: dict[Hashable, int] = defaultdict(int)
    for (code, value), count in sums.items():
        if mark == "*":
            groups[value[:1]] += count
        elif mark == "/":
            groups[value] += count if code.endswith("/") else 0
        elif code == question:
            groups["valid" if value == "" else "all"] += count
        else:
            groups["left out"] += count
    if not mark:
        groups["missing"] = groups.pop("all", 0) - groups["valid"]
    return groups
