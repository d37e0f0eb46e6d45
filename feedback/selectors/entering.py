"""What is read before a case is written: what it is about, its files, the batch it belongs to."""

from collections.abc import Collection
from datetime import datetime

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from directory.models import Service, Unit, User
from feedback import policy
from feedback.models import Case, HeldFile
from feedback.selectors.reference import reference_lately
from portal.kernel import jalali
from portal.kernel.text import clean


def only_service_of(unit_code: str) -> str:
    """Return the code of a unit's service if it has exactly one, else an empty text."""
    offered = reference_lately().choices(Service)
    codes = [service.code for service in offered if service.unit.code == unit_code]
    return codes[0] if len(codes) == 1 else ""


#: What stands for an entry of the directory whose unit is not said.
SOME_ENTRY = "contacts"


def wrong_entry(code: str) -> str:
    """Return the subject of a message that something told to the public is not right; nothing for other codes.

    That is a unit's entry or a service's card, by its code, or a page, by its address. The words about an entry are
    such that the rules send the message to those who keep the directory: its phone number stands for a unit, as the
    words of its name might speak for the unit itself. Those about a page go to those who keep the site.
    """
    if code == SOME_ENTRY:
        return _("An entry in the directory (phone number, room, hours) is not right")
    if _is_page(code):
        return _("Something on this page of the site is not right: %(page)s") % {"page": code}
    if not code.isidentifier():
        return ""
    if unit := Unit.objects.prefetch_related("positions").filter(code=code).first():
        numbers = [post.phone for post in unit.positions.all() if post.phone]
        shown = numbers[0] if numbers else unit.name
        about = _("Unit’s entry in the directory (phone number, room, hours) is not right: %(unit)s")
        return about % {"unit": shown}
    if service := Service.objects.filter(code=code).first():
        return _("Identity card of a service is not right: %(service)s") % {"service": service.title}
    return ""


def _is_page(path: str) -> bool:
    """Tell whether the portal has a page there: what stands in a link of somebody else's must not become a subject."""
    try:
        return resolve(path) is not None
    except Resolver404:
        return False


def held_files(token: str, wanted: Collection[int]) -> list[HeldFile]:
    """Return those of the wanted files that wait under a form's token, in the order in which they are wanted.

    A page's script sends several at once, so they come in any order.
    """
    waiting = HeldFile.objects.filter(holder=policy.token_digest(token)).in_bulk(wanted)
    found = [waiting[number] for number in wanted if number in waiting]
    return [held for held in found if held.file.storage.exists(str(held.file.name))]


def entered_today(operator: User, *, channel: str, place: str, at: datetime) -> int:
    """Return how many messages a member of staff entered today from one channel and place, as in a batch."""
    midnight = jalali.local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    cases = Case.objects.filter(operator=operator, entered_at__gte=midnight, channel=clean(channel))
    return cases.filter(place=clean(place)).count()
