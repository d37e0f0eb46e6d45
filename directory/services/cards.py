"""The life of an identity card: draft, in force, out of force. A service has one of the first two at most."""

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from directory import policy
from directory.enums import CardState
from directory.models import Service, ServiceCardVersion, User
from directory.policy import CardDefect, CardRefused
from directory.selectors import CONTENT, may_keep_pages
from portal.kernel import jalali


def _allow(actor: User | None) -> None:
    """Let the portal itself (None) and keepers of the public pages through; raises `PermissionDenied`."""
    if actor is not None and not may_keep_pages(actor):
        raise PermissionDenied


def _locked(card_id: int, actor: User | None) -> ServiceCardVersion:
    """Lock and return a card and its service, so that two publications come one after the other."""
    _allow(actor)
    Service.objects.select_for_update().get(cards=card_id)
    cards = ServiceCardVersion.objects.select_for_update(of=("self",)).select_related("service")
    return cards.get(pk=card_id)


@transaction.atomic
def add_draft(*, card: ServiceCardVersion, actor: User | None) -> ServiceCardVersion:
    """Save an unsaved card as the draft of its service, under the next number.

    `actor` is None for the portal itself. Raises `PermissionDenied`, and `CardRefused` where there is a draft.
    """
    _allow(actor)
    Service.objects.select_for_update().get(pk=card.service_id)
    _no_draft_yet(card.service)
    card.state, card.number = CardState.DRAFT, _next_number(card.service)
    card.save(force_insert=True)
    return card


def _no_draft_yet(service: Service) -> None:
    if service.cards.filter(state=CardState.DRAFT).exists():
        raise CardRefused(CardDefect.DRAFT_EXISTS)


def _next_number(service: Service) -> int:
    last = service.cards.order_by("number").last()
    return (last.number if last else 0) + 1


@transaction.atomic
def copy_card(*, card_id: int, actor: User) -> ServiceCardVersion:
    """Copy a card into a new draft of its service; raises `PermissionDenied` and `CardRefused`."""
    return add_draft(card=_copy(_locked(card_id, actor)), actor=actor)


def _copy(card: ServiceCardVersion) -> ServiceCardVersion:
    return ServiceCardVersion(service=card.service, **{name: getattr(card, name) for name in CONTENT})


@transaction.atomic
def publish_card(*, card_id: int, actor: User | None, at: datetime) -> ServiceCardVersion:
    """Put a draft in force and the card before it out of force; from then on nobody changes it (trigger).

    Without a date of its own it is to be reviewed half a year later. Raises `PermissionDenied`, and `CardRefused` for
    what is no draft and for a card that does not yet say what citizens must be told.
    """
    card = _locked(card_id, actor)
    if not card.is_draft:
        raise CardRefused(CardDefect.NOT_A_DRAFT)
    policy.check_card(values_of(card))
    _retire(card.service, at)
    return _put_in_force(card, actor, at)


def _put_in_force(card: ServiceCardVersion, actor: User | None, at: datetime) -> ServiceCardVersion:
    today = jalali.local(at).date()
    card.state, card.published_at, card.published_by = CardState.PUBLISHED, at, actor
    if card.review_on is None or card.review_on <= today:
        card.review_on = policy.next_review(today)
    card.save()
    return card


def _retire(service: Service, at: datetime) -> None:
    for card in service.cards.in_force():
        # Never before its publication, should the clock have been set back since.
        card.state, card.retired_at = CardState.RETIRED, max(at, card.published_at or at)
        card.save(update_fields=["state", "retired_at"])


@transaction.atomic
def confirm_card(*, card_id: int, actor: User, at: datetime, note: str) -> ServiceCardVersion:
    """Say that a card in force is still right: the same card under the next number, with the next date of review.

    A draft under way keeps its number. Raises `PermissionDenied`, and `CardRefused` for what is not in force.
    """
    old = _locked(card_id, actor)
    if old.state != CardState.PUBLISHED:
        raise CardRefused(CardDefect.NOT_IN_FORCE)
    fresh = _copy(old)
    fresh.number, fresh.review_on, fresh.change_note = _next_number(old.service), None, note
    _retire(old.service, at)
    return _put_in_force(fresh, actor, at)


@transaction.atomic
def withdraw_card(*, card_id: int, actor: User, at: datetime) -> ServiceCardVersion:
    """Put a card in force out of force, without a successor; raises `PermissionDenied` and `CardRefused`."""
    card = _locked(card_id, actor)
    if card.state != CardState.PUBLISHED:
        raise CardRefused(CardDefect.NOT_IN_FORCE)
    _retire(card.service, at)
    return card


@transaction.atomic
def discard_draft(*, card_id: int, actor: User) -> None:
    """Throw a draft away; raises `PermissionDenied`, and `CardRefused` for what is no draft."""
    card = _locked(card_id, actor)
    if not card.is_draft:
        raise CardRefused(CardDefect.NOT_A_DRAFT)
    card.delete()


# --- Cards from a file ------------------------------------------------------------------------------------------


@transaction.atomic
def import_cards(*, cards: list[tuple[Service, ServiceCardVersion]], actor: User | None) -> dict[str, int]:
    """Store services and cards, all or none: services are added or changed, cards become drafts.

    A draft that a service already has is replaced. Returns how many services were added and how many drafts made.
    """
    _allow(actor)
    added = sum(_store(service, card, actor) for service, card in cards)
    return {"services": added, "cards": len(cards)}


def _store(service: Service, card: ServiceCardVersion, actor: User | None) -> bool:
    fresh = service.pk is None
    service.save()
    service.cards.filter(state=CardState.DRAFT).delete()
    card.service = service
    add_draft(card=card, actor=actor)
    return fresh


def values_of(card: ServiceCardVersion) -> dict[str, Any]:
    """Return what a card says, by field name."""
    return {name: getattr(card, name) for name in CONTENT}


# --- The first cards --------------------------------------------------------------------------------------------

FIRST_CARDS = Path(__file__).parent.parent / "data" / "cards.json"


@transaction.atomic
def load_cards(*, at: datetime, only: Collection[str] = ()) -> int:
    """Put the cards of `data/cards.json` in force for services that have no card yet; return how many.

    `only` names the services' codes, if not all. Whoever heads the unit of a service is responsible for it.
    """
    sheets = json.loads(FIRST_CARDS.read_text(encoding="utf-8"))
    wanted = {sheet.pop("service"): sheet for sheet in sheets}
    services = Service.objects.filter(code__in=only or wanted, cards=None).select_related("unit")
    for service in services:
        owner = service.unit.positions.filter(is_head=True).first()
        card = ServiceCardVersion(service=service, owner=owner, **wanted[service.code])
        publish_card(card_id=add_draft(card=card, actor=None).pk, actor=None, at=at)
    return len(services)
