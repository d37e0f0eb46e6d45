"""Reads of the identity cards: what a page shows of a card, which services fit a question, who keeps the pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from directory.enums import ELECTRONIC, Audience, Duty, LifeEvent, Stage, Way, roles_with
from directory.models import Service, ServiceCardVersion, User, text_of
from directory.selectors.public import holds, published_services, words_of_service
from portal.kernel.text import fold

#: Roles that keep the public pages: contacts, identity cards, announcements.
KEEPERS = frozenset(roles_with(Duty.PAGES))

#: What stands on a card for people to read, in the order of the form; the rest is its version and its state.
CONTENT = (
    "identifier", "description_fa", "description_en", "output_fa", "output_en",
    "audiences", "audience_fa", "audience_en", "events", "subservices", "process_fa", "process_en",
    "announced_days", "announced_minutes", "visits", "frequency_fa", "frequency_en", "costs",
    "documents", "steps", "forms", "channels", "hours_fa", "hours_en", "laws", "partners", "questions",
    "nature", "level", "trigger", "availability", "authority_fa", "authority_en", "owner", "review_on",
)  # fmt: skip


def may_keep_pages(user: User) -> bool:
    """Tell whether a member of staff may change the public pages."""
    return user.is_superuser or user.acts_as(*KEEPERS)


# --- One card ---------------------------------------------------------------------------------------------------


def card_in_force(service: Service) -> ServiceCardVersion | None:
    """Return the card of a service that is in force, with its owner, if there is one."""
    return service.cards.in_force().select_related("owner__unit").first()


@dataclass(frozen=True)
class Line:
    """A row of a card in the active language."""

    text: str
    note: str = ""
    url: str = ""
    address: str = ""
    is_electronic: bool = False
    is_phone: bool = False


@dataclass(frozen=True)
class Cost:
    """What one pays for, how much (rials), into which account, since when."""

    text: str
    amount: int
    account: str
    since: str


@dataclass(frozen=True)
class Access:
    """A stage of a service and the ways to reach it."""

    stage: str
    lines: list[Line]


@dataclass(frozen=True)
class CardPage:
    """A card as a page shows it, in the active language."""

    card: ServiceCardVersion
    audiences: list[str]
    events: list[str]
    subservices: list[Line]
    documents: list[Line]
    steps: list[Line]
    forms: list[Line]
    laws: list[Line]
    partners: list[Line]
    questions: list[Line]
    costs: list[Cost]
    access: list[Access]

    @property
    def is_free(self) -> bool:
        return not any(cost.amount for cost in self.costs)


def card_page(card: ServiceCardVersion) -> CardPage:
    """Return a card as a page shows it; no query but for the card's owner."""
    return CardPage(
        card=card,
        audiences=[str(Audience(one).label) for one in card.audiences],
        events=[str(LifeEvent(one).label) for one in card.events],
        subservices=_lines(card.subservices),
        documents=_lines(card.documents),
        steps=_lines(card.steps),
        forms=_lines(card.forms),
        laws=_lines(card.laws),
        partners=_lines(card.partners),
        questions=[Line(text_of(row), note=text_of(row, "answer")) for row in card.questions],
        costs=[
            Cost(text_of(row), int(row.get("amount") or 0), row.get("account", ""), row.get("since", ""))
            for row in card.costs
        ],
        access=list(_access(card.channels)),
    )


def _lines(rows: list[dict[str, str]]) -> list[Line]:
    return [Line(text_of(row), note=text_of(row, "note"), url=row.get("url", "")) for row in rows]


def _access(rows: list[dict[str, str]]) -> Iterable[Access]:
    for stage in Stage:
        own = [row for row in rows if row.get("stage") == stage]
        if own:
            yield Access(str(stage.label), [_way(row) for row in own])


def _way(row: dict[str, str]) -> Line:
    return Line(
        text_of(row) or str(Way(row["way"]).label),
        note=str(Way(row["way"]).label) if text_of(row) else "",
        address=row.get("address", ""),
        is_electronic=row["way"] in ELECTRONIC,
        is_phone=row["way"] == Way.PHONE,
    )


# --- The catalogue ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A service of the catalogue with its card in force, if it has one."""

    service: Service
    card: ServiceCardVersion | None


def catalogue(*, audience: str = "", event: str = "", asked: str = "") -> list[Offer]:
    """Return the services that fit: those for an audience, those of a life event, those in which all words stand.

    Values that are no audience and no event count as none. Two queries, however many services.
    """
    words = fold(asked).split()
    return [
        offer
        for offer in _offers()
        if _fits(offer, "audiences", audience if audience in Audience.values else "")
        and _fits(offer, "events", event if event in LifeEvent.values else "")
        and (not words or holds(words, _words(offer)))
    ]


def _offers() -> list[Offer]:
    cards = Prefetch("cards", ServiceCardVersion.objects.in_force(), to_attr="in_force")
    services = published_services().prefetch_related(cards)
    return [Offer(service, next(iter(service.in_force), None)) for service in services]


def _fits(offer: Offer, field: str, wanted: str) -> bool:
    return not wanted or (offer.card is not None and wanted in getattr(offer.card, field))


def _words(offer: Offer) -> list[str]:
    service, card = offer.service, offer.card
    texts = [*words_of_service(service), service.summary_fa, service.summary_en]
    if card:
        texts += [card.description_fa, card.description_en, card.output_fa, card.output_en, card.identifier]
        texts += [text for row in (*card.documents, *card.laws, *card.subservices) for text in row.values()]
    return texts


def by_category(offers: list[Offer]) -> list[tuple[str, list[Offer]]]:
    """Return services under their categories, both in the order of the catalogue."""
    found: dict[str, list[Offer]] = {}
    for offer in offers:
        found.setdefault(offer.service.category, []).append(offer)
    return list(found.items())


def cards_to_review(today: date) -> QuerySet[ServiceCardVersion]:
    """Return the cards in force whose date of review has come."""
    return ServiceCardVersion.objects.in_force().filter(review_on__lte=today)
