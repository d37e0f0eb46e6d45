"""Seals over the record, and the check of the whole record against them.

A seal is a SHA-256 over rows that will not change any more and the seal before it. Whoever changes, removes or slips in
a row behind the back of the triggers breaks every later seal; the newest seal, kept on paper or elsewhere, tells also
of a record that was sealed anew from the beginning. Texts that were erased are represented by their digests.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from feedback.enums import FileState
from feedback.models import Attachment, Case, CaseEvent, RecordSeal
from feedback.policy import ERASED

#: A moment as one text, whatever the session's time zone.
_MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
#: Of each table that is sealed: its text, and the facts of a row.
SEALED = {
    "message": ("body", f"id, case_id, side, purpose, author_id, unit_id, {_MOMENT.format('sent_at')}"),
    "caseevent": ("reason", f"id, case_id, kind, side, actor_id, unit_id, {_MOMENT.format('at')}"),
}
#: Tables whose rows are added and never changed.
RECORD_TABLES = tuple(
    f"feedback_{table}"
    for table in (
        *("message", "caseevent", "routingdecision", "deadline", "caseexclusion"),
        *("erasure", "erasedtext", "recordseal"),
    )
)
#: Triggers that must stand on their tables, awake.
GUARDS = (
    *("message_rows_stay", "message_table_stays", "caseevent_rows_stay", "caseevent_table_stays"),
    *(
        "routingdecision_rows_stay",
        "routingdecision_table_stays",
        "deadline_rows_stay",
        "deadline_table_stays",
    ),
    *("caseexclusion_rows_stay", "caseexclusion_table_stays", "case_keeps_identity", "review_rows_stay"),
    *("erasure_rows_stay", "erasure_says_its_transaction", "erasedtext_rows_stay", "recordseal_rows_stay"),
)


def _digest_of_rows(table: str, first: int, last: int) -> tuple[int, bytes]:
    """Return how many rows lie between two numbers, both included, and the digest over them in their order."""
    text, facts = SEALED[table]
    # The names come from SEALED. json_build_array keeps "nothing" apart from an empty text, and rows unambiguous.
    sql = f"""
        SELECT count(*), sha256(coalesce(string_agg(
            sha256(convert_to(json_build_array({facts})::text, 'UTF8')
                || CASE WHEN {text} = %s AND erased.digest IS NOT NULL THEN erased.digest
                        ELSE sha256(convert_to({text}, 'UTF8')) END),
            ''::bytea ORDER BY id), ''::bytea))
          FROM feedback_{table} LEFT JOIN LATERAL (
              SELECT digest FROM feedback_erasedtext WHERE "table" = %s AND "row" = feedback_{table}.id
          ) AS erased ON true
         WHERE id BETWEEN %s AND %s
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [ERASED, table, first, last])
        rows, digest = cursor.fetchone()
    return rows, bytes(digest)


def _seal(before: bytes, table: str, first: int, last: int, rows: int, digest: bytes) -> bytes:
    return hashlib.sha256(b"|".join([before, f"{table} {first} {last} {rows}".encode(), digest])).digest()


def _newest(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM feedback_{table}")  # noqa: S608 - a name from SEALED
        newest: int = cursor.fetchone()[0]
    return newest


@transaction.atomic
def seal_records(*, at: datetime) -> int:
    """Seal the rows that were there when this ran last; return how many.

    The rows that came since wait for the next time: by then every transaction that took a number is over.
    Called by one task at a time.
    """
    sealed = 0
    for table in SEALED:
        before = RecordSeal.objects.filter(table=table).last()
        last, until, newest = (before.last, before.seen, _newest(table)) if before else (0, 0, _newest(table))
        if until == last and newest == until:
            continue
        rows, digest = _digest_of_rows(table, last + 1, until)
        chained = bytes(before.seal) if before else b""
        RecordSeal.objects.create(
            table=table,
            first=last + 1,
            last=until,
            rows=rows,
            seal=_seal(chained, table, last + 1, until, rows, digest),
            seen=newest,
            made_at=at,
        )
        sealed += rows
    return sealed


def newest_seals() -> dict[str, str]:
    """Return the newest seal of each table, to be kept where nobody who runs the database reaches it."""
    newest = {seal.table: bytes(seal.seal).hex() for seal in RecordSeal.objects.order_by("pk")}
    return dict(sorted(newest.items()))


# --- Checking ---------------------------------------------------------------------------------------------------


def faults_of_record() -> Iterator[str]:
    """Yield, in a line each, what is wrong with the record: guards, seals, beginnings of cases, files."""
    yield from _faults_of_guards()
    for table in SEALED:
        yield from _faults_of_seals(table)
    yield from _faults_of_cases()
    yield from _faults_of_files()


def _faults_of_guards() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal")
        awake = {name for (name,) in cursor.fetchall()}
    yield from (f"trigger {name} is missing or switched off" for name in GUARDS if name not in awake)


def _faults_of_seals(table: str) -> Iterator[str]:
    before, last = b"", 0
    for seal in RecordSeal.objects.filter(table=table).order_by("pk"):
        rows, digest = _digest_of_rows(table, seal.first, seal.last)
        expected = _seal(before, table, seal.first, seal.last, rows, digest)
        where = f"{table} {seal.first} to {seal.last}"
        if seal.first != last + 1:
            yield f"{where}: a seal is missing before it"
        elif rows != seal.rows:
            yield f"{where}: there were {seal.rows} rows and are {rows}"
        elif expected != bytes(seal.seal):
            yield f"{where}: a row was changed, or the seal"
        before, last = bytes(seal.seal), seal.last


def _faults_of_cases() -> Iterator[str]:
    begun = CaseEvent.objects.filter(case=OuterRef("pk"), kind="submitted")
    for number in Case.objects.filter(~Exists(begun)).values_list("number", flat=True).iterator():
        yield f"case {number}: nothing says how it began"


def _faults_of_files() -> Iterator[str]:
    for attachment in Attachment.objects.exclude(state=FileState.ERASED).iterator(chunk_size=200):
        try:
            with attachment.file.open("rb") as content:
                is_same = hashlib.file_digest(content, "sha256").digest() == bytes(attachment.sha256)
        except (FileNotFoundError, ValueError):
            yield f"file {attachment.pk}: it is missing"
            continue
        if not is_same:
            yield f"file {attachment.pk}: it was changed"
