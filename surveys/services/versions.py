"""The life of a version: draft, published, retired."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from directory.models import User
from surveys import policy
from surveys.enums import Change, ItemKind, State
from surveys.models import Item, Option, Questionnaire, Section, Version
from surveys.policy import Defect, VersionRefused
from surveys.selectors import may_edit

DATA = Path(__file__).parent.parent / "data"

#: Fields of a version, a section, an item and an option that a copy takes over.
VERSION_TEXTS = ("heading_fa", "heading_en", "intro_fa", "intro_en")
SECTION_FIELDS = ("title_fa", "title_en", "order")
ITEM_FIELDS = (
    "code", "kind", "scale", "is_compulsory", "limit", "show_if",
    "wording_fa", "wording_en", "hint_fa", "hint_en", "order",
)  # fmt: skip
OPTION_FIELDS = ("value", "label_fa", "label_en", "is_missing", "order")


class DraftExists(Exception):
    """This questionnaire already has a draft; there is one at a time."""


@transaction.atomic
def publish_version(
    *, version_id: int, actor: User | None, change: Change, at: datetime, note: str = ""
) -> Version:
    """Publish a draft and retire the version before it; from then on the database lets nobody change it.

    `actor` is None for the portal itself. `change` is what the editor calls the difference to the version before; a
    major one starts a new series, whose figures are never added to the old ones. Raises `PermissionDenied`, and
    `VersionRefused` for what is no draft, what is incomplete, and a change called smaller than it is.
    """
    version = _locked(version_id, actor)
    if not version.is_draft:
        raise VersionRefused(Defect.NOT_A_DRAFT)
    questions = _questions(version)
    policy.check_complete(questions)
    before = _last_published(version.questionnaire)
    if before:
        policy.check_level(before.questions, questions, change)
        version.series = before.series + (change == Change.MAJOR)
        _retire(before, at)
    version.state, version.published_at, version.published_by = State.PUBLISHED, at, actor
    version.change, version.change_note = change, note
    version.save()
    return version


def _locked(version_id: int, actor: User | None) -> Version:
    """Lock and return a version and its questionnaire, so that two publications come one after the other."""
    if actor is not None and not may_edit(actor):
        raise PermissionDenied
    Questionnaire.objects.select_for_update().get(versions=version_id)
    return Version.objects.select_for_update(of=("self",)).select_related("questionnaire").get(pk=version_id)


def _questions(version: Version) -> tuple[policy.Question, ...]:
    earlier: dict[str, policy.Question] = {}
    for item in version.asked:
        try:
            earlier[item.code] = item.as_question(earlier)
        except policy.ConditionRefused:
            raise VersionRefused(Defect.BAD_CONDITION, item.code) from None
    return tuple(earlier.values())


def _last_published(questionnaire: Questionnaire) -> Version | None:
    return questionnaire.versions.exclude(state=State.DRAFT).order_by("number").last()


def _retire(version: Version, at: datetime) -> None:
    if version.state == State.PUBLISHED:
        # Never before its publication, should the clock have been set back since.
        version.state, version.retired_at = State.RETIRED, max(at, version.published_at or at)
        version.save(update_fields=["state", "retired_at"])


@transaction.atomic
def retire_version(*, version_id: int, actor: User | None, at: datetime) -> Version:
    """Close a published version without a successor; open forms of it are still taken for a day.

    Raises `PermissionDenied`, and `VersionRefused` for a draft. A retired version stays as it is.
    """
    version = _locked(version_id, actor)
    if version.is_draft:
        raise VersionRefused(Defect.NOT_PUBLISHED)
    _retire(version, at)
    return version


@transaction.atomic
def copy_to_draft(*, version_id: int, actor: User) -> Version:
    """Copy a version into a new draft of its questionnaire; raises `PermissionDenied` and `DraftExists`."""
    old = _locked(version_id, actor)
    fresh = Version(series=old.series, **_copied(old, VERSION_TEXTS))
    draft = start_draft(questionnaire=old.questionnaire, draft=fresh)
    sections = {
        section.pk: Section.objects.create(version=draft, **_copied(section, SECTION_FIELDS))
        for section in old.sections.all()
    }
    for item in old.asked:
        copy = Item.objects.create(
            version=draft, section=sections[item.section_id], **_copied(item, ITEM_FIELDS)
        )
        Option.objects.bulk_create(
            Option(item=copy, **_copied(option, OPTION_FIELDS)) for option in item.options.all()
        )
    return draft


def _copied(row: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}


# --- The words of scales ----------------------------------------------------------------------------------------


@cache
def _words() -> dict[str, list[dict[str, str]]]:
    words: dict[str, list[dict[str, str]]] = json.loads((DATA / "scales.json").read_text(encoding="utf-8"))
    return words


def fill_in_options(*, item: Item) -> None:
    """Give a five-point or yes-or-no question the options of its scale, unless it has options already."""
    name = ItemKind.YES_NO if item.kind == ItemKind.YES_NO else item.scale
    if name in _words() and not item.options.exists():
        add_options(item=item, words=_words()[name])


def add_options(*, item: Item, words: list[dict[str, str]], is_missing: bool = False) -> None:
    """Append options, given as value and words in both languages, to a question of a draft."""
    start = item.options.count()
    Option.objects.bulk_create(
        Option(
            item=item,
            value=word["value"],
            label_fa=word["fa"],
            label_en=word["en"],
            is_missing=is_missing,
            order=start + place,
        )
        for place, word in enumerate(words, start=1)
    )


# --- The parts of a draft ---------------------------------------------------------------------------------------


def take_out_of_draft(*, parts: QuerySet[Any], actor: User) -> int:
    """Delete sections, questions or options of drafts, with all below them; return how many of `parts` went.

    Raises `PermissionDenied`, and `VersionRefused` (then all stay) when one belongs to a version that is no draft.
    """
    if not may_edit(actor):
        raise PermissionDenied
    count = parts.count()
    try:
        with transaction.atomic():
            parts.delete()
    except IntegrityError:
        raise VersionRefused(Defect.NOT_A_DRAFT) from None
    return count


@transaction.atomic
def start_draft(*, questionnaire: Questionnaire, draft: Version) -> Version:
    """Save an unsaved draft under the next number; raises `DraftExists`."""
    Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if questionnaire.versions.filter(state=State.DRAFT).exists():
        raise DraftExists
    last = questionnaire.versions.order_by("number").last()
    draft.questionnaire, draft.number = questionnaire, (last.number if last else 0) + 1
    draft.save(force_insert=True)
    return draft
