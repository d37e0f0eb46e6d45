"""Reads of the public directory and of the catalogue of services."""

import re
from dataclasses import dataclass

from django.db.models import QuerySet

from directory.models import Position, Service, Unit
from portal.kernel.text import ascii_digits, fold
from portal.rows import Given, Prepared

#: The unit that greets people who do not know whom to ask.
FRONT_DESK = "DESK"
#: What a folded phone number looks like, and the digits from which on a question is taken for one.
NUMBER = re.compile(r"[0-9+()\-–/. ]+")
SHORTEST_NUMBER = 3


def front_desk() -> Position | None:
    """Return the head of the service desk with its phone and hours, where there is one."""
    return Position.objects.filter(unit__code=FRONT_DESK, is_head=True).first()


@dataclass(frozen=True)
class Branch:
    """A unit of the published tree with the posts in it and the units under it."""

    unit: Unit
    positions: list[Position]
    branches: list["Branch"]


def published_units() -> QuerySet[Unit]:
    """Return the active units with their positions, in the order of the directory."""
    return Unit.objects.filter(is_active=True).prefetch_related("positions").order_by("order", "code")


PUBLISHED_UNIT = Prepared(lambda: Unit.objects.filter(code=Given("code"), is_active=True))


def published_unit(code: str) -> Unit | None:
    """Return an active unit."""
    return PUBLISHED_UNIT.first(code=code)


def unit_tree() -> list[Branch]:
    """Return the published units as a tree; a unit whose parent is not published stands at the top."""
    units = list(published_units())
    known = {unit.pk for unit in units}
    below: dict[int | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    return _branches(below, None)


def _branches(below: dict[int | None, list[Unit]], parent: int | None) -> list[Branch]:
    return [
        Branch(unit, list(unit.positions.all()), _branches(below, unit.pk)) for unit in below.get(parent, ())
    ]


def published_services() -> QuerySet[Service]:
    """Return the active services with their units, in the order of the catalogue."""
    return Service.objects.filter(is_active=True).select_related("unit").order_by("order", "code")


def services_by_category() -> list[tuple[str, list[Service]]]:
    """Return the active services under their categories, both in the order of the catalogue."""
    found: dict[str, list[Service]] = {}
    for service in published_services():
        found.setdefault(service.category, []).append(service)
    return list(found.items())


@dataclass(frozen=True)
class Found:
    """What a search of the directory found."""

    branches: list[Branch]
    services: list[Service]


def search_directory(asked: str) -> Found:
    """Return the units and services in which every word of `asked` stands, however it was spelled.

    Words are folded and compared without spaces, so «رتبه بندی», «رتبه‌بندی» and «رتبهبندی» find the same; the names,
    purposes, posts and services of a unit all count, in both languages.
    """
    words = words_asked(asked)
    services = list(published_services())
    if not words:
        return Found([], [])
    hits = [service for service in services if holds(words, words_of_service(service))]
    branches = []
    for unit in published_units():
        positions = list(unit.positions.all())
        of_services = [text for own in services if own.unit_id == unit.pk for text in words_of_service(own)]
        if holds(words, [*_words_of_unit(unit, positions), *of_services]):
            branches.append(Branch(unit, positions, []))
    return Found(branches, hits)


def words_asked(asked: str) -> list[str]:
    """Return the folded words of a question; one that is a phone number, however it is parted, is one word."""
    digits = _digits(asked)
    return (
        [digits] if len(digits) >= SHORTEST_NUMBER and NUMBER.fullmatch(fold(asked)) else fold(asked).split()
    )


def _digits(number: str) -> str:
    """Return the digits of a phone number as dialled within the country."""
    return re.sub("[^0-9]", "", ascii_digits(re.sub(r"^\s*(?:\+|00)98", "0", ascii_digits(number))))


def holds(words: list[str], texts: list[str]) -> bool:
    """Tell whether every folded word stands somewhere in the texts, whatever their spaces."""
    joined = "|".join(fold(text).replace(" ", "") for text in texts)
    return all(word in joined for word in words)


def _words_of_unit(unit: Unit, positions: list[Position]) -> list[str]:
    named = [
        text
        for post in positions
        for text in (
            *(post.title_fa, post.title_en, post.holder_fa, post.holder_en, post.email, post.internal),
            _digits(post.phone),
        )
    ]
    return [unit.name_fa, unit.name_en, unit.purpose_fa, unit.purpose_en, *named]


def words_of_service(service: Service) -> list[str]:
    """Return what a service is called, in both languages."""
    return [service.title_fa, service.title_en, service.category_fa, service.category_en]
