"""The two surveys that the source document names, «نظرسنجی خدمات» and «نظرسنجی سایت»."""

import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from surveys.enums import Change
from surveys.models import Item, Questionnaire, Section, Theme, Version
from surveys.services.versions import DATA, VERSION_TEXTS, add_options, fill_in_options, publish_version

DEFAULTS = ("service.json", "site.json")
TEXTS = ("wording_fa", "wording_en", "hint_fa", "hint_en")

Sheet = dict[str, Any]


@transaction.atomic
def load_default_questionnaires() -> int:
    """Add and publish the default questionnaires that are not there yet; return how many were added.

    A questionnaire that exists is left alone, whatever became of it.
    """
    sheets = [json.loads((DATA / name).read_text(encoding="utf-8")) for name in DEFAULTS]
    added = sum(_load(sheet) for sheet in sheets)
    _load_themes()
    return added


def _load_themes() -> None:
    """Give the default questionnaires a first codebook for their comments, where they have none."""
    sheets: dict[str, list[Sheet]] = json.loads((DATA / "themes.json").read_text(encoding="utf-8"))
    for questionnaire in Questionnaire.objects.filter(slug__in=sheets, themes=None):
        Theme.objects.bulk_create(
            Theme(
                questionnaire=questionnaire,
                name_fa=sheet["fa"],
                name_en=sheet["en"],
                about=sheet["about"],
                order=order,
            )
            for order, sheet in enumerate(sheets[questionnaire.slug], start=1)
        )


def _load(sheet: Sheet) -> bool:
    fields = ("title_fa", "title_en", "asks_service", "order")
    questionnaire, fresh = Questionnaire.objects.get_or_create(
        slug=sheet["slug"], defaults={name: sheet[name] for name in fields}
    )
    if fresh:
        version = Version.objects.create(
            questionnaire=questionnaire, number=1, **{name: sheet[name] for name in VERSION_TEXTS}
        )
        _load_sections(version, sheet["sections"])
        publish_version(version_id=version.pk, actor=None, change=Change.MAJOR, at=timezone.now())
    return fresh


def _load_sections(version: Version, sections: list[Sheet]) -> None:
    place = 0
    for order, sheet in enumerate(sections, start=1):
        section = Section.objects.create(
            version=version, title_fa=sheet["title_fa"], title_en=sheet["title_en"], order=order
        )
        for entry in sheet["items"]:
            place += 1
            _load_item(section, entry, place)


def _load_item(section: Section, sheet: Sheet, order: int) -> None:
    item = Item.objects.create(
        version=section.version,
        section=section,
        code=sheet["code"],
        kind=sheet["kind"],
        scale=sheet.get("scale", ""),
        is_compulsory=sheet.get("is_compulsory", False),
        limit=sheet.get("limit"),
        show_if=sheet.get("show_if", {}),
        order=order,
        **{name: sheet.get(name, "") for name in TEXTS},
    )
    fill_in_options(item=item)
    add_options(item=item, words=sheet.get("options", []))
    add_options(item=item, words=sheet.get("missing", []), is_missing=True)
