"""A service as linked data, in the terms of CPSV-AP 3.2 (Core Public Service Vocabulary)."""

from typing import Any

from django.utils.translation import get_language

from directory import policy
from directory.enums import Availability
from directory.models import Service, ServiceCardVersion
from directory.selectors.cards import Access, CardPage
from directory.selectors.contacts import organization_name, public_url

CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def service_data(service: Service, page: CardPage | None) -> dict[str, Any]:
    """Return a service, with its card where it has one, as JSON-LD; texts carry the language they are in."""
    address = public_url("directory:service", code=service.code)
    data = {
        "@context": CONTEXT,
        "@id": address,
        "@type": "cpsv:PublicService",
        "dct:identifier": page.card.identifier or service.code if page else service.code,
        "dct:title": _said(service.title),
        "dct:description": _said(page.card.description if page else service.summary),
        "cv:hasCompetentAuthority": {
            "@type": "cv:PublicOrganisation",
            "dct:title": _said(organization_name()),
            "cv:hasUnit": {
                "@id": public_url("directory:unit", code=service.unit.code),
                "dct:title": _said(service.unit.name),
            },
        },
        "dct:language": get_language(),
    }
    return {**data, **(_card(page) if page else {})}


def _said(text: str) -> dict[str, str]:
    """Return a text with its language; a Persian text on an English page is marked Persian."""
    is_latin = text.isascii()
    return {"@value": text, "@language": "en" if is_latin and get_language() == "en" else "fa"}


def _card(page: CardPage) -> dict[str, Any]:
    card = page.card
    parts = {
        "cv:thematicArea": [_said(audience) for audience in page.audiences],
        "cv:isClassifiedBy": [_said(str(card.get_nature_display())), _said(str(card.get_level_display()))],
        "cv:isGroupedBy": [{"@type": "cv:Event", "dct:title": _said(event)} for event in page.events],
        "cpsv:hasInput": [{"@type": "cv:Evidence", "dct:title": _said(one.text)} for one in page.documents],
        "cpsv:produces": [{"@type": "cpsv:Output", "dct:title": _said(card.output)}],
        "cpsv:follows": [{"@type": "cpsv:Rule", "dct:title": _said(one.text)} for one in page.steps],
        "cv:hasLegalResource": [_law(one.text, one.url) for one in page.laws],
        "cv:hasCost": [_cost(one.text, one.amount) for one in page.costs],
        "cv:hasChannel": [channel for stage in page.access for channel in _channels(stage, card.hours)],
        "cv:hasParticipation": [{"dct:title": _said(one.text)} for one in page.partners],
        "cv:contactPoint": _owner(card),
        "cv:processingTime": _time(card),
        "dct:issued": card.published_at.date().isoformat() if card.published_at else "",
        "adms:status": "active" if card.availability == Availability.ACTIVE else card.availability,
    }
    return {name: value for name, value in parts.items() if value}


def _law(title: str, url: str) -> dict[str, Any]:
    resource = {"@type": "eli:LegalResource", "dct:title": _said(title)}
    return {"@id": url, **resource} if url else resource


def _cost(title: str, rials: int) -> dict[str, Any]:
    return {"@type": "cv:Cost", "dct:description": _said(title), "cv:value": rials, "cv:currency": "IRR"}


def _channels(stage: Access, hours: str) -> list[dict[str, Any]]:
    return [
        {
            "@type": "cv:Channel",
            "dct:type": _said(stage.stage),
            "dct:description": _said(line.text),
            **({"cv:openingHours": hours} if hours and not line.is_electronic else {}),
        }
        for line in stage.lines
    ]


def _owner(card: ServiceCardVersion) -> dict[str, Any]:
    owner = card.owner
    if owner is None:
        return {}
    point = {"cv:hasTelephone": owner.phone, "cv:hasEmail": owner.email, "dct:title": _said(owner.title)}
    return {"@type": "cv:ContactPoint", **{name: value for name, value in point.items() if value}}


def _time(card: ServiceCardVersion) -> dict[str, str]:
    written = policy.duration(card.announced_days, card.announced_minutes)
    return {"@value": written, "@type": "xsd:duration"} if written else {}
