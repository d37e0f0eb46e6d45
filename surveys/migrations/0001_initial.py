"""Questionnaires, responses and votes, and the triggers that keep what was published and answered as it is."""

import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What the database itself refuses, whoever asks. Errors are of class 23, as those of constraints.
GUARDS = """
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

CREATE FUNCTION surveys_guard_response() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'surveys_response' AND TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'flags' = to_jsonb(OLD) - 'flags' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION surveys_guard_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Set by test runs, which empty their throw-away database between tests.
    IF current_setting('portal.truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_version
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_version();
CREATE TRIGGER surveys_guard BEFORE INSERT OR UPDATE OR DELETE ON surveys_section
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_part();
CREATE TRIGGER surveys_guard BEFORE INSERT OR UPDATE OR DELETE ON surveys_item
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_part();
CREATE TRIGGER surveys_guard BEFORE INSERT OR UPDATE OR DELETE ON surveys_option
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_part();
CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_response
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_response();
CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_answervalue
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_response();

CREATE TRIGGER surveys_guard_table BEFORE TRUNCATE ON surveys_version
    FOR EACH STATEMENT EXECUTE FUNCTION surveys_guard_table();
CREATE TRIGGER surveys_guard_table BEFORE TRUNCATE ON surveys_section
    FOR EACH STATEMENT EXECUTE FUNCTION surveys_guard_table();
CREATE TRIGGER surveys_guard_table BEFORE TRUNCATE ON surveys_item
    FOR EACH STATEMENT EXECUTE FUNCTION surveys_guard_table();
CREATE TRIGGER surveys_guard_table BEFORE TRUNCATE ON surveys_option
    FOR EACH STATEMENT EXECUTE FUNCTION surveys_guard_table();
CREATE TRIGGER surveys_guard_table BEFORE TRUNCATE ON surveys_response
    FOR EACH STATEMENT EXECUTE FUNCTION surveys_guard_table();
CREATE TRIGGER surveys_guard_table BEFORE TRUNCATE ON surveys_answervalue
    FOR EACH STATEMENT EXECUTE FUNCTION surveys_guard_table();
"""

NO_GUARDS = """
DROP TRIGGER surveys_guard_table ON surveys_answervalue;
DROP TRIGGER surveys_guard_table ON surveys_response;
DROP TRIGGER surveys_guard_table ON surveys_option;
DROP TRIGGER surveys_guard_table ON surveys_item;
DROP TRIGGER surveys_guard_table ON surveys_section;
DROP TRIGGER surveys_guard_table ON surveys_version;
DROP TRIGGER surveys_guard ON surveys_answervalue;
DROP TRIGGER surveys_guard ON surveys_response;
DROP TRIGGER surveys_guard ON surveys_option;
DROP TRIGGER surveys_guard ON surveys_item;
DROP TRIGGER surveys_guard ON surveys_section;
DROP TRIGGER surveys_guard ON surveys_version;
DROP FUNCTION surveys_guard_table();
DROP FUNCTION surveys_guard_response();
DROP FUNCTION surveys_guard_part();
DROP FUNCTION surveys_guard_version();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("hint_fa", models.CharField(blank=True, max_length=300, verbose_name="hint in Persian")),
                ("hint_en", models.CharField(blank=True, max_length=300, verbose_name="hint in English")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["order", "id"],
            },
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title_fa", models.CharField(max_length=80, verbose_name="title in Persian")),
                ("title_en", models.CharField(blank=True, max_length=80, verbose_name="title in English")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
            ],
            options={
                "verbose_name": "section",
                "verbose_name_plural": "sections",
                "ordering": ["order", "id"],
            },
        ),
        migrations.CreateModel(
            name="Option",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("label_en", models.CharField(blank=True, max_length=120, verbose_name="label in English")),
                ("is_missing", models.BooleanField(default=False, verbose_name="counts as no answer")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="options",
                        to="surveys.item",
                        verbose_name="question",
                    ),
                ),
            ],
            options={
                "verbose_name": "option",
                "verbose_name_plural": "options",
                "ordering": ["order", "id"],
            },
        ),
        migrations.CreateModel(
            name="PageVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=32, unique=True, verbose_name="name in the address")),
                ("title_fa", models.CharField(max_length=120, verbose_name="title in Persian")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="title in English")),
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
                        condition=models.Q(("slug__in", ("results", "useful")), _negated=True),
                        name="questionnaire_slug_is_free",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("fa", "Persian"), ("en", "English")], max_length=2, verbose_name="language"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("web", "this site")], default="web", max_length=8, verbose_name="mode"
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
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.service",
                        verbose_name="service",
                    ),
                ),
            ],
            options={
                "verbose_name": "response",
                "verbose_name_plural": "responses",
                "ordering": ["day", "hour", "id"],
            },
        ),
        migrations.CreateModel(
            name="AnswerValue",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.BigIntegerField(blank=True, null=True, verbose_name="number")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="surveys.option",
                        verbose_name="option",
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="surveys.response",
                        verbose_name="response",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer value",
                "verbose_name_plural": "answer values",
            },
        ),
        migrations.AddField(
            model_name="item",
            name="section",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="surveys.section",
                verbose_name="section",
            ),
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        choices=[("draft", "draft"), ("published", "published"), ("retired", "retired")],
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
                    models.CharField(blank=True, max_length=300, verbose_name="what was changed and why"),
                ),
                ("heading_fa", models.CharField(max_length=120, verbose_name="heading in Persian")),
                (
                    "heading_en",
                    models.CharField(blank=True, max_length=120, verbose_name="heading in English"),
                ),
                (
                    "intro_fa",
                    models.CharField(blank=True, max_length=400, verbose_name="introduction in Persian"),
                ),
                (
                    "intro_en",
                    models.CharField(blank=True, max_length=400, verbose_name="introduction in English"),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published on")),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="retired on")),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="surveys.questionnaire",
                        verbose_name="questionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a questionnaire",
                "verbose_name_plural": "versions of questionnaires",
                "ordering": ["questionnaire", "-number"],
            },
        ),
        migrations.AddField(
            model_name="section",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sections",
                to="surveys.version",
                verbose_name="version",
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="responses",
                to="surveys.version",
                verbose_name="version",
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="surveys.version",
                verbose_name="version",
            ),
        ),
        migrations.AddConstraint(
            model_name="option",
            constraint=models.UniqueConstraint(fields=("item", "value"), name="option_value_once"),
        ),
        migrations.AddConstraint(
            model_name="option",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__regex", "^[a-z0-9_]+$")), name="option_value_lower_case"
            ),
        ),
        migrations.AddConstraint(
            model_name="answervalue",
            constraint=models.UniqueConstraint(
                fields=("response", "item", "option"), name="answer_option_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="answervalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("option__isnull", True)),
                fields=("response", "item"),
                name="answer_in_own_words_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="answervalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number__isnull", True), ("option__isnull", False), ("text", "")),
                    models.Q(("number__isnull", False), ("option__isnull", True), ("text", "")),
                    models.Q(
                        ("number__isnull", True),
                        ("option__isnull", True),
                        models.Q(("text", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="answer_value_of_one_sort",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                fields=("questionnaire", "number"), name="version_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "published")),
                fields=("questionnaire",),
                name="version_one_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")), fields=("questionnaire",), name="version_one_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("published_at__isnull", True), ("retired_at__isnull", True), ("state", "draft")
                    ),
                    models.Q(
                        ("published_at__isnull", False), ("retired_at__isnull", True), ("state", "published")
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
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["version", "day"], name="response_by_version"),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(("hour__lte", 23)), name="response_hour_of_the_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(fields=("version", "code"), name="item_code_once"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z][A-Z0-9_]*$")), name="item_code_upper_case"
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "five_point"), ("scale", ""), _connector="OR"),
                name="item_scale_of_five_points_only",
            ),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
