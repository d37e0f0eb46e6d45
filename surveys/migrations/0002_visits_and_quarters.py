"""Visit codes, kiosks, closed quarters and what followed from them, and the triggers that keep what was counted."""

import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
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
CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_closing
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_response();
CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_tally
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_response();
CREATE TRIGGER surveys_guard_table BEFORE TRUNCATE ON surveys_visittoken
    FOR EACH STATEMENT EXECUTE FUNCTION surveys_guard_table();
CREATE TRIGGER surveys_guard_table BEFORE TRUNCATE ON surveys_closing
    FOR EACH STATEMENT EXECUTE FUNCTION surveys_guard_table();
CREATE TRIGGER surveys_guard_table BEFORE TRUNCATE ON surveys_tally
    FOR EACH STATEMENT EXECUTE FUNCTION surveys_guard_table();
"""

NO_GUARDS = """
DROP TRIGGER surveys_guard_table ON surveys_tally;
DROP TRIGGER surveys_guard_table ON surveys_closing;
DROP TRIGGER surveys_guard_table ON surveys_visittoken;
DROP TRIGGER surveys_guard ON surveys_tally;
DROP TRIGGER surveys_guard ON surveys_closing;
DROP TRIGGER surveys_guard ON surveys_visittoken;
DROP FUNCTION surveys_guard_token();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_initial"),
        ("surveys", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Closing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="Jalali year")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="quarter")),
                ("edition", models.PositiveSmallIntegerField(default=1, verbose_name="edition")),
                ("snapshot_hash", models.CharField(max_length=64, verbose_name="hash of its sums")),
                ("closed_at", models.DateTimeField(verbose_name="counted on")),
                (
                    "reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason of the recount"),
                ),
            ],
            options={
                "verbose_name": "closed quarter",
                "verbose_name_plural": "closed quarters",
                "ordering": ["-year", "-quarter", "-edition"],
            },
        ),
        migrations.CreateModel(
            name="ImprovementAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=24, verbose_name="code of the question")),
                ("year", models.PositiveSmallIntegerField(verbose_name="Jalali year of the finding")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="quarter of the finding")),
                ("said_fa", models.CharField(max_length=300, verbose_name="what people said, in Persian")),
                (
                    "said_en",
                    models.CharField(blank=True, max_length=300, verbose_name="what people said, in English"),
                ),
                ("done_fa", models.CharField(max_length=300, verbose_name="what we do, in Persian")),
                (
                    "done_en",
                    models.CharField(blank=True, max_length=300, verbose_name="what we do, in English"),
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
                ("due_on", models.DateField(verbose_name="due on")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                ("is_public", models.BooleanField(default=False, verbose_name="published")),
            ],
            options={
                "verbose_name": "improvement action",
                "verbose_name_plural": "improvement actions",
                "ordering": ["-due_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Kiosk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "key_digest",
                    models.BinaryField(max_length=32, unique=True, verbose_name="hash of the key"),
                ),
                ("added_at", models.DateTimeField(editable=False, verbose_name="added on")),
                (
                    "last_answer_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="last answer on"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="revoked on"),
                ),
            ],
            options={
                "verbose_name": "kiosk",
                "verbose_name_plural": "kiosks",
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("day", models.DateField(verbose_name="day")),
            ],
            options={
                "verbose_name": "offer",
                "verbose_name_plural": "offers",
            },
        ),
        migrations.CreateModel(
            name="Suspicion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                            ("twins", "the same answers to every question, several times within an hour"),
                            ("out_of_hours", "from a kiosk while the building is closed"),
                        ],
                        max_length=16,
                        verbose_name="flag",
                    ),
                ),
                ("count", models.PositiveIntegerField(verbose_name="responses")),
                ("is_lifted", models.BooleanField(default=False, verbose_name="counted again")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided on")),
            ],
            options={
                "verbose_name": "suspicion",
                "verbose_name_plural": "suspicions",
                "ordering": ["-day", "-hour", "id"],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.PositiveSmallIntegerField(verbose_name="series")),
                ("is_assured", models.BooleanField(verbose_name="official")),
                ("code", models.CharField(blank=True, max_length=25, verbose_name="code")),
                ("value", models.CharField(blank=True, max_length=20, verbose_name="value")),
                ("count", models.PositiveIntegerField(verbose_name="number")),
            ],
            options={
                "verbose_name": "sum",
                "verbose_name_plural": "sums",
            },
        ),
        migrations.CreateModel(
            name="VisitCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("count", models.PositiveIntegerField(verbose_name="visits")),
            ],
            options={
                "verbose_name": "visits of a day",
                "verbose_name_plural": "visits of a day",
                "ordering": ["-day", "unit"],
            },
        ),
        migrations.CreateModel(
            name="VisitSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.PositiveSmallIntegerField(editable=False, verbose_name="number of the pepper"),
                ),
                ("issued_on", models.DateField(editable=False, verbose_name="issued on")),
                ("expires_on", models.DateField(verbose_name="last day of use")),
                ("is_void", models.BooleanField(default=False, verbose_name="void")),
            ],
            options={
                "verbose_name": "sheet of visit codes",
                "verbose_name_plural": "sheets of visit codes",
                "ordering": ["-issued_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="VisitToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
        migrations.RemoveConstraint(
            model_name="questionnaire",
            name="questionnaire_slug_is_free",
        ),
        migrations.AddField(
            model_name="response",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AlterField(
            model_name="response",
            name="flags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("trapped", "the trap for robots was filled in"),
                        ("speeding", "answered faster than anybody reads"),
                        ("straight_lining", "the same answer everywhere"),
                        ("burst", "many more at once than this place ever has"),
                        ("twins", "the same answers to every question, several times within an hour"),
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
        migrations.AlterField(
            model_name="response",
            name="mode",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__in", ("results", "useful", "kiosk")), _negated=True),
                name="questionnaire_slug_is_free",
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="counted by",
            ),
        ),
        migrations.AddField(
            model_name="improvementaction",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="in whose hands",
            ),
        ),
        migrations.AddField(
            model_name="improvementaction",
            name="questionnaire",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.questionnaire",
                verbose_name="questionnaire",
            ),
        ),
        migrations.AddField(
            model_name="improvementaction",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="kiosk",
            name="service",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.service",
                verbose_name="service",
            ),
        ),
        migrations.AddField(
            model_name="kiosk",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="suspicion",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="suspicion",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="suspicion",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.version",
                verbose_name="version",
            ),
        ),
        migrations.AddField(
            model_name="tally",
            name="closing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tallies",
                to="surveys.closing",
                verbose_name="quarter",
            ),
        ),
        migrations.AddField(
            model_name="tally",
            name="questionnaire",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.questionnaire",
                verbose_name="questionnaire",
            ),
        ),
        migrations.AddField(
            model_name="tally",
            name="service",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.service",
                verbose_name="service",
            ),
        ),
        migrations.AddField(
            model_name="tally",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="visitcount",
            name="entered_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="entered by",
            ),
        ),
        migrations.AddField(
            model_name="visitcount",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="visitsheet",
            name="issued_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="issued by",
            ),
        ),
        migrations.AddField(
            model_name="visitsheet",
            name="service",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.service",
                verbose_name="service",
            ),
        ),
        migrations.AddField(
            model_name="visitsheet",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="visittoken",
            name="sheet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tokens",
                to="surveys.visitsheet",
                verbose_name="sheet",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.UniqueConstraint(
                fields=("year", "quarter", "edition"), name="closing_edition_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                name="closing_of_one_of_four_quarters",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(("edition", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="closing_recount_has_its_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvementaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                name="action_of_one_of_four_quarters",
            ),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["day"], name="offer_by_day"),
        ),
        migrations.AddIndex(
            model_name="tally",
            index=models.Index(
                fields=["closing", "questionnaire", "is_assured", "code"], name="tally_by_question"
            ),
        ),
        migrations.AddConstraint(
            model_name="visitcount",
            constraint=models.UniqueConstraint(fields=("unit", "day"), name="visit_count_once"),
        ),
        migrations.AddConstraint(
            model_name="visitsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gte", 10), ("count__lte", 100)), name="sheet_holds_enough_codes"
            ),
        ),
        migrations.AddConstraint(
            model_name="visitsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_on__gte", models.F("issued_on"))),
                name="sheet_expires_after_issue",
            ),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
