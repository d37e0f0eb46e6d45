"""The conversation: every table of the feedback app, and what the database itself holds true about them.

In this order: the numbers of cases, the tables, the record that is never changed and the one exception for erasures,
the words of the search, the mark of the reference data, the first times of keeping. Takes the place of twenty
migrations (decision 32).
"""

import datetime
from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import CreateModel

from portal.kernel.text import fold
from portal.migrating import CreateTables

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")

# --- The record ------------------------------------------------------------------------------------------------------

#: Rows of the record are added, never changed. The one exception is an erasure: while `portal.erasing` is on, and in
#: the transaction that has recorded the erasure of the case, texts may become empty; nothing else may change then, and
#: nothing may be deleted. `portal.truncate` is set by test runs that empty their throw-away database. A role that may
#: only INSERT and SELECT (README) cannot get past either.
RECORD_STAYS = """
CREATE FUNCTION feedback_is_erased_now(number bigint) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT current_setting('portal.erasing', true) = 'on' AND EXISTS (
        SELECT FROM feedback_erasure WHERE case_id = number AND transaction = txid_current()
    )
$$;
CREATE FUNCTION feedback_only_emptied(before jsonb, after jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT bool_and(
        after -> key = before -> key
        OR key IN ('body', 'reason', 'override_reason', 'reasons') AND after -> key IN ('""', '"—"', '[]')
    ) FROM jsonb_object_keys(before) AS key
$$;
CREATE FUNCTION feedback_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('portal.truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF feedback_is_erased_now((to_jsonb(OLD) ->> 'case_id')::bigint)
            AND feedback_only_emptied(to_jsonb(OLD), to_jsonb(NEW)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
RECORD_GOES = """
DROP FUNCTION feedback_refuse_change();
DROP FUNCTION feedback_only_emptied(jsonb, jsonb);
DROP FUNCTION feedback_is_erased_now(bigint);
"""

#: What was said, decided, promised and read about a case; who was told; what was erased; the seals over all of it.
NEVER_CHANGED = (
    *("message", "caseevent", "routingdecision", "caseexclusion", "recusal", "caseread"),
    *("deadline", "extension", "escalationstep"),
    *("erasure", "erasedtext", "recordseal"),
)
#: What was asked for or proposed once gets its outcome later, and is never taken away again.
NEVER_DELETED = ("review", "rejection", "cluster", "clustercase")
TABLE_STAYS = """
CREATE TRIGGER {table}_rows_stay BEFORE {events} ON feedback_{table}
    FOR EACH ROW EXECUTE FUNCTION feedback_refuse_change();
CREATE TRIGGER {table}_table_stays BEFORE TRUNCATE ON feedback_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION feedback_refuse_change();
"""
TABLE_GOES = """
DROP TRIGGER {table}_table_stays ON feedback_{table};
DROP TRIGGER {table}_rows_stay ON feedback_{table};
"""

#: A case is never deleted, and what identifies it never changes; an erasure empties its subject.
CASE_STAYS = """
CREATE FUNCTION feedback_case_keeps_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'cases are never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.subject <> OLD.subject AND NEW.subject = '—' AND feedback_is_erased_now(OLD.id) THEN
        OLD.subject := NEW.subject;
    END IF;
    IF (NEW.number, NEW.subject, NEW.received_at, NEW.token_digest)
        IS DISTINCT FROM (OLD.number, OLD.subject, OLD.received_at, OLD.token_digest) THEN
        RAISE EXCEPTION 'what identifies a case never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_keeps_identity BEFORE UPDATE OR DELETE ON feedback_case
    FOR EACH ROW EXECUTE FUNCTION feedback_case_keeps_identity();
"""
CASE_GOES = """
DROP TRIGGER case_keeps_identity ON feedback_case;
DROP FUNCTION feedback_case_keeps_identity();
"""

#: The transaction of an erasure is written by the database itself, so that nobody can claim another one's.
ERASURE_MARKED = """
CREATE FUNCTION feedback_mark_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.transaction := txid_current();
    RETURN NEW;
END $$;
CREATE TRIGGER erasure_says_its_transaction BEFORE INSERT ON feedback_erasure
    FOR EACH ROW EXECUTE FUNCTION feedback_mark_erasure();
"""
ERASURE_UNMARKED = """
DROP TRIGGER erasure_says_its_transaction ON feedback_erasure;
DROP FUNCTION feedback_mark_erasure();
"""

# --- The words of the search (decision 14) ---------------------------------------------------------------------------

#: The plural with what may follow it; «گزارش‌ها», «گزارشها» and «گزارش» are one word.
PLURAL = "هایشان|هایمان|هایتان|هایم|هایت|هایش|هایی|های|ها"
#: Words too common to find anything by.
STOP = fold(
    "و در به از که این آن را با برای تا بر است شد شده می نمی هم یا یک نیز هر ی ای ام ات اش اند ایم اید"
    " بود کرد کرده کردم شود شما ما من او خود پس اگر اما باید نه the of to and in is"
).split() + PLURAL.split("|")
#: Letters and digits that are left after folding: Latin, Greek, Cyrillic, Hebrew, Arabic and Persian.
LETTERS = r"0-9a-z\u00DF-\u058F\u05D0-\u05EA\u0620-\u064A\u066E-\u06D3\u06D5\u06EE\u06EF\u06FA-\u06FF"

#: The one place that says what a word is, for texts that are kept and for searches.
WORDS = f"""
CREATE FUNCTION feedback_words(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $words$
    SELECT coalesce(array_agg(word ORDER BY place), '{{}}') FROM (
        SELECT regexp_replace(raw, '^(.{{3,}}?)({PLURAL})$', '\\1') COLLATE "C" AS word, place
          FROM regexp_split_to_table(portal_fold(value) COLLATE "C", '[^{LETTERS}]+') WITH ORDINALITY AS t(raw, place)
    ) AS found
    WHERE length(word) BETWEEN 2 AND 30 AND word <> ALL ('{{{",".join(STOP)}}}'::text[])
$words$;
"""  # noqa: S608 - built from the constants above

#: A word and what is left of it without any one letter: two words that share a form are at most two slips apart.
FORMS = """
CREATE FUNCTION feedback_word_forms(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $forms$
    SELECT array_agg(DISTINCT form) FROM (
        SELECT overlay(word placing '' from place for 1) AS form FROM generate_series(1, length(word)) AS place
        UNION ALL SELECT word
    ) AS forms
$forms$;
"""

#: Write down anew by which words these cases are found.
INDEX_CASES = """
CREATE FUNCTION feedback_index_cases(ids bigint[]) RETURNS void LANGUAGE sql AS $index$
    INSERT INTO feedback_casewords (case_id, words)
    SELECT one.id, ARRAY(
        SELECT DISTINCT word COLLATE "C" FROM unnest(feedback_words(concat_ws(' ',
            one.subject, one.full_name, one.organization, one.about_person, one.letter_number,
            (SELECT string_agg(body, ' ') FROM feedback_message WHERE case_id = one.id)
        )) || ARRAY[ltrim(split_part(one.number, '-', 2), '0'), one.phone, lower(one.email)]) AS word
        WHERE word <> '' ORDER BY word COLLATE "C"
    )
    FROM feedback_case AS one WHERE one.id = ANY (ids)
    ON CONFLICT (case_id) DO UPDATE SET words = EXCLUDED.words
        WHERE feedback_casewords.words IS DISTINCT FROM EXCLUDED.words
$index$;
"""

#: Words follow their texts, once a statement, however many rows it brings. Erasing a text takes its words away as well.
WORDS_FOLLOW = """
CREATE FUNCTION feedback_words_follow() RETURNS trigger LANGUAGE plpgsql AS $follow$
BEGIN
    PERFORM feedback_index_cases(ARRAY(SELECT DISTINCT case_id FROM changed));
    RETURN NULL;
END $follow$;
CREATE FUNCTION feedback_case_words_follow() RETURNS trigger LANGUAGE plpgsql AS $follow$
BEGIN
    PERFORM feedback_index_cases(ARRAY[NEW.id]);
    RETURN NULL;
END $follow$;
CREATE TRIGGER message_words_come AFTER INSERT ON feedback_message
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION feedback_words_follow();
CREATE TRIGGER message_words_change AFTER UPDATE ON feedback_message
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION feedback_words_follow();
CREATE TRIGGER message_words_go AFTER DELETE ON feedback_message
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION feedback_words_follow();
CREATE TRIGGER case_words_change
    AFTER UPDATE OF subject, full_name, organization, about_person, letter_number, phone, email ON feedback_case
    FOR EACH ROW WHEN ((OLD.subject, OLD.full_name, OLD.organization, OLD.about_person, OLD.letter_number, OLD.phone,
        OLD.email) IS DISTINCT FROM (NEW.subject, NEW.full_name, NEW.organization, NEW.about_person,
        NEW.letter_number, NEW.phone, NEW.email))
    EXECUTE FUNCTION feedback_case_words_follow();
"""
WORDS_STAY_BEHIND = """
DROP TRIGGER case_words_change ON feedback_case;
DROP TRIGGER message_words_go ON feedback_message;
DROP TRIGGER message_words_change ON feedback_message;
DROP TRIGGER message_words_come ON feedback_message;
DROP FUNCTION feedback_case_words_follow();
DROP FUNCTION feedback_words_follow();
"""

# --- The mark of the reference data (decision 31) --------------------------------------------------------------------

#: Tables that processes keep in memory; whoever changes one draws a new mark.
KEPT_IN_MEMORY = (
    "directory_closedday",
    "directory_county",
    "directory_service",
    "directory_unit",
    "directory_weekdayrule",
    "feedback_promisedtime",
)
MARK = """
CREATE FUNCTION feedback_mark_reference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO feedback_referencemark (id, mark) VALUES (1, gen_random_uuid())
        ON CONFLICT (id) DO UPDATE SET mark = excluded.mark;
    RETURN NULL;
END $$;
INSERT INTO feedback_referencemark (id, mark) VALUES (1, gen_random_uuid());
"""
MARKS = """
CREATE TRIGGER {table}_marks AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
   FOR EACH STATEMENT EXECUTE FUNCTION feedback_mark_reference();
"""

# --- The first times of keeping --------------------------------------------------------------------------------------

#: For how many months texts are kept at first; administrators change them and name the ground.
MONTHS = {
    "request": 36,
    "complaint": 60,
    "suggestion": 36,
    "criticism": 36,
    "misconduct": 120,
    "praise": 24,
}


def write_rules(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("feedback", "RetentionRule").objects
    rules.bulk_create([rules.model(kind=kind, months=months) for kind, months in MONTHS.items()])


def _stays(table: str, events: str) -> migrations.RunSQL:
    """Return the triggers under which rows of a table stay, and how they are taken back."""
    return migrations.RunSQL(TABLE_STAYS.format(table=table, events=events), TABLE_GOES.format(table=table))


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("feedback", "0001_initial"),
        ("feedback", "0005_queue_indexes"),
        ("feedback", "0006_words"),
        ("feedback", "0010_rating_and_review"),
        ("feedback", "0011_clerk_intake"),
        ("feedback", "0012_figures"),
        ("feedback", "0020_promises_extensions_ladder"),
        ("feedback", "0040_answering"),
        ("feedback", "0050_case_reads"),
        ("feedback", "0060_exports"),
        ("feedback", "0061_notices"),
        ("feedback", "0062_files_that_came_twice"),
        ("feedback", "0063_keeping_and_erasing"),
        ("feedback", "0064_first_times_of_keeping"),
        ("feedback", "0072_held_files"),
        ("feedback", "0073_words_of_record_and_notices"),
        ("feedback", "0100_files_of_drafts"),
        ("feedback", "0101_counts_from_indexes"),
        ("feedback", "0110_offer_of_survey"),
        ("feedback", "0130_mark_of_reference_data"),
    ]

    dependencies = [
        ("directory", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE feedback_case_number AS bigint", "DROP SEQUENCE feedback_case_number"
        ),
        CreateTables(
            [
                CreateModel(
                    name="Case",
                    fields=[
                        ("id", ID),
                        ("number", models.CharField(max_length=24, unique=True, verbose_name="case number")),
                        (
                            "code_hash",
                            models.BinaryField(
                                max_length=32, unique=True, verbose_name="hash of the tracking code"
                            ),
                        ),
                        (
                            "code_key",
                            models.PositiveSmallIntegerField(editable=False, verbose_name="key of the hash"),
                        ),
                        (
                            "token_digest",
                            models.BinaryField(
                                max_length=32, unique=True, verbose_name="digest of the form token"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("request", "request"),
                                    ("complaint", "complaint"),
                                    ("suggestion", "suggestion"),
                                    ("criticism", "criticism"),
                                    ("misconduct", "report of misconduct"),
                                    ("praise", "thanks"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("received", "received"),
                                    ("in_progress", "in progress"),
                                    ("waiting_citizen", "waiting for the citizen"),
                                    ("answered", "answered"),
                                    ("closed", "closed"),
                                    ("reopened", "reopened"),
                                    ("referred_out", "referred to another body"),
                                ],
                                default="received",
                                max_length=16,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("web", "this site"),
                                    ("phone", "phone"),
                                    ("visit", "visit"),
                                    ("paper", "suggestion box"),
                                    ("voice", "voice mail"),
                                    ("letter", "letter"),
                                ],
                                default="web",
                                max_length=8,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("fa", "Persian"), ("en", "English")],
                                default="fa",
                                max_length=2,
                                verbose_name="language",
                            ),
                        ),
                        ("subject", models.CharField(max_length=120, verbose_name="subject")),
                        (
                            "target",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("policy", "a policy"),
                                    ("process", "a process"),
                                    ("decision", "a decision"),
                                    ("action", "an action"),
                                ],
                                max_length=8,
                                verbose_name="target of the criticism",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                to="directory.service",
                                verbose_name="service",
                            ),
                        ),
                        (
                            "county",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                to="directory.county",
                                verbose_name="county",
                            ),
                        ),
                        (
                            "about_unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit complained of",
                            ),
                        ),
                        (
                            "about_person",
                            models.CharField(blank=True, max_length=200, verbose_name="person complained of"),
                        ),
                        ("full_name", models.CharField(blank=True, max_length=150, verbose_name="name")),
                        ("phone", models.CharField(blank=True, max_length=16, verbose_name="phone")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        (
                            "phone_failed_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="phone does not work since"
                            ),
                        ),
                        (
                            "email_failed_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="e-mail does not work since"
                            ),
                        ),
                        (
                            "organization",
                            models.CharField(blank=True, max_length=200, verbose_name="organization"),
                        ),
                        (
                            "letter_number",
                            models.CharField(blank=True, max_length=60, verbose_name="letter number"),
                        ),
                        ("is_anonymous", models.BooleanField(default=False, verbose_name="anonymous")),
                        (
                            "unit",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=models.PROTECT,
                                related_name="cases",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "assigned_to",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.SET_NULL,
                                related_name="cases",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="officer",
                            ),
                        ),
                        ("is_confidential", models.BooleanField(default=False, verbose_name="confidential")),
                        (
                            "external_bodies",
                            models.BooleanField(default=False, verbose_name="name external bodies first"),
                        ),
                        (
                            "awaits_staff",
                            models.BooleanField(default=True, verbose_name="the citizen wrote last"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="merged",
                                to="feedback.case",
                                verbose_name="joined with",
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        ("due_on", models.DateField(verbose_name="due")),
                        (
                            "operator",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="entered by",
                            ),
                        ),
                        ("entered_at", models.DateTimeField(blank=True, null=True, verbose_name="entered")),
                        (
                            "place",
                            models.CharField(blank=True, max_length=120, verbose_name="where it came in"),
                        ),
                        (
                            "code_is_one_time",
                            models.BooleanField(default=False, editable=False, verbose_name="one-time code"),
                        ),
                        ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="erased")),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                        (
                            "opened_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="last opened by the citizen"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "case",
                        "verbose_name_plural": "cases",
                        "indexes": [
                            models.Index(fields=["unit", "-received_at"], name="case_of_unit"),
                            models.Index(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        ("received", "in_progress", "waiting_citizen", "reopened"),
                                    ),
                                    ("awaits_staff", True),
                                    _connector="OR",
                                ),
                                fields=["unit", "due_on", "id"],
                                include=("status", "is_confidential", "merged_into", "assigned_to"),
                                name="case_to_do_of_unit",
                            ),
                            models.Index(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        ("received", "in_progress", "waiting_citizen", "reopened"),
                                    ),
                                    ("awaits_staff", True),
                                    _connector="OR",
                                ),
                                fields=["due_on", "id"],
                                include=("unit", "status", "is_confidential", "merged_into", "assigned_to"),
                                name="case_to_do",
                            ),
                            models.Index(
                                models.F("assigned_to"),
                                models.F("due_on"),
                                models.F("id"),
                                condition=models.Q(
                                    (
                                        "status__in",
                                        ("received", "in_progress", "waiting_citizen", "reopened"),
                                    ),
                                    ("awaits_staff", True),
                                    _connector="OR",
                                ),
                                name="case_to_do_of_officer",
                            ),
                            models.Index(
                                models.F("status"),
                                models.F("due_on"),
                                models.F("id"),
                                condition=models.Q(
                                    (
                                        "status__in",
                                        ("received", "in_progress", "waiting_citizen", "reopened"),
                                    ),
                                    ("awaits_staff", True),
                                    _connector="OR",
                                ),
                                name="case_to_do_by_status",
                            ),
                            models.Index(
                                models.F("due_on"),
                                models.F("id"),
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "status__in",
                                            ("received", "in_progress", "waiting_citizen", "reopened"),
                                        ),
                                        ("awaits_staff", True),
                                        _connector="OR",
                                    ),
                                    ("assigned_to__isnull", True),
                                ),
                                name="case_with_nobody",
                            ),
                            models.Index(
                                models.F("unit"), models.F("due_on"), models.F("id"), name="case_all_of_unit"
                            ),
                            models.Index(models.F("due_on"), models.F("id"), name="case_all"),
                            models.Index(
                                models.F("unit"),
                                condition=models.Q(("is_confidential", True)),
                                name="case_confidential",
                            ),
                            models.Index(
                                models.F("phone"),
                                condition=models.Q(("phone", ""), _negated=True),
                                name="case_by_phone",
                            ),
                            models.Index(
                                models.F("email"),
                                condition=models.Q(("email", ""), _negated=True),
                                name="case_by_email",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "request",
                                            "complaint",
                                            "suggestion",
                                            "criticism",
                                            "misconduct",
                                            "praise",
                                        ],
                                    )
                                ),
                                name="case_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        [
                                            "received",
                                            "in_progress",
                                            "waiting_citizen",
                                            "answered",
                                            "closed",
                                            "reopened",
                                            "referred_out",
                                        ],
                                    )
                                ),
                                name="case_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("number__regex", "^[0-9]{4}-[0-9]{6,}-[0-9]$")),
                                name="case_number_shape",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_anonymous", False),
                                    models.Q(
                                        ("email", ""), ("full_name", ""), ("organization", ""), ("phone", "")
                                    ),
                                    _connector="OR",
                                ),
                                name="case_anonymous_keeps_no_name",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "misconduct"), _negated=True),
                                    ("is_confidential", True),
                                    _connector="OR",
                                ),
                                name="case_misconduct_is_confidential",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("subject", ""), _negated=True), name="case_has_subject"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into__isnull", True),
                                    ("merged_into__lt", models.F("id")),
                                    _connector="OR",
                                ),
                                name="case_merges_into_an_older_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("code_is_one_time", False),
                                        ("entered_at__isnull", True),
                                        ("operator__isnull", True),
                                    ),
                                    models.Q(
                                        ("entered_at__isnull", False),
                                        ("operator__isnull", False),
                                        models.Q(("channel", "web"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="case_entered_says_who_and_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["answered", "closed"]), _negated=True),
                                    ("answered_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="case_answered_says_when",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="CaseExclusion",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="exclusions",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "excluded unit",
                        "verbose_name_plural": "excluded units",
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "unit"), name="case_exclusion_once")
                        ],
                    },
                ),
                CreateModel(
                    name="Recusal",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="recusals",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="member of staff",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="when")),
                    ],
                    options={
                        "verbose_name": "recusal",
                        "verbose_name_plural": "recusals",
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "case"), name="recusal_once")
                        ],
                    },
                ),
                CreateModel(
                    name="Message",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="messages",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "side",
                            models.CharField(
                                choices=[
                                    ("citizen", "citizen"),
                                    ("staff", "staff"),
                                    ("system", "the portal"),
                                ],
                                max_length=8,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("submission", "first message"),
                                    ("reply", "reply"),
                                    ("question", "question to the citizen"),
                                    ("answer", "answer"),
                                    ("note", "internal note"),
                                ],
                                max_length=10,
                                verbose_name="purpose",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        ("body", models.TextField(verbose_name="text")),
                        ("sent_at", models.DateTimeField(verbose_name="sent")),
                    ],
                    options={
                        "verbose_name": "message",
                        "verbose_name_plural": "messages",
                        "ordering": ["sent_at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("author__isnull", True),
                                        ("purpose__in", ["submission", "reply"]),
                                        ("side", "citizen"),
                                    ),
                                    models.Q(
                                        ("author__isnull", False),
                                        ("purpose__in", ["question", "answer", "note"]),
                                        ("side", "staff"),
                                    ),
                                    _connector="OR",
                                ),
                                name="message_side_fits_purpose",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("purpose", "submission")),
                                fields=("case",),
                                name="message_one_submission",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Attachment",
                    fields=[
                        ("id", ID),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="attachments",
                                to="feedback.message",
                                verbose_name="message",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "file",
                            models.FileField(
                                max_length=200, upload_to="attachments/%Y/%m", verbose_name="file"
                            ),
                        ),
                        ("content_type", models.CharField(max_length=40, verbose_name="type")),
                        ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                        (
                            "sha256",
                            models.BinaryField(max_length=32, verbose_name="SHA-256 of the stored file"),
                        ),
                        (
                            "came_sha256",
                            models.BinaryField(
                                blank=True,
                                max_length=32,
                                null=True,
                                verbose_name="SHA-256 of the file that came in",
                            ),
                        ),
                        ("is_voice", models.BooleanField(default=False, verbose_name="voice message")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("checking", "being checked"),
                                    ("ready", "ready"),
                                    ("refused", "refused"),
                                    ("erased", "erased"),
                                ],
                                default="checking",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "attachment",
                        "verbose_name_plural": "attachments",
                        "ordering": ["id"],
                    },
                ),
                CreateModel(
                    name="Rating",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="ratings",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "answer",
                            models.OneToOneField(
                                on_delete=models.PROTECT,
                                related_name="rating",
                                to="feedback.message",
                                verbose_name="answer",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit that answered",
                            ),
                        ),
                        (
                            "score",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (5, "very satisfied"),
                                    (4, "satisfied"),
                                    (3, "neither satisfied nor dissatisfied"),
                                    (2, "dissatisfied"),
                                    (1, "very dissatisfied"),
                                ],
                                verbose_name="rating",
                            ),
                        ),
                        ("words", models.TextField(blank=True, verbose_name="in the citizen's words")),
                        ("rated_at", models.DateTimeField(verbose_name="rated")),
                        ("changed_at", models.DateTimeField(blank=True, null=True, verbose_name="changed")),
                    ],
                    options={
                        "verbose_name": "rating of an answer",
                        "verbose_name_plural": "ratings of answers",
                        "ordering": ["-rated_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("score__in", [5, 4, 3, 2, 1])), name="rating_score_known"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Review",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=models.PROTECT,
                                related_name="review",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "answer",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="feedback.message",
                                verbose_name="answer",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author of the answer",
                            ),
                        ),
                        (
                            "unit_before",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit that answered",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit of the review",
                            ),
                        ),
                        (
                            "reviewer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="reviewer",
                            ),
                        ),
                        ("reason", models.TextField(blank=True, verbose_name="in the citizen's words")),
                        ("asked_at", models.DateTimeField(verbose_name="asked for")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="answered by",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                    ],
                    options={
                        "verbose_name": "review",
                        "verbose_name_plural": "reviews",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reviewer__isnull", True),
                                    models.Q(("reviewer", models.F("author")), _negated=True),
                                    _connector="OR",
                                ),
                                name="review_is_not_given_to_the_author",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by__isnull", True),
                                    models.Q(("decided_by", models.F("author")), _negated=True),
                                    _connector="OR",
                                ),
                                name="review_is_not_answered_by_the_author",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="review_decided_says_who_and_when",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Draft",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="drafts",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        ("step", models.CharField(max_length=16, verbose_name="step")),
                        ("words", models.JSONField(verbose_name="text")),
                        ("version", models.PositiveIntegerField(verbose_name="version")),
                        ("saved_at", models.DateTimeField(verbose_name="saved")),
                    ],
                    options={
                        "verbose_name": "draft",
                        "verbose_name_plural": "drafts",
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "author", "step"), name="draft_once")
                        ],
                    },
                ),
                CreateModel(
                    name="DraftFile",
                    fields=[
                        ("id", ID),
                        (
                            "draft",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="files",
                                to="feedback.draft",
                                verbose_name="draft",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("file", models.FileField(max_length=200, upload_to="held", verbose_name="file")),
                        ("content_type", models.CharField(max_length=40, verbose_name="type")),
                        ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                    ],
                    options={
                        "verbose_name": "file of a draft",
                        "verbose_name_plural": "files of drafts",
                        "ordering": ["id"],
                    },
                ),
                CreateModel(
                    name="OutgoingStep",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=models.CASCADE,
                                related_name="outgoing",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="actor",
                            ),
                        ),
                        ("step", models.CharField(max_length=16, verbose_name="step")),
                        ("words", models.JSONField(verbose_name="text")),
                        ("held_at", models.DateTimeField(verbose_name="sent")),
                        ("due_at", models.DateTimeField(verbose_name="goes out")),
                    ],
                    options={
                        "verbose_name": "step about to go out",
                        "verbose_name_plural": "steps about to go out",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("due_at__gt", models.F("held_at"))),
                                name="held_goes_out_later",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="OutgoingFile",
                    fields=[
                        ("id", ID),
                        (
                            "held",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="files",
                                to="feedback.outgoingstep",
                                verbose_name="step",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("file", models.FileField(max_length=200, upload_to="held", verbose_name="file")),
                        ("content_type", models.CharField(max_length=40, verbose_name="type")),
                    ],
                    options={
                        "verbose_name": "file about to go out",
                        "verbose_name_plural": "files about to go out",
                        "ordering": ["id"],
                    },
                ),
                CreateModel(
                    name="CannedAnswer",
                    fields=[
                        ("id", ID),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="canned_answers",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("text", models.TextField(verbose_name="text")),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "ready answer",
                        "verbose_name_plural": "ready answers",
                        "ordering": ["unit__order", "title", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("unit", "title"), name="canned_title_once_a_unit")
                        ],
                    },
                ),
                CreateModel(
                    name="Notice",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="notices",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="feedback.message",
                                verbose_name="message",
                            ),
                        ),
                        (
                            "topic",
                            models.CharField(
                                choices=[
                                    ("received", "your message has arrived"),
                                    ("answered", "there is an answer"),
                                    ("asked", "there is a question"),
                                    ("moved", "your case moved to another unit"),
                                    ("unit_new", "a new case in your unit"),
                                    ("unit_reply", "the citizen wrote"),
                                    ("unit_review", "a review is asked for"),
                                    ("merged", "your cases were joined"),
                                    ("unmerged", "your cases were parted"),
                                    ("unit_reject", "a rejection waits for a decision"),
                                    ("unit_back", "a rejection came back"),
                                    ("extended", "the deadline was extended"),
                                    ("late", "cases near or past their last day"),
                                    ("survey", "the survey is offered"),
                                ],
                                max_length=12,
                                verbose_name="topic",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("email", "e-mail"), ("sms", "SMS")],
                                max_length=5,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "recipient",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.CASCADE,
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="member of staff",
                            ),
                        ),
                        ("address", models.CharField(max_length=254, verbose_name="address")),
                        (
                            "occasion",
                            models.PositiveBigIntegerField(
                                default=0, editable=False, verbose_name="occasion"
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("fa", "Persian"), ("en", "English")],
                                default="fa",
                                max_length=2,
                                verbose_name="language",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "queued"),
                                    ("sent", "sent"),
                                    ("retrying", "trying again"),
                                    ("failed", "failed"),
                                    ("held", "waiting to be gathered with others"),
                                    ("gathered", "told in one notice with others"),
                                ],
                                default="queued",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                        (
                            "error",
                            models.CharField(blank=True, max_length=300, verbose_name="reason of failure"),
                        ),
                        ("resends", models.PositiveSmallIntegerField(default=0, verbose_name="sent again")),
                        (
                            "digest",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="gathered",
                                to="feedback.notice",
                                verbose_name="gathered in",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created")),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                    ],
                    options={
                        "verbose_name": "notice",
                        "verbose_name_plural": "notices",
                        "ordering": ["created_at", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("message", "topic", "channel", "address", "occasion"),
                                name="notice_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("case__isnull", False), ("message__isnull", False)),
                                    models.Q(
                                        ("case__isnull", True),
                                        ("message__isnull", True),
                                        ("recipient__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="notice_of_a_case_or_to_staff",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sent"), _negated=True),
                                    ("sent_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="notice_sent_says_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("digest__isnull", False), ("state", "gathered")),
                                    models.Q(
                                        models.Q(("state", "gathered"), _negated=True),
                                        ("digest__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="notice_gathered_says_where",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "held"), _negated=True),
                                    ("recipient__isnull", False),
                                    _connector="OR",
                                ),
                                name="notice_held_is_for_staff",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="PromisedTime",
                    fields=[
                        ("id", ID),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("request", "request"),
                                    ("complaint", "complaint"),
                                    ("suggestion", "suggestion"),
                                    ("criticism", "criticism"),
                                    ("misconduct", "report of misconduct"),
                                    ("praise", "thanks"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.service",
                                verbose_name="for this service only",
                            ),
                        ),
                        (
                            "answer_days",
                            models.PositiveSmallIntegerField(verbose_name="working days to the answer"),
                        ),
                        (
                            "first_action_days",
                            models.PositiveSmallIntegerField(
                                default=3, verbose_name="working days to the first action"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in force")),
                    ],
                    options={
                        "verbose_name": "promised time",
                        "verbose_name_plural": "promised times",
                        "ordering": ["kind", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("service__isnull", True)),
                                fields=("kind",),
                                name="promised_time_once_a_kind",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("service__isnull", False)),
                                fields=("kind", "service"),
                                name="promised_time_once_a_service",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "request",
                                            "complaint",
                                            "suggestion",
                                            "criticism",
                                            "misconduct",
                                            "praise",
                                        ],
                                    )
                                ),
                                name="promised_time_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("answer_days__range", (1, 60))),
                                name="promised_time_within_the_ceiling",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("first_action_days__gte", 1),
                                    ("first_action_days__lte", models.F("answer_days")),
                                ),
                                name="promised_time_acts_before_it_answers",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_active", True), ("service__isnull", False), _connector="OR"
                                ),
                                name="promised_time_of_a_kind_stays",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Extension",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="extensions",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="which one")),
                        ("days", models.PositiveSmallIntegerField(verbose_name="working days")),
                        ("reason", models.TextField(verbose_name="reason")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(verbose_name="decided")),
                    ],
                    options={
                        "verbose_name": "extension",
                        "verbose_name_plural": "extensions",
                        "ordering": ["number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "number"), name="extension_once"),
                            models.CheckConstraint(
                                condition=models.Q(("number__range", (1, 2))), name="extension_twice_at_most"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("days__range", (1, 60))), name="extension_days_sensible"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="extension_has_reason"
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="EscalationRule",
                    fields=[
                        ("id", ID),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("request", "request"),
                                    ("complaint", "complaint"),
                                    ("suggestion", "suggestion"),
                                    ("criticism", "criticism"),
                                    ("misconduct", "report of misconduct"),
                                    ("praise", "thanks"),
                                ],
                                max_length=12,
                                verbose_name="for this kind only",
                            ),
                        ),
                        (
                            "receiver",
                            models.CharField(
                                choices=[
                                    ("owner", "the officer who holds it"),
                                    ("head", "the head of the unit"),
                                    ("superior", "the head above the unit"),
                                    ("inspection", "the inspectors"),
                                ],
                                max_length=10,
                                verbose_name="who is told",
                            ),
                        ),
                        (
                            "percent",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="percent of the promised days"
                            ),
                        ),
                        (
                            "days_late",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="working days after the last day"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in force")),
                    ],
                    options={
                        "verbose_name": "rung of the ladder",
                        "verbose_name_plural": "escalation ladder",
                        "ordering": ["kind", "days_late", "percent"],
                        "constraints": [
                            models.UniqueConstraint(fields=("kind", "receiver"), name="escalation_rule_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("receiver__in", ["owner", "head", "superior", "inspection"])
                                ),
                                name="escalation_rule_receiver_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("days_late__isnull", True), ("percent__range", (1, 100))),
                                    models.Q(("days_late__range", (1, 60)), ("percent__isnull", True)),
                                    _connector="OR",
                                ),
                                name="escalation_rule_says_when",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="EscalationStep",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="escalations",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        ("counted_from", models.DateField(verbose_name="counted from")),
                        (
                            "receiver",
                            models.CharField(
                                choices=[
                                    ("owner", "the officer who holds it"),
                                    ("head", "the head of the unit"),
                                    ("superior", "the head above the unit"),
                                    ("inspection", "the inspectors"),
                                ],
                                max_length=10,
                                verbose_name="step",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due")),
                        (
                            "recipient",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="escalations",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who was told",
                            ),
                        ),
                        (
                            "notice",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.SET_NULL,
                                related_name="steps",
                                to="feedback.notice",
                                verbose_name="notice",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="when")),
                    ],
                    options={
                        "verbose_name": "late case told of",
                        "verbose_name_plural": "late cases told of",
                        "ordering": ["-at", "-id"],
                        "indexes": [
                            models.Index(fields=["recipient", "-at"], name="escalation_of_recipient")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "counted_from", "receiver"), name="escalation_step_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("receiver__in", ["owner", "head", "superior", "inspection"])
                                ),
                                name="escalation_receiver_known",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Export",
                    fields=[
                        ("id", ID),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked by",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked on")),
                        ("purpose", models.CharField(max_length=200, verbose_name="what for")),
                        ("narrowed", models.CharField(max_length=400, verbose_name="which cases")),
                        (
                            "form",
                            models.CharField(
                                choices=[("xlsx", "workbook (XLSX)"), ("csv", "plain table (CSV)")],
                                default="xlsx",
                                max_length=4,
                                verbose_name="kind of file",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("fa", "Persian"), ("en", "English")],
                                default="fa",
                                max_length=2,
                                verbose_name="language",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "waiting"),
                                    ("running", "being made"),
                                    ("ready", "ready to download"),
                                    ("failed", "empty: nothing in it may be taken out"),
                                    ("gone", "the file is deleted"),
                                ],
                                default="asked",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("total", models.PositiveIntegerField(verbose_name="cases found")),
                        ("done", models.PositiveIntegerField(default=0, verbose_name="cases looked at")),
                        ("count", models.PositiveIntegerField(default=0, verbose_name="cases in the file")),
                        ("part", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "file",
                            models.FileField(
                                blank=True, max_length=200, upload_to="exports", verbose_name="file"
                            ),
                        ),
                        ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="made on")),
                        (
                            "fetched_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="last downloaded on"),
                        ),
                    ],
                    options={
                        "verbose_name": "list taken out",
                        "verbose_name_plural": "lists taken out",
                        "ordering": ["-asked_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["asked", "running", "ready", "failed", "gone"])
                                ),
                                name="export_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "ready"), _negated=True),
                                    models.Q(
                                        ("made_at__isnull", False), models.Q(("file", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="export_ready_has_its_file",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "gone"), _negated=True), ("file", ""), _connector="OR"
                                ),
                                name="export_gone_has_no_file",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="ExportPart",
                    fields=[
                        ("id", ID),
                        (
                            "export",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="parts",
                                to="feedback.export",
                                verbose_name="list taken out",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="part")),
                        (
                            "cases",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), size=None, verbose_name="cases"
                            ),
                        ),
                        ("rows", models.JSONField(default=list, verbose_name="rows")),
                    ],
                    options={
                        "verbose_name": "part of a list",
                        "verbose_name_plural": "parts of a list",
                        "ordering": ["number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("export", "number"), name="export_part_once")
                        ],
                    },
                ),
                CreateModel(
                    name="Figures",
                    fields=[
                        ("id", ID),
                        ("since", models.DateField(verbose_name="from")),
                        ("until", models.DateField(unique=True, verbose_name="until")),
                        ("received", models.PositiveIntegerField(verbose_name="messages received")),
                        ("due", models.PositiveIntegerField(verbose_name="answered or due")),
                        ("late", models.PositiveIntegerField(verbose_name="of these late")),
                        (
                            "median_days",
                            models.PositiveSmallIntegerField(
                                verbose_name="median of working days to an answer"
                            ),
                        ),
                        ("overdue_open", models.PositiveIntegerField(verbose_name="open and overdue")),
                        ("counted_at", models.DateTimeField(verbose_name="counted")),
                    ],
                    options={
                        "verbose_name": "figures of our work",
                        "verbose_name_plural": "figures of our work",
                        "ordering": ["-until"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("late__lte", models.F("due")),
                                    ("due__lte", models.F("received")),
                                    ("since__lt", models.F("until")),
                                ),
                                name="figures_add_up",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="WrongCodes",
                    fields=[
                        ("id", ID),
                        ("hour", models.DateTimeField(verbose_name="hour")),
                        ("neighbourhood", models.SmallIntegerField(verbose_name="neighbourhood")),
                        ("count", models.PositiveIntegerField(default=0, verbose_name="count")),
                    ],
                    options={
                        "verbose_name": "wrong codes",
                        "verbose_name_plural": "wrong codes",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("hour", "neighbourhood"), name="wrong_codes_once_an_hour"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="SpentQuestion",
                    fields=[
                        ("id", ID),
                        ("nonce", models.CharField(max_length=32, unique=True, verbose_name="nonce")),
                        ("spent_at", models.DateTimeField(auto_now_add=True, verbose_name="spent")),
                    ],
                    options={
                        "verbose_name": "spent question",
                        "verbose_name_plural": "spent questions",
                    },
                ),
                CreateModel(
                    name="HeldFile",
                    fields=[
                        ("id", ID),
                        (
                            "holder",
                            models.BinaryField(max_length=32, verbose_name="digest of the form token"),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("file", models.FileField(max_length=200, upload_to="held", verbose_name="file")),
                        ("content_type", models.CharField(max_length=40, verbose_name="type")),
                        ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                        ("is_voice", models.BooleanField(default=False, verbose_name="voice message")),
                        ("held_at", models.DateTimeField(verbose_name="held since")),
                    ],
                    options={
                        "verbose_name": "held file",
                        "verbose_name_plural": "held files",
                        "ordering": ["id"],
                        "indexes": [
                            models.Index(fields=["holder"], name="held_file_holder"),
                            models.Index(fields=["held_at"], name="held_file_age"),
                        ],
                    },
                ),
                CreateModel(
                    name="Cluster",
                    fields=[
                        ("id", ID),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="clusters",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "answer",
                            models.OneToOneField(
                                on_delete=models.PROTECT,
                                related_name="cluster",
                                to="feedback.message",
                                verbose_name="answer",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made")),
                    ],
                    options={
                        "verbose_name": "answer to similar cases",
                        "verbose_name_plural": "answers to similar cases",
                        "ordering": ["made_at", "id"],
                    },
                ),
                CreateModel(
                    name="ClusterCase",
                    fields=[
                        ("id", ID),
                        (
                            "cluster",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="cases",
                                to="feedback.cluster",
                                verbose_name="cluster",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="in_clusters",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "answer",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="feedback.message",
                                verbose_name="answer",
                            ),
                        ),
                        ("is_refused", models.BooleanField(default=False, verbose_name="not sent")),
                    ],
                    options={
                        "verbose_name": "similar case",
                        "verbose_name_plural": "similar cases",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("cluster", "case"), name="cluster_case_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_refused", False), ("answer__isnull", True), _connector="OR"
                                ),
                                name="cluster_case_is_sent_or_refused",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="RetentionRule",
                    fields=[
                        ("id", ID),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("request", "request"),
                                    ("complaint", "complaint"),
                                    ("suggestion", "suggestion"),
                                    ("criticism", "criticism"),
                                    ("misconduct", "report of misconduct"),
                                    ("praise", "thanks"),
                                ],
                                max_length=12,
                                unique=True,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "months",
                            models.PositiveSmallIntegerField(
                                help_text="Counted from the last thing that happened in a settled case.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(600),
                                ],
                                verbose_name="months",
                            ),
                        ),
                        (
                            "ground",
                            models.CharField(
                                blank=True,
                                help_text="The rule or the decision that names this time.",
                                max_length=200,
                                verbose_name="legal ground",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "time of keeping",
                        "verbose_name_plural": "times of keeping",
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("months__range", (1, 600))), name="retention_months_sane"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "request",
                                            "complaint",
                                            "suggestion",
                                            "criticism",
                                            "misconduct",
                                            "praise",
                                        ],
                                    )
                                ),
                                name="retention_kind_known",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="LegalHold",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="holds",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        (
                            "set_by",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="kept by",
                            ),
                        ),
                        ("set_at", models.DateTimeField(verbose_name="kept since")),
                        (
                            "lifted_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="lifted by",
                            ),
                        ),
                        ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted on")),
                    ],
                    options={
                        "verbose_name": "case kept longer",
                        "verbose_name_plural": "cases kept longer",
                        "ordering": ["-set_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lifted_at__isnull", True)),
                                fields=("case",),
                                name="hold_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                                    models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="hold_lifted_says_who_and_when",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Erasure",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=models.PROTECT,
                                related_name="erasure",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        ("erased_at", models.DateTimeField(verbose_name="erased on")),
                        ("months", models.PositiveSmallIntegerField(verbose_name="months")),
                        ("texts", models.PositiveIntegerField(verbose_name="texts")),
                        ("files", models.PositiveIntegerField(verbose_name="files")),
                        ("transaction", models.BigIntegerField(default=0, editable=False)),
                    ],
                    options={
                        "verbose_name": "erasure",
                        "verbose_name_plural": "erasures",
                        "ordering": ["id"],
                    },
                ),
                CreateModel(
                    name="ErasedText",
                    fields=[
                        ("id", ID),
                        (
                            "erasure",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="digests",
                                to="feedback.erasure",
                                verbose_name="erasure",
                            ),
                        ),
                        ("table", models.CharField(max_length=20, verbose_name="table")),
                        ("row", models.BigIntegerField(verbose_name="row")),
                        ("digest", models.BinaryField(max_length=32, verbose_name="SHA-256 of the text")),
                    ],
                    options={
                        "verbose_name": "digest of an erased text",
                        "verbose_name_plural": "digests of erased texts",
                        "constraints": [
                            models.UniqueConstraint(fields=("table", "row"), name="erased_text_once")
                        ],
                    },
                ),
                CreateModel(
                    name="RecordSeal",
                    fields=[
                        ("id", ID),
                        ("table", models.CharField(max_length=20, verbose_name="table")),
                        ("first", models.BigIntegerField(verbose_name="first row")),
                        ("last", models.BigIntegerField(verbose_name="last row")),
                        ("rows", models.PositiveIntegerField(verbose_name="rows")),
                        ("seal", models.BinaryField(max_length=32, verbose_name="seal")),
                        ("seen", models.BigIntegerField(verbose_name="newest row")),
                        ("made_at", models.DateTimeField(verbose_name="made on")),
                    ],
                    options={
                        "verbose_name": "seal of the record",
                        "verbose_name_plural": "seals of the record",
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("seen__gte", models.F("last"))), name="record_seal_lags"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="CaseRead",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="reads",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "reader",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="reader",
                            ),
                        ),
                        ("hour", models.DateTimeField(verbose_name="hour")),
                        ("at", models.DateTimeField(verbose_name="first looked at")),
                    ],
                    options={
                        "verbose_name": "look into a confidential case",
                        "verbose_name_plural": "looks into confidential cases",
                        "ordering": ["-at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "reader", "hour"), name="case_read_once_an_hour"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("at__gte", models.F("hour"))),
                                name="case_read_within_its_hour",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="CaseEvent",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="events",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("submitted", "received"),
                                    ("routed", "sent to the unit"),
                                    ("assigned", "given to an officer"),
                                    ("taken", "taken up"),
                                    ("noted", "internal note written"),
                                    ("asked", "citizen asked"),
                                    ("replied", "citizen wrote"),
                                    ("answered", "answered"),
                                    ("redirected", "sent to another unit"),
                                    ("referred_out", "referred to another body"),
                                    ("opened", "opened by the citizen"),
                                    ("dictated", "code dictated to staff"),
                                    ("entered", "entered by staff"),
                                    ("code_replaced", "one-time code replaced by the citizen"),
                                    ("rated", "answer rated"),
                                    ("review_asked", "review asked for"),
                                    ("taken_back", "taken back before it went out"),
                                    ("reject_asked", "rejection proposed"),
                                    ("reject_back", "rejection sent back"),
                                    ("rejected", "rejected"),
                                    ("merged", "joined with another case"),
                                    ("unmerged", "parted from the other case"),
                                    ("resent", "notice sent again"),
                                    ("contact", "phone or e-mail corrected"),
                                    ("kept", "to be kept longer"),
                                    ("released", "no longer to be kept longer"),
                                    ("erased", "texts, names and files erased"),
                                    ("extended", "deadline extended"),
                                    ("recounted", "deadline counted anew"),
                                    ("escalated", "told of as near or late"),
                                    ("recused", "officer recused himself"),
                                ],
                                max_length=14,
                                verbose_name="event",
                            ),
                        ),
                        (
                            "side",
                            models.CharField(
                                choices=[
                                    ("citizen", "citizen"),
                                    ("staff", "staff"),
                                    ("system", "the portal"),
                                ],
                                max_length=8,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="actor",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        ("reason", models.TextField(blank=True, verbose_name="reason")),
                        ("at", models.DateTimeField(verbose_name="when")),
                    ],
                    options={
                        "verbose_name": "event",
                        "verbose_name_plural": "events",
                        "ordering": ["at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("actor__isnull", False), ("side", "staff")),
                                    models.Q(
                                        models.Q(("side", "staff"), _negated=True), ("actor__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="event_staff_has_actor",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="RoutingDecision",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="decisions",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        ("stage", models.CharField(max_length=12, verbose_name="stage")),
                        (
                            "ruleset_version",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="version of the rules"
                            ),
                        ),
                        ("rule_code", models.CharField(blank=True, max_length=16, verbose_name="rule")),
                        ("points", models.JSONField(default=dict, verbose_name="points per unit")),
                        ("excluded", models.JSONField(default=list, verbose_name="excluded units")),
                        ("reasons", models.JSONField(default=list, verbose_name="reasons")),
                        (
                            "overridden_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="overridden by",
                            ),
                        ),
                        (
                            "override_reason",
                            models.TextField(blank=True, verbose_name="reason of the override"),
                        ),
                        ("decided_at", models.DateTimeField(verbose_name="decided")),
                    ],
                    options={
                        "verbose_name": "routing decision",
                        "verbose_name_plural": "routing decisions",
                        "ordering": ["decided_at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("overridden_by__isnull", True), ("override_reason", "")),
                                    models.Q(
                                        ("overridden_by__isnull", False),
                                        models.Q(("override_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="override_has_reason",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Deadline",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="deadlines",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        ("policy", models.CharField(max_length=64, verbose_name="promise")),
                        ("days", models.PositiveSmallIntegerField(verbose_name="working days")),
                        ("registered_on", models.DateField(verbose_name="registered on")),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                        (
                            "calendar",
                            models.CharField(
                                blank=True, max_length=16, verbose_name="fingerprint of the calendar"
                            ),
                        ),
                        ("set_at", models.DateTimeField(verbose_name="set")),
                    ],
                    options={
                        "verbose_name": "deadline",
                        "verbose_name_plural": "deadlines",
                        "ordering": ["set_at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("due_on__gt", models.F("registered_on"))),
                                name="deadline_after_registration",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "due_on__lte",
                                        models.expressions.CombinedExpression(
                                            models.F("registered_on"),
                                            "+",
                                            models.Value(datetime.timedelta(days=90)),
                                        ),
                                    )
                                ),
                                name="deadline_within_three_months",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Pause",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="pauses",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        ("began_at", models.DateTimeField(verbose_name="began")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                    ],
                    options={
                        "verbose_name": "pause",
                        "verbose_name_plural": "pauses",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("case",),
                                name="pause_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", True),
                                    ("ended_at__gte", models.F("began_at")),
                                    _connector="OR",
                                ),
                                name="pause_ends_after",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="ReferenceMark",
                    fields=[
                        ("id", ID),
                        ("mark", models.UUIDField(verbose_name="mark")),
                    ],
                    options={
                        "verbose_name": "mark of the reference data",
                        "verbose_name_plural": "marks of the reference data",
                    },
                ),
                CreateModel(
                    name="Rejection",
                    fields=[
                        ("id", ID),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="rejections",
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "ground",
                            models.CharField(
                                choices=[
                                    ("law", "the law does not allow it"),
                                    ("decided", "it was decided before, and nothing new was brought"),
                                    ("court", "a court is dealing with the matter"),
                                    ("unfounded", "the facts we found do not bear it out"),
                                    ("unclear", "what we need to act on it did not come, though we asked"),
                                    ("impossible", "it cannot be done with the means we have"),
                                ],
                                max_length=12,
                                verbose_name="reason",
                            ),
                        ),
                        ("body", models.TextField(verbose_name="explanation")),
                        ("law", models.TextField(verbose_name="legal ground")),
                        ("onward", models.TextField(verbose_name="where to go next")),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="proposed by",
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("approved", "approved"),
                                    ("returned", "sent back"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                max_length=10,
                                verbose_name="outcome",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                        (
                            "answer",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="rejection",
                                to="feedback.message",
                                verbose_name="answer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rejection",
                        "verbose_name_plural": "rejections",
                        "ordering": ["proposed_at", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("outcome", "")),
                                fields=("case",),
                                name="rejection_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by__isnull", True),
                                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="rejection_is_decided_by_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at__isnull", True),
                                        ("decided_by__isnull", True),
                                        ("outcome", ""),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", True),
                                        ("outcome", "withdrawn"),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        ("outcome__in", ["approved", "returned"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="rejection_decided_says_who_and_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answer__isnull", False), ("outcome", "approved")),
                                    models.Q(
                                        models.Q(("outcome", "approved"), _negated=True),
                                        ("answer__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="rejection_approved_has_its_answer",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("body", ""), _negated=True),
                                    models.Q(("law", ""), _negated=True),
                                    models.Q(("onward", ""), _negated=True),
                                ),
                                name="rejection_says_why_and_where_next",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="CaseWords",
                    fields=[
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=models.CASCADE,
                                primary_key=True,
                                related_name="word_row",
                                serialize=False,
                                to="feedback.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "words",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), size=None, verbose_name="words"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "words of a case",
                        "verbose_name_plural": "words of cases",
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(fields=["words"], name="case_words")
                        ],
                    },
                ),
                CreateModel(
                    name="Word",
                    fields=[
                        ("word", models.TextField(primary_key=True, serialize=False, verbose_name="word")),
                        ("cases", models.PositiveIntegerField(verbose_name="cases, roughly")),
                        (
                            "forms",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(),
                                size=None,
                                verbose_name="the word without one letter",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "word",
                        "verbose_name_plural": "vocabulary",
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(fields=["forms"], name="word_forms")
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RECORD_STAYS, RECORD_GOES),
        *[_stays(table, "UPDATE OR DELETE") for table in NEVER_CHANGED],
        *[_stays(table, "DELETE") for table in NEVER_DELETED],
        migrations.RunSQL(CASE_STAYS, CASE_GOES),
        migrations.RunSQL(ERASURE_MARKED, ERASURE_UNMARKED),
        migrations.RunSQL(WORDS, "DROP FUNCTION feedback_words(text)"),
        migrations.RunSQL(FORMS, "DROP FUNCTION feedback_word_forms(text)"),
        migrations.RunSQL(INDEX_CASES, "DROP FUNCTION feedback_index_cases(bigint[])"),
        migrations.RunSQL(WORDS_FOLLOW, WORDS_STAY_BEHIND),
        migrations.RunSQL(MARK, "DROP FUNCTION feedback_mark_reference()"),
        *[
            migrations.RunSQL(MARKS.format(table=table), f"DROP TRIGGER {table}_marks ON {table}")
            for table in KEPT_IN_MEMORY
        ],
        migrations.RunPython(write_rules, migrations.RunPython.noop),
    ]
