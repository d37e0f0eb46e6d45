"""Small surveys for the tests, made of real rows."""

from datetime import UTC, datetime

from directory.models import Service, Unit
from surveys import services
from surveys.enums import Change, ItemKind, Scale
from surveys.models import Item, Option, Questionnaire, Section, Version

NOON = datetime(2026, 6, 13, 12, 34, 56, tzinfo=UTC)


def make_service(code: str = "s01") -> Service:
    """Make a service of a unit."""
    unit, _fresh = Unit.objects.get_or_create(code="CONT", defaults={"name_fa": "امور پیمانکاران"})
    title = {"title_fa": f"تشخیص صلاحیت پیمانکاران {code}", "title_en": f"Qualification {code}"}
    return Service.objects.get_or_create(code=code, defaults={"unit": unit, **title})[0]


def make_draft(slug: str = "visit", *, asks_service: bool = False) -> Version:
    """Make a draft with a question of every kind; `WHY` is asked only of those who are not content."""
    questionnaire = Questionnaire.objects.create(
        slug=slug, title_fa="نظرسنجی آزمایشی", title_en="Trial survey", asks_service=asks_service
    )
    version = Version.objects.create(
        questionnaire=questionnaire, number=1, heading_fa="چطور بود؟", heading_en="How was it?"
    )
    section = Section.objects.create(version=version, title_fa="در مجموع", title_en="Overall", order=1)
    add_item(section, "SAT", ItemKind.FIVE_POINT, scale=Scale.SATISFACTION, is_compulsory=True)
    why = add_item(
        section, "WHY", ItemKind.SEVERAL, show_if={"item": "SAT", "op": "any_of", "values": ["1", "2"]}
    )
    add_options(why, "time", "cost")
    rest = Section.objects.create(version=version, title_fa="باقی", title_en="The rest", order=2)
    add_options(add_item(rest, "WAY", ItemKind.SINGLE), "desk", "phone")
    add_item(rest, "AGAIN", ItemKind.YES_NO)
    add_item(rest, "VISITS", ItemKind.NUMBER, limit=50)
    add_item(rest, "PLACE", ItemKind.SHORT_TEXT)
    add_item(rest, "COMMENT", ItemKind.LONG_TEXT, limit=300)
    return version


def add_item(section: Section, code: str, kind: ItemKind, **fields: object) -> Item:
    """Append a question, with the options of its scale, to a section."""
    item = Item.objects.create(
        version=section.version,
        section=section,
        code=code,
        kind=kind,
        wording_fa=f"پرسش {code} چیست؟",
        wording_en=f"What is {code}?",
        order=section.version.items.count() + 1,
        **fields,
    )
    services.fill_in_options(item=item)
    return item


def add_options(item: Item, *values: str, is_missing: bool = False) -> list[Option]:
    """Append options to a question."""
    words = [{"value": value, "fa": f"گزینهٔ {value}", "en": f"Option {value}"} for value in values]
    services.add_options(item=item, words=words, is_missing=is_missing)
    return list(item.options.all())


def publish(version: Version, *, at: datetime = NOON, change: Change = Change.MAJOR) -> Version:
    """Publish a draft as the portal itself."""
    return services.publish_version(version_id=version.pk, actor=None, change=change, at=at)


def make_published(slug: str = "visit", *, asks_service: bool = False) -> Version:
    """Make and publish the survey of `make_draft`."""
    return publish(make_draft(slug, asks_service=asks_service))
