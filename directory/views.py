"""The public pages of the directory: whom to reach, what the organization does for people, what is new."""

from typing import cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory.enums import Audience, LifeEvent
from directory.models import Position
from directory.selectors import (
    A_PAGE,
    Offer,
    announcements,
    by_category,
    catalogue,
    contacts_of,
    front_desk,
    organization_name,
    public_url,
    published_services,
    published_unit,
    published_units,
    search_directory,
    unit_data,
    unit_tree,
)
from portal.kernel.text import clean
from portal.kernel.vcards import vcards

#: Letters of a question to the directory that are read; the rest is dropped.
LONGEST_QUESTION = 100


def _asked(request: HttpRequest) -> str:
    """Return the question of an address, tidied."""
    return clean(request.GET.get("q", "")[:LONGEST_QUESTION]).strip()


# --- Whom to reach ----------------------------------------------------------------------------------------------


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Show the tree of units, or what a question (`?q=`) finds in it."""
    asked = _asked(request)
    context = {
        "asked": asked,
        "found": search_directory(asked) if asked else None,
        "branches": SimpleLazyObject(unit_tree),
        "desk": SimpleLazyObject(front_desk),
    }
    return render(request, "directory/contact.html", context)


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show one unit: its posts, its services, the units under it."""
    here = published_unit(code)
    if here is None:
        raise Http404
    positions = SimpleLazyObject(lambda: list(here.positions.all()))
    context = {
        "unit": here,
        "positions": positions,
        "services": SimpleLazyObject(lambda: published_services().filter(unit=here)),
        "children": SimpleLazyObject(lambda: published_units().filter(parent=here)),
        "linked": lambda: unit_data(here, positions),
    }
    return render(request, "directory/unit.html", context)


@require_safe
def unit_card(request: HttpRequest, code: str) -> HttpResponse:
    """Give all entries of a unit to an address book."""
    here = get_object_or_404(published_units(), code=code)
    return _address_book(vcards(contacts_of(here, here.positions.all())), code)


@require_safe
def position_card(request: HttpRequest, code: str, position: int) -> HttpResponse:
    """Give one entry to an address book."""
    shown = Position.objects.select_related("unit").filter(unit__is_active=True, unit__code=code)
    post = get_object_or_404(shown, pk=position)
    return _address_book(vcards(contacts_of(post.unit, [post])), f"{code}-{post.pk}")


def _address_book(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.vcf"'}
    return HttpResponse(text.encode(), content_type="text/vcard; charset=utf-8", headers=headers)


# --- What we do -------------------------------------------------------------------------------------------------


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Show the services under their categories; `?audience=`, `?event=` and `?q=` narrow them."""
    audience, event, asked = request.GET.get("audience", ""), request.GET.get("event", ""), _asked(request)
    found = SimpleLazyObject(lambda: catalogue(audience=audience, event=event, asked=asked))
    offers = cast("list[Offer]", found)
    context = {
        "offers": offers,
        "categories": SimpleLazyObject(lambda: by_category(offers)),
        "is_narrowed": bool(audience or event or asked),
        "asked": asked,
        "audiences": Audience.choices,
        "events": LifeEvent.choices,
        "chosen": {"audience": audience, "event": event},
    }
    return render(request, "directory/services.html", context)


# --- What is new ------------------------------------------------------------------------------------------------


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """List the announcements and activities, the pinned ones and the newest first."""
    pages = Paginator(announcements(timezone.now()), A_PAGE)
    return render(request, "directory/news.html", {"page": pages.get_page(request.GET.get("page"))})


@require_safe
def announcement(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one announcement or activity, as long as it is to be seen."""
    here = get_object_or_404(announcements(timezone.now()), slug=slug)
    return render(request, "directory/announcement.html", {"announcement": here})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Give the newest announcements to feed readers (Atom)."""
    here = public_url("directory:news")
    atom = Atom1Feed(
        title=f"{_('Announcements and activities')} — {organization_name()}",
        link=here,
        description=_("What is new, and what the organization has been doing."),
        language=get_language(),
        feed_url=public_url("directory:feed"),
        feed_guid=here,
    )
    newest = announcements(timezone.now()).order_by("-published_from", "-id")[: 2 * A_PAGE]
    for one in newest:
        address = public_url("directory:announcement", slug=one.slug)
        atom.add_item(
            title=one.title,
            link=address,
            description=one.body.partition("\n\n")[0],
            unique_id=address,
            pubdate=one.published_from,
            updateddate=max(one.changed_at, one.published_from),  # type: ignore[type-var]
            categories=[str(one.get_kind_display())],
        )
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)
