"""How did we do: every table of the surveys, and the triggers that keep what was asked, answered and counted.

Takes the place of eight migrations (decision 32).
"""

import uuid

import django.contrib.postgres.fields
import django.core.validators
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import CreateModel

from portal.migrating import CreateTables

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")

# Errors of the guards are of class 23, as those of constraints.

#: A published version stays as it was asked: the version, its sections, questions and options.
VERSIONS_STAY = """
CREATE FUNCTION surveys_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    -- The one way on: a published version is retired, and nothing else about it changes.
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired'
        AND to_jsonb(NEW) - 'state' - 'retired_at' = to_jsonb(OLD) - 'state' - 'retired_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'version % is % and stays as it is', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION surveys_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part jsonb;
    home bigint;
    home_state text;
BEGIN
    FOREACH part IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        CONTINUE WHEN part IS NULL;
        home := part ->> 'version_id';
        IF home IS NULL THEN
            SELECT version_id INTO home FROM surveys_item WHERE id = (part ->> 'item_id')::bigint;
        END IF;
        -- The lock makes a change wait for a publication under way, and the other way round.
        SELECT state INTO home_state FROM surveys_version WHERE id = home FOR SHARE;
        IF home_state <> 'draft' THEN
            RAISE EXCEPTION 'version % is % and stays as it is', home, home_state USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    IF TG_TABLE_NAME = 'surveys_item' AND TG_OP <> 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM surveys_section WHERE id = NEW.section_id AND version_id = NEW.version_id) THEN
            RAISE EXCEPTION 'item % is in a section of another version', NEW.code USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_version
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_version();
CREATE TRIGGER surveys_guard BEFORE INSERT OR UPDATE OR DELETE ON surveys_section
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_part();
CREATE TRIGGER surveys_guard BEFORE INSERT OR UPDATE OR DELETE ON surveys_item
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_part();
CREATE TRIGGER surveys_guard BEFORE INSERT OR UPDATE OR DELETE ON surveys_option
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_part();
"""
VERSIONS_GO = """
DROP TRIGGER surveys_guard ON surveys_option;
DROP TRIGGER surveys_guard ON surveys_item;
DROP TRIGGER surveys_guard ON surveys_section;
DROP TRIGGER surveys_guard ON surveys_version;
DROP FUNCTION surveys_guard_part();
DROP FUNCTION surveys_guard_version();
"""

#: What was answered and what was counted from it is only ever added to.
ANSWERS_STAY = """
CREATE FUNCTION surveys_guard_response() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'surveys_response' AND TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'flags' - 'counter_id' = to_jsonb(OLD) - 'flags' - 'counter_id' THEN
            -- Where it was may be forgotten, and is never learned again.
            IF NEW.counter_id IS NULL OR NEW.counter_id = OLD.counter_id THEN
                RETURN NEW;
            END IF;
        END IF;
    END IF;
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_response
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_response();
CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_answervalue
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_response();
CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_closing
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_response();
CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_tally
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_response();
CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_countertally
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_response();
"""
ANSWERS_GO = """
DROP TRIGGER surveys_guard ON surveys_countertally;
DROP TRIGGER surveys_guard ON surveys_tally;
DROP TRIGGER surveys_guard ON surveys_closing;
DROP TRIGGER surveys_guard ON surveys_answervalue;
DROP TRIGGER surveys_guard ON surveys_response;
DROP FUNCTION surveys_guard_response();
"""

#: A visit code is used once.
CODES_STAY = """
CREATE FUNCTION surveys_guard_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A code is used once: the mark is set and never taken away.
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'is_spent' = to_jsonb(OLD) - 'is_spent' AND NEW.is_spent >= OLD.is_spent THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a used visit code stays used' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_visittoken
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_token();
"""
CODES_GO = """
DROP TRIGGER surveys_guard ON surveys_visittoken;
DROP FUNCTION surveys_guard_token();
"""

#: No way round the guards of single rows: these tables are never emptied as a whole.
NEVER_EMPTIED = (
    *("version", "section", "item", "option"),
    *("response", "answervalue", "closing", "tally", "countertally"),
    "visittoken",
)
TABLES_STAY = """
CREATE FUNCTION surveys_guard_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Set by test runs, which empty their throw-away database between tests.
    IF current_setting('portal.truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
TABLE_STAYS = """
CREATE TRIGGER surveys_guard_table BEFORE TRUNCATE ON surveys_{0}
    FOR EACH STATEMENT EXECUTE FUNCTION surveys_guard_table();
"""
TABLE_GOES = "DROP TRIGGER surveys_guard_table ON surveys_{0}"


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("surveys", "0001_initial"),
        ("surveys", "0002_visits_and_quarters"),
        ("surveys", "0003_paper_forms"),
        ("surveys", "0010_card_reviews"),
        ("surveys", "0011_themes_of_comments"),
        ("surveys", "0012_counters"),
        ("surveys", "0013_findings_of_actions"),
        ("surveys", "0014_refused_codes"),
    ]

    dependencies = [
        ("directory", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables(
            [
                CreateModel(
                    name="Questionnaire",
                    fields=[
                        ("id", ID),
                        (
                            "slug",
                            models.SlugField(max_length=32, unique=True, verbose_name="name in the address"),
                        ),
                        ("title_fa", models.CharField(max_length=120, verbose_name="title in Persian")),
                        (
                            "title_en",
                            models.CharField(blank=True, max_length=120, verbose_name="title in English"),
                        ),
                        (
                            "asks_service",
                            models.BooleanField(default=False, verbose_name="asks which service it is about"),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "questionnaire",
                        "verbose_name_plural": "questionnaires",
                        "ordering": ["order", "slug"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("slug__in", ("results", "useful", "kiosk")), _negated=True
                                ),
                                name="questionnaire_slug_is_free",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Version",
                    fields=[
                        ("id", ID),
                        (
                            "questionnaire",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="versions",
                                to="surveys.questionnaire",
                                verbose_name="questionnaire",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                        (
                            "series",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="Figures are compared and added up within one series only.",
                                verbose_name="series",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("published", "published"),
                                    ("retired", "retired"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "change",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("patch", "spelling only"),
                                    ("minor", "question or option added"),
                                    ("major", "meaning, scale, order or duty to answer changed"),
                                ],
                                max_length=6,
                                verbose_name="change",
                            ),
                        ),
                        (
                            "change_note",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="what was changed and why"
                            ),
                        ),
                        ("heading_fa", models.CharField(max_length=120, verbose_name="heading in Persian")),
                        (
                            "heading_en",
                            models.CharField(blank=True, max_length=120, verbose_name="heading in English"),
                        ),
                        (
                            "intro_fa",
                            models.CharField(
                                blank=True, max_length=400, verbose_name="introduction in Persian"
                            ),
                        ),
                        (
                            "intro_en",
                            models.CharField(
                                blank=True, max_length=400, verbose_name="introduction in English"
                            ),
                        ),
                        (
                            "published_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="published on"),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="published by",
                            ),
                        ),
                        (
                            "retired_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="retired on"),
                        ),
                    ],
                    options={
                        "verbose_name": "version of a questionnaire",
                        "verbose_name_plural": "versions of questionnaires",
                        "ordering": ["questionnaire", "-number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("questionnaire", "number"), name="version_number_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "published")),
                                fields=("questionnaire",),
                                name="version_one_published",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "draft")),
                                fields=("questionnaire",),
                                name="version_one_draft",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("published_at__isnull", True),
                                        ("retired_at__isnull", True),
                                        ("state", "draft"),
                                    ),
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("retired_at__isnull", True),
                                        ("state", "published"),
                                    ),
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("retired_at__gte", models.F("published_at")),
                                        ("state", "retired"),
                                    ),
                                    _connector="OR",
                                ),
                                name="version_state_has_its_times",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Section",
                    fields=[
                        ("id", ID),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="sections",
                                to="surveys.version",
                                verbose_name="version",
                            ),
                        ),
                        ("title_fa", models.CharField(max_length=80, verbose_name="title in Persian")),
                        (
                            "title_en",
                            models.CharField(blank=True, max_length=80, verbose_name="title in English"),
                        ),
                        ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "section",
                        "verbose_name_plural": "sections",
                        "ordering": ["order", "id"],
                    },
                ),
                CreateModel(
                    name="Item",
                    fields=[
                        ("id", ID),
                        (
                            "section",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="items",
                                to="surveys.section",
                                verbose_name="section",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="items",
                                to="surveys.version",
                                verbose_name="version",
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                max_length=24,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z][A-Z0-9_]*$",
                                        "Capital Latin letters, digits and _ only, a letter first.",
                                    )
                                ],
                                verbose_name="code",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("five_point", "five-point scale"),
                                    ("single", "one of several options"),
                                    ("several", "several options"),
                                    ("yes_no", "yes or no"),
                                    ("short_text", "short text"),
                                    ("long_text", "long text"),
                                    ("number", "a number"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "scale",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("SAT5", "very satisfied … very dissatisfied"),
                                    ("AGR5", "strongly agree … strongly disagree"),
                                ],
                                max_length=4,
                                verbose_name="scale",
                            ),
                        ),
                        ("is_compulsory", models.BooleanField(default=False, verbose_name="compulsory")),
                        (
                            "limit",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="Longest text in characters, or the largest number.",
                                null=True,
                                verbose_name="limit",
                            ),
                        ),
                        (
                            "show_if",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text='For example {"item": "S_MATCH", "op": "any_of", "values": ["1", "2"]}; empty: always.',
                                verbose_name="ask only if",
                            ),
                        ),
                        ("wording_fa", models.CharField(max_length=300, verbose_name="wording in Persian")),
                        (
                            "wording_en",
                            models.CharField(blank=True, max_length=300, verbose_name="wording in English"),
                        ),
                        (
                            "hint_fa",
                            models.CharField(blank=True, max_length=300, verbose_name="hint in Persian"),
                        ),
                        (
                            "hint_en",
                            models.CharField(blank=True, max_length=300, verbose_name="hint in English"),
                        ),
                        ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "question",
                        "verbose_name_plural": "questions",
                        "ordering": ["order", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "code"), name="item_code_once"),
                            models.CheckConstraint(
                                condition=models.Q(("code__regex", "^[A-Z][A-Z0-9_]*$")),
                                name="item_code_upper_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind", "five_point"), ("scale", ""), _connector="OR"),
                                name="item_scale_of_five_points_only",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Option",
                    fields=[
                        ("id", ID),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="options",
                                to="surveys.item",
                                verbose_name="question",
                            ),
                        ),
                        (
                            "value",
                            models.CharField(
                                max_length=20,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[a-z0-9_]+$", "Small Latin letters, digits and _ only."
                                    )
                                ],
                                verbose_name="value",
                            ),
                        ),
                        ("label_fa", models.CharField(max_length=120, verbose_name="label in Persian")),
                        (
                            "label_en",
                            models.CharField(blank=True, max_length=120, verbose_name="label in English"),
                        ),
                        (
                            "is_missing",
                            models.BooleanField(default=False, verbose_name="counts as no answer"),
                        ),
                        ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "option",
                        "verbose_name_plural": "options",
                        "ordering": ["order", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("item", "value"), name="option_value_once"),
                            models.CheckConstraint(
                                condition=models.Q(("value__regex", "^[a-z0-9_]+$")),
                                name="option_value_lower_case",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Counter",
                    fields=[
                        ("id", ID),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who works here",
                            ),
                        ),
                        ("person_since", models.DateField(blank=True, null=True, verbose_name="since")),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "counter",
                        "verbose_name_plural": "counters",
                        "ordering": ["unit", "name"],
                        "constraints": [
                            models.UniqueConstraint(fields=("unit", "name"), name="counter_name_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("person__isnull", True), ("person_since__isnull", True)),
                                    models.Q(("person__isnull", False), ("person_since__isnull", False)),
                                    _connector="OR",
                                ),
                                name="counter_person_has_a_day",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="VisitSheet",
                    fields=[
                        ("id", ID),
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
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.service",
                                verbose_name="service",
                            ),
                        ),
                        (
                            "counter",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="surveys.counter",
                                verbose_name="counter",
                            ),
                        ),
                        (
                            "count",
                            models.PositiveSmallIntegerField(
                                default=30,
                                validators=[
                                    django.core.validators.MinValueValidator(10),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="codes",
                            ),
                        ),
                        ("seed", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "key",
                            models.PositiveSmallIntegerField(
                                editable=False, verbose_name="number of the pepper"
                            ),
                        ),
                        ("issued_on", models.DateField(editable=False, verbose_name="issued on")),
                        (
                            "issued_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="issued by",
                            ),
                        ),
                        ("expires_on", models.DateField(verbose_name="last day of use")),
                        ("is_void", models.BooleanField(default=False, verbose_name="void")),
                        (
                            "refused",
                            models.PositiveIntegerField(
                                default=0, editable=False, verbose_name="refused, the code being used"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "sheet of visit codes",
                        "verbose_name_plural": "sheets of visit codes",
                        "ordering": ["-issued_on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("count__gte", 10), ("count__lte", 100)),
                                name="sheet_holds_enough_codes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_on__gte", models.F("issued_on"))),
                                name="sheet_expires_after_issue",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="VisitToken",
                    fields=[
                        ("id", ID),
                        (
                            "sheet",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="tokens",
                                to="surveys.visitsheet",
                                verbose_name="sheet",
                            ),
                        ),
                        ("digest", models.BinaryField(max_length=32, unique=True, verbose_name="keyed hash")),
                        ("is_spent", models.BooleanField(default=False, verbose_name="used")),
                    ],
                    options={
                        "verbose_name": "visit code",
                        "verbose_name_plural": "visit codes",
                    },
                ),
                CreateModel(
                    name="Kiosk",
                    fields=[
                        ("id", ID),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
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
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.service",
                                verbose_name="service",
                            ),
                        ),
                        (
                            "counter",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="surveys.counter",
                                verbose_name="counter",
                            ),
                        ),
                        (
                            "key_digest",
                            models.BinaryField(max_length=32, unique=True, verbose_name="hash of the key"),
                        ),
                        ("added_at", models.DateTimeField(editable=False, verbose_name="added on")),
                        (
                            "last_answer_on",
                            models.DateField(
                                blank=True, editable=False, null=True, verbose_name="last answer on"
                            ),
                        ),
                        (
                            "revoked_at",
                            models.DateTimeField(
                                blank=True, editable=False, null=True, verbose_name="revoked on"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "kiosk",
                        "verbose_name_plural": "kiosks",
                        "ordering": ["name", "id"],
                    },
                ),
                CreateModel(
                    name="Offer",
                    fields=[
                        ("id", ID),
                        ("digest", models.BinaryField(max_length=32, unique=True)),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                    ],
                    options={
                        "verbose_name": "offer",
                        "verbose_name_plural": "offers",
                        "indexes": [models.Index(fields=["day"], name="offer_by_day")],
                    },
                ),
                CreateModel(
                    name="VisitCount",
                    fields=[
                        ("id", ID),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        ("count", models.PositiveIntegerField(verbose_name="visits")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="entered by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "visits of a day",
                        "verbose_name_plural": "visits of a day",
                        "ordering": ["-day", "unit"],
                        "constraints": [
                            models.UniqueConstraint(fields=("unit", "day"), name="visit_count_once")
                        ],
                    },
                ),
                CreateModel(
                    name="PaperEntry",
                    fields=[
                        ("id", ID),
                        (
                            "token",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="entries",
                                to="surveys.visittoken",
                                verbose_name="visit code",
                            ),
                        ),
                        ("is_second", models.BooleanField(default=False, verbose_name="second keying")),
                        ("answers", models.JSONField(verbose_name="answers")),
                        (
                            "keyed_by",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="keyed by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "keyed paper form",
                        "verbose_name_plural": "keyed paper forms",
                        "constraints": [
                            models.UniqueConstraint(fields=("token", "is_second"), name="paper_entry_once")
                        ],
                    },
                ),
                CreateModel(
                    name="PaperBatch",
                    fields=[
                        ("id", ID),
                        (
                            "sheet",
                            models.OneToOneField(
                                on_delete=models.PROTECT,
                                related_name="batch",
                                to="surveys.visitsheet",
                                verbose_name="sheet",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day of the visits")),
                        ("keyed", models.PositiveSmallIntegerField(verbose_name="forms keyed")),
                        ("checked", models.PositiveSmallIntegerField(verbose_name="forms keyed twice")),
                        ("compared", models.PositiveIntegerField(verbose_name="answers compared")),
                        ("differed", models.PositiveIntegerField(verbose_name="of them different")),
                        (
                            "spoiled",
                            models.PositiveSmallIntegerField(
                                verbose_name="forms left out, their code being used online"
                            ),
                        ),
                        ("closed_at", models.DateTimeField(verbose_name="closed on")),
                        (
                            "closed_by",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="closed by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "batch of paper forms",
                        "verbose_name_plural": "batches of paper forms",
                        "ordering": ["-closed_at"],
                    },
                ),
                CreateModel(
                    name="Closing",
                    fields=[
                        ("id", ID),
                        ("year", models.PositiveSmallIntegerField(verbose_name="Jalali year")),
                        ("quarter", models.PositiveSmallIntegerField(verbose_name="quarter")),
                        ("edition", models.PositiveSmallIntegerField(default=1, verbose_name="edition")),
                        ("snapshot_hash", models.CharField(max_length=64, verbose_name="hash of its sums")),
                        ("closed_at", models.DateTimeField(verbose_name="counted on")),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="counted by",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="reason of the recount"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "closed quarter",
                        "verbose_name_plural": "closed quarters",
                        "ordering": ["-year", "-quarter", "-edition"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("year", "quarter", "edition"), name="closing_edition_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                                name="closing_of_one_of_four_quarters",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("edition", 1), models.Q(("reason", ""), _negated=True), _connector="OR"
                                ),
                                name="closing_recount_has_its_reason",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Tally",
                    fields=[
                        ("id", ID),
                        (
                            "closing",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="tallies",
                                to="surveys.closing",
                                verbose_name="quarter",
                            ),
                        ),
                        (
                            "questionnaire",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="surveys.questionnaire",
                                verbose_name="questionnaire",
                            ),
                        ),
                        ("series", models.PositiveSmallIntegerField(verbose_name="series")),
                        ("is_assured", models.BooleanField(verbose_name="official")),
                        (
                            "unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.service",
                                verbose_name="service",
                            ),
                        ),
                        ("code", models.CharField(blank=True, max_length=25, verbose_name="code")),
                        ("value", models.CharField(blank=True, max_length=20, verbose_name="value")),
                        ("count", models.PositiveIntegerField(verbose_name="number")),
                    ],
                    options={
                        "verbose_name": "sum",
                        "verbose_name_plural": "sums",
                        "indexes": [
                            models.Index(
                                fields=["closing", "questionnaire", "is_assured", "code"],
                                name="tally_by_question",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="CounterTally",
                    fields=[
                        ("id", ID),
                        (
                            "closing",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="counter_tallies",
                                to="surveys.closing",
                                verbose_name="quarter",
                            ),
                        ),
                        (
                            "questionnaire",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="surveys.questionnaire",
                                verbose_name="questionnaire",
                            ),
                        ),
                        ("series", models.PositiveSmallIntegerField(verbose_name="series")),
                        ("is_assured", models.BooleanField(verbose_name="official")),
                        (
                            "counter",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="surveys.counter",
                                verbose_name="counter",
                            ),
                        ),
                        ("code", models.CharField(max_length=25, verbose_name="code")),
                        ("value", models.CharField(blank=True, max_length=20, verbose_name="value")),
                        ("count", models.PositiveIntegerField(verbose_name="number")),
                    ],
                    options={
                        "verbose_name": "sum of a counter",
                        "verbose_name_plural": "sums of counters",
                        "indexes": [
                            models.Index(
                                fields=["closing", "questionnaire", "code"], name="counter_tally_by_question"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Suspicion",
                    fields=[
                        ("id", ID),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="surveys.version",
                                verbose_name="version",
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("web", "this site"),
                                    ("token", "code from the counter"),
                                    ("kiosk", "kiosk"),
                                    ("paper", "paper form"),
                                ],
                                max_length=8,
                                verbose_name="mode",
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
                        ("day", models.DateField(verbose_name="day")),
                        ("hour", models.PositiveSmallIntegerField(verbose_name="hour of the day")),
                        (
                            "flag",
                            models.CharField(
                                choices=[
                                    ("trapped", "the trap for robots was filled in"),
                                    ("speeding", "answered faster than anybody reads"),
                                    ("straight_lining", "the same answer everywhere"),
                                    ("burst", "many more at once than this place ever has"),
                                    (
                                        "twins",
                                        "the same answers to every question, several times within an hour",
                                    ),
                                    ("out_of_hours", "from a kiosk while the building is closed"),
                                ],
                                max_length=16,
                                verbose_name="flag",
                            ),
                        ),
                        ("count", models.PositiveIntegerField(verbose_name="responses")),
                        ("is_lifted", models.BooleanField(default=False, verbose_name="counted again")),
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
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided on"),
                        ),
                    ],
                    options={
                        "verbose_name": "suspicion",
                        "verbose_name_plural": "suspicions",
                        "ordering": ["-day", "-hour", "id"],
                    },
                ),
                CreateModel(
                    name="ImprovementAction",
                    fields=[
                        ("id", ID),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("survey", "a figure of a survey"),
                                    ("rule", "a rule that sends cases to the wrong unit"),
                                    ("cluster", "several similar cases"),
                                ],
                                default="survey",
                                max_length=8,
                                verbose_name="finding",
                            ),
                        ),
                        (
                            "questionnaire",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="surveys.questionnaire",
                                verbose_name="questionnaire",
                            ),
                        ),
                        (
                            "code",
                            models.CharField(blank=True, max_length=24, verbose_name="code of the question"),
                        ),
                        (
                            "reference",
                            models.CharField(
                                blank=True,
                                help_text="Filled in where the link of a report leads here: stage and rule, or a case's number.",
                                max_length=40,
                                verbose_name="rule or case",
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
                        ("year", models.PositiveSmallIntegerField(verbose_name="Jalali year of the finding")),
                        ("quarter", models.PositiveSmallIntegerField(verbose_name="quarter of the finding")),
                        (
                            "said_fa",
                            models.CharField(max_length=300, verbose_name="what people said, in Persian"),
                        ),
                        (
                            "said_en",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="what people said, in English"
                            ),
                        ),
                        ("done_fa", models.CharField(max_length=300, verbose_name="what we do, in Persian")),
                        (
                            "done_en",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="what we do, in English"
                            ),
                        ),
                        (
                            "decision",
                            models.CharField(
                                choices=[
                                    ("process", "procedure changed"),
                                    ("card", "service card corrected"),
                                    ("information", "information improved"),
                                    ("place", "place or equipment improved"),
                                    ("training", "staff trained"),
                                    ("thanked", "staff thanked"),
                                    ("counselled", "talked to staff"),
                                    ("nothing", "nothing, for the reason given"),
                                ],
                                max_length=12,
                                verbose_name="decision",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="in whose hands",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due on")),
                        ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                        ("is_public", models.BooleanField(default=False, verbose_name="published")),
                    ],
                    options={
                        "verbose_name": "improvement action",
                        "verbose_name_plural": "improvement actions",
                        "ordering": ["-due_on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                                name="action_of_one_of_four_quarters",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind", "survey"),
                                        ("questionnaire__isnull", False),
                                        ("reference", ""),
                                        models.Q(("code", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("kind", "survey"), _negated=True),
                                        ("code", ""),
                                        ("questionnaire__isnull", True),
                                        models.Q(("reference", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="action_names_its_finding",
                                violation_error_message="A figure of a survey needs the questionnaire and the question, the other findings a rule or case.",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Response",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="responses",
                                to="surveys.version",
                                verbose_name="version",
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
                                verbose_name="service",
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
                        (
                            "counter",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="surveys.counter",
                                verbose_name="counter",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("fa", "Persian"), ("en", "English")],
                                max_length=2,
                                verbose_name="language",
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("web", "this site"),
                                    ("token", "code from the counter"),
                                    ("kiosk", "kiosk"),
                                    ("paper", "paper form"),
                                ],
                                default="web",
                                max_length=8,
                                verbose_name="mode",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        ("hour", models.PositiveSmallIntegerField(verbose_name="hour of the day")),
                        (
                            "flags",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("trapped", "the trap for robots was filled in"),
                                        ("speeding", "answered faster than anybody reads"),
                                        ("straight_lining", "the same answer everywhere"),
                                        ("burst", "many more at once than this place ever has"),
                                        (
                                            "twins",
                                            "the same answers to every question, several times within an hour",
                                        ),
                                        ("out_of_hours", "from a kiosk while the building is closed"),
                                    ],
                                    max_length=16,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="flags",
                            ),
                        ),
                        (
                            "token_digest",
                            models.BinaryField(
                                max_length=32, unique=True, verbose_name="SHA-256 of the form's token"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "response",
                        "verbose_name_plural": "responses",
                        "ordering": ["day", "hour", "id"],
                        "indexes": [
                            models.Index(fields=["version", "day"], name="response_by_version"),
                            models.Index(
                                condition=models.Q(("counter__isnull", False)),
                                fields=["day"],
                                name="response_with_a_counter",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("hour__lte", 23)), name="response_hour_of_the_day"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="AnswerValue",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=models.PROTECT,
                                related_name="answers",
                                to="surveys.response",
                                verbose_name="response",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="answers",
                                to="surveys.item",
                                verbose_name="question",
                            ),
                        ),
                        (
                            "option",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="answers",
                                to="surveys.option",
                                verbose_name="option",
                            ),
                        ),
                        ("number", models.BigIntegerField(blank=True, null=True, verbose_name="number")),
                        ("text", models.TextField(blank=True, verbose_name="text")),
                    ],
                    options={
                        "verbose_name": "answer value",
                        "verbose_name_plural": "answer values",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("response", "item", "option"), name="answer_option_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("option__isnull", True)),
                                fields=("response", "item"),
                                name="answer_in_own_words_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("number__isnull", True), ("option__isnull", False), ("text", "")
                                    ),
                                    models.Q(
                                        ("number__isnull", False), ("option__isnull", True), ("text", "")
                                    ),
                                    models.Q(
                                        ("number__isnull", True),
                                        ("option__isnull", True),
                                        models.Q(("text", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="answer_value_of_one_sort",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="PageVote",
                    fields=[
                        ("id", ID),
                        (
                            "page",
                            models.CharField(
                                choices=[
                                    ("home", "home page"),
                                    ("about:strategy", "Participation strategy"),
                                    ("about:rights", "Your rights"),
                                    ("about:privacy", "What we do with your data"),
                                    ("about:response-times", "Response times"),
                                    ("about:accessibility", "Accessibility"),
                                    ("about:tracking", "How tracking works"),
                                    ("directory:contact", "Contact directory"),
                                    ("directory:unit", "page of a unit"),
                                    ("directory:services", "Service identity cards"),
                                    ("directory:service", "identity card of a service"),
                                    ("surveys:index", "Surveys"),
                                    ("surveys:results", "Results of the surveys"),
                                ],
                                max_length=40,
                                verbose_name="page",
                            ),
                        ),
                        ("is_useful", models.BooleanField(verbose_name="useful")),
                        ("day", models.DateField(verbose_name="day")),
                    ],
                    options={
                        "verbose_name": "vote on a page",
                        "verbose_name_plural": "votes on pages",
                        "indexes": [models.Index(fields=["page", "day"], name="page_vote_by_page")],
                    },
                ),
                CreateModel(
                    name="CardReview",
                    fields=[
                        ("id", ID),
                        (
                            "card",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.servicecardversion",
                                verbose_name="service identity card",
                            ),
                        ),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("documents", "documents"),
                                    ("cost", "costs"),
                                    ("steps", "steps and visits in person"),
                                    ("duration", "announced time"),
                                    ("place", "address and hours"),
                                    ("terms", "conditions"),
                                    ("other", "something else"),
                                    ("whole", "the card as a whole"),
                                ],
                                max_length=10,
                                verbose_name="field of the card",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="Jalali year of the finding")),
                        ("quarter", models.PositiveSmallIntegerField(verbose_name="quarter of the finding")),
                        ("wrong", models.PositiveIntegerField(verbose_name="found it different")),
                        ("answers", models.PositiveIntegerField(verbose_name="answers")),
                        (
                            "named",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="named this field"
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="opened on")),
                        (
                            "decision",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("corrected", "the card was corrected"),
                                    ("practice", "the card is right; the procedure now follows it"),
                                    ("kept", "card and procedure stay, for the reason given"),
                                ],
                                max_length=10,
                                verbose_name="decision",
                            ),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="what was found and done"
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
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided on"),
                        ),
                    ],
                    options={
                        "verbose_name": "review of a service card",
                        "verbose_name_plural": "reviews of service cards",
                        "ordering": ["-year", "-quarter", "card", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("decision", "")),
                                fields=("card", "field"),
                                name="card_review_one_open",
                            ),
                            models.UniqueConstraint(
                                fields=("card", "field", "year", "quarter"), name="card_review_once_a_quarter"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                                name="card_review_of_one_of_four_quarters",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("wrong__gt", 0), ("wrong__lte", models.F("answers"))),
                                name="card_review_has_a_finding",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at__isnull", True),
                                        ("decided_by__isnull", True),
                                        ("decision", ""),
                                        ("note", ""),
                                    ),
                                    models.Q(
                                        models.Q(("decision", ""), _negated=True),
                                        models.Q(("note", ""), _negated=True),
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="card_review_decided_whole",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Theme",
                    fields=[
                        ("id", ID),
                        (
                            "questionnaire",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="themes",
                                to="surveys.questionnaire",
                                verbose_name="questionnaire",
                            ),
                        ),
                        ("name_fa", models.CharField(max_length=60, verbose_name="name in Persian")),
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=60, verbose_name="name in English"),
                        ),
                        (
                            "about",
                            models.CharField(
                                blank=True,
                                help_text="For whoever sorts comments.",
                                max_length=200,
                                verbose_name="what belongs here",
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "theme of comments",
                        "verbose_name_plural": "themes of comments",
                        "ordering": ["questionnaire", "order", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("questionnaire", "name_fa"), name="theme_name_once"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Coding",
                    fields=[
                        ("id", ID),
                        (
                            "answer",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="codings",
                                to="surveys.answervalue",
                                verbose_name="comment",
                            ),
                        ),
                        ("is_second", models.BooleanField(default=False, verbose_name="second sorting")),
                        (
                            "coded_by",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="sorted by",
                            ),
                        ),
                        ("coded_on", models.DateField(verbose_name="sorted on")),
                        (
                            "themes",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="surveys.theme", verbose_name="themes"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "sorted comment",
                        "verbose_name_plural": "sorted comments",
                        "constraints": [
                            models.UniqueConstraint(fields=("answer", "is_second"), name="coding_once"),
                            models.UniqueConstraint(
                                fields=("answer", "coded_by"), name="coding_by_two_people"
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(VERSIONS_STAY, VERSIONS_GO),
        migrations.RunSQL(ANSWERS_STAY, ANSWERS_GO),
        migrations.RunSQL(CODES_STAY, CODES_GO),
        migrations.RunSQL(TABLES_STAY, "DROP FUNCTION surveys_guard_table()"),
        *[migrations.RunSQL(TABLE_STAYS.format(table), TABLE_GOES.format(table)) for table in NEVER_EMPTIED],
    ]
