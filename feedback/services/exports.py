"""Taking lists of cases out: asked for at once, made in the background, kept for a day, recorded for good.

The cases are those that a page showed when the list was asked for. Whether its asker may see each of them is looked
up once more while the list is made, part by part; confidential cases are never among them.
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from tempfile import TemporaryFile
from typing import IO

from django.core.files import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from directory.models import User
from feedback import policy
from feedback.enums import ExportState, Kind, SheetFormat
from feedback.models import Case, Export, ExportPart
from portal.outbox.publish import publish
from portal.templatetags.persian import jalali_datetime
from portal.ui.sheets import Cell, Column, day_columns, row_of, write
from portal.ui.stored import delete_after_commit

#: Cases of one part: a second of work, so that progress shows and other work gets its turn in between.
PART = 500


@transaction.atomic
def ask_export(
    *,
    actor: User,
    case_ids: Sequence[int],
    narrowed: str,
    purpose: str,
    form: SheetFormat,
    language: str,
    at: datetime,
) -> Export:
    """Record the wish for a list of these cases and publish `export.asked`.

    `narrowed` says in the asker's words which cases they are, without anything a citizen wrote; nothing means all.
    Raises `ExportRefused`.
    """
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    lately = Export.objects.filter(asked_by=actor, asked_at__gt=at - timedelta(days=1)).count()
    policy.check_export(cases=len(case_ids), lately=lately)
    export = Export.objects.create(
        asked_by=actor,
        asked_at=at,
        purpose=purpose,
        narrowed=narrowed[:400],
        form=form,
        language=language,
        total=len(case_ids),
    )
    ExportPart.objects.bulk_create(
        ExportPart(export=export, number=number, cases=list(case_ids[start : start + PART]))
        for number, start in enumerate(range(0, len(case_ids), PART))
    )
    publish("export.asked", export_id=export.pk, part=0)
    return export


@transaction.atomic
def make_export_part(*, export_id: int, part: int, at: datetime) -> None:
    """Read the next part of a list, and make the file after the last; a part that was read already is left alone."""
    export = Export.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=export_id)
    if not export.is_under_way or export.part != part:
        return
    piece = export.parts.get(number=part)
    columns = _read(export, piece)
    export.state, export.part = ExportState.RUNNING, part + 1
    export.done, export.count = export.done + len(piece.cases), export.count + len(piece.rows)
    if export.parts.filter(number__gt=part).exists():
        publish("export.asked", export_id=export.pk, part=part + 1)
    else:
        _finish(export, columns, at)
    export.save()


def _read(export: Export, piece: ExportPart) -> tuple[Column, ...]:
    """Write the rows of a part, in the language of the list; return its columns."""
    with translation.override(export.language):
        columns = case_columns()
        piece.rows = [row_of(columns, case) for case in _readable(export.asked_by, piece.cases)]
    piece.save(update_fields=["rows"])
    return columns


def _read_erased_again(export: Export) -> None:
    """Read those parts once more in which a case lost its texts after it had been read."""
    for piece in export.parts.all():
        if Case.objects.filter(pk__in=piece.cases, erased_at__gte=export.asked_at).exists():
            _read(export, piece)


def _readable(asker: User, case_ids: Sequence[int]) -> list[Case]:
    """Return those of the cases that the asker may see now and that may leave the portal, in the order of the ids."""
    seen = Case.objects.visible_to(asker).filter(is_confidential=False).exclude(kind=Kind.MISCONDUCT)
    found = seen.select_related("unit", "addressed_unit", "service", "county", "assigned_to").in_bulk(
        case_ids
    )
    return [found[number] for number in case_ids if number in found]


def _finish(export: Export, columns: Sequence[Column], at: datetime) -> None:
    """Make the file and forget the parts; where nothing is left that the asker may see, there is no file."""
    _read_erased_again(export)
    rows = export.parts.order_by("number").values_list("rows", flat=True).iterator(chunk_size=10)
    if export.count:
        with TemporaryFile() as target:
            _write(export, columns, chain.from_iterable(rows), target)
            export.file.save(secrets.token_hex(16), File(target), save=False)
    export.state = ExportState.READY if export.count else ExportState.FAILED
    export.made_at = at
    export.parts.all().delete()


def _write(
    export: Export, columns: Sequence[Column], rows: Iterator[Sequence[Cell]], target: IO[bytes]
) -> None:
    with translation.override(export.language):
        write(
            target,
            export.form,
            title=_("Cases"),
            columns=columns,
            rows=rows,
            about=(
                (_("Asked by"), str(export.asked_by)),
                (_("Asked on"), jalali_datetime(export.asked_at)),
                (_("Which cases"), export.narrowed or _("all")),
                (_("What for"), export.purpose),
            ),
            right_to_left=export.language == "fa",
        )


def case_columns() -> tuple[Column, ...]:
    """Return the columns of a list of cases, in the language in force: facts and dates, no sender and no text."""
    return (
        Column(_("Case number"), lambda case: case.number, 18),
        Column(_("Subject"), lambda case: case.subject, 40),
        Column(_("Kind"), lambda case: case.get_kind_display()),
        Column(_("Status"), lambda case: case.get_status_display(), 20),
        Column(_("Unit"), lambda case: case.unit.name, 28),
        Column(_("Written to"), lambda case: case.addressed_unit.name if case.addressed_unit else "", 28),
        Column(_("Officer"), lambda case: str(case.assigned_to or ""), 22),
        Column(_("Service"), lambda case: str(case.service or ""), 28),
        Column(_("County"), lambda case: str(case.county or "")),
        Column(_("Channel"), lambda case: case.get_channel_display()),
        *day_columns(_("Arrived"), lambda case: case.received_at),
        *day_columns(_("Deadline"), lambda case: case.due_on),
        *day_columns(_("Answered"), lambda case: case.answered_at),
    )


@transaction.atomic
def fetch_export(*, export_id: int, actor: User, at: datetime) -> Export | None:
    """Return a list whose file its own asker may download now, and record that; None for anybody else."""
    export = (
        Export.objects.select_for_update()
        .filter(pk=export_id, asked_by=actor, state=ExportState.READY, made_at__gt=at - policy.EXPORT_KEPT)
        .first()
    )
    if export is not None:
        export.fetched_at = at
        export.save(update_fields=["fetched_at"])
    return export


def forget_exports(*, at: datetime) -> int:
    """Delete the files that are older than a day; return how many. The record of the list stays."""
    old = Export.objects.filter(state=ExportState.READY, made_at__lte=at - policy.EXPORT_KEPT)
    return sum(_forget(export_id) for export_id in old.values_list("pk", flat=True))


@transaction.atomic
def _forget(export_id: int) -> int:
    export = (
        Export.objects.select_for_update(skip_locked=True)
        .filter(pk=export_id, state=ExportState.READY)
        .first()
    )
    if export is None:
        return 0
    storage, name = export.file.storage, str(export.file.name)
    export.file, export.state = "", ExportState.GONE
    export.save(update_fields=["file", "state"])
    delete_after_commit(storage, name)
    return 1
