"""Entries of the directory as address books, search engines and files read them, and which are due for a look."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.models import Position, Unit
from directory.policy import CHECK_DAYS
from portal.kernel.vcards import Contact

#: Whoever published the page; the name of the organization in the page's language is a text of the catalogue.
HOME = "home"


def organization_name() -> str:
    """Return the organization's name in the active language."""
    return _("Management and Planning Organization of Lorestan Province")


def public_url(view: str, **kwargs: str) -> str:
    """Return the full address of a public page in the active language."""
    return settings.PUBLIC_URL + reverse(view, kwargs=kwargs)


def contacts_of(unit: Unit, positions: Iterable[Position]) -> list[Contact]:
    """Return the entries of a unit for an address book; one without a holder goes by its post."""
    return [_contact(unit, post) for post in positions]


def _contact(unit: Unit, post: Position) -> Contact:
    notes = [
        _("(deputy)") if post.is_deputy else "",
        f"{_('extension')} {post.internal}" if post.internal else "",
        f"{_('Room')}: {post.room}" if post.room else "",
        f"{_('Hours')}: {post.hours}" if post.hours else "",
    ]
    return Contact(
        uid=f"{settings.PUBLIC_URL}/contact/{unit.code}/{post.pk}",
        name=post.holder or f"{post.title}، {unit.name}",
        organization=(organization_name(), unit.name),
        title=post.title,
        phone=post.phone,
        email=post.email,
        url=public_url("directory:unit", code=unit.code),
        note="\n".join(filter(None, notes)),
    )


def unit_data(unit: Unit, positions: Iterable[Position]) -> dict[str, Any]:
    """Return a unit with its posts in the terms of schema.org."""
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentOffice",
        "@id": public_url("directory:unit", code=unit.code),
        "url": public_url("directory:unit", code=unit.code),
        "name": unit.name,
        "description": unit.purpose,
        "parentOrganization": {
            "@type": "GovernmentOrganization",
            "name": unit.parent.name if unit.parent else organization_name(),
        },
        "contactPoint": [_contact_point(post) for post in positions],
    }


def _contact_point(post: Position) -> dict[str, str]:
    point = {
        "@type": "ContactPoint",
        "name": post.holder,
        "contactType": post.title,
        "telephone": post.phone,
        "email": post.email,
        "hoursAvailable": post.hours,
    }
    return {name: value for name, value in point.items() if value}


def due_for_a_look(today: date) -> Q:
    """Return the condition of entries that nobody has looked at for half a year, or ever."""
    return Q(checked_on__isnull=True) | Q(checked_on__lte=today - timedelta(days=CHECK_DAYS))
