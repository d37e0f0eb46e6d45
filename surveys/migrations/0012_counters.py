"""Counters, and answers that keep theirs only while enough people share it; their sums in a closed quarter."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE OR REPLACE FUNCTION surveys_guard_response() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER surveys_guard BEFORE UPDATE OR DELETE ON surveys_countertally
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_response();
CREATE TRIGGER surveys_guard_table BEFORE TRUNCATE ON surveys_countertally
    FOR EACH STATEMENT EXECUTE FUNCTION surveys_guard_table();
"""

OLD_GUARDS = """
DROP TRIGGER surveys_guard_table ON surveys_countertally;
DROP TRIGGER surveys_guard ON surveys_countertally;

CREATE OR REPLACE FUNCTION surveys_guard_response() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'surveys_response' AND TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'flags' = to_jsonb(OLD) - 'flags' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0070_recognition_file"),
        ("surveys", "0011_themes_of_comments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CounterTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.PositiveSmallIntegerField(verbose_name="series")),
                ("is_assured", models.BooleanField(verbose_name="official")),
                ("code", models.CharField(max_length=25, verbose_name="code")),
                ("value", models.CharField(blank=True, max_length=20, verbose_name="value")),
                ("count", models.PositiveIntegerField(verbose_name="number")),
            ],
            options={
                "verbose_name": "sum of a counter",
                "verbose_name_plural": "sums of counters",
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("person_since", models.DateField(blank=True, null=True, verbose_name="since")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who works here",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "counter",
                "verbose_name_plural": "counters",
                "ordering": ["unit", "name"],
            },
        ),
        migrations.AddField(
            model_name="kiosk",
            name="counter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.counter",
                verbose_name="counter",
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="counter",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.counter",
                verbose_name="counter",
            ),
        ),
        migrations.AddField(
            model_name="visitsheet",
            name="counter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.counter",
                verbose_name="counter",
            ),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                condition=models.Q(("counter__isnull", False)), fields=["day"], name="response_with_a_counter"
            ),
        ),
        migrations.AddField(
            model_name="countertally",
            name="closing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="counter_tallies",
                to="surveys.closing",
                verbose_name="quarter",
            ),
        ),
        migrations.AddField(
            model_name="countertally",
            name="counter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.counter",
                verbose_name="counter",
            ),
        ),
        migrations.AddField(
            model_name="countertally",
            name="questionnaire",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.questionnaire",
                verbose_name="questionnaire",
            ),
        ),
        migrations.AddConstraint(
            model_name="counter",
            constraint=models.UniqueConstraint(fields=("unit", "name"), name="counter_name_once"),
        ),
        migrations.AddConstraint(
            model_name="counter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", True), ("person_since__isnull", True)),
                    models.Q(("person__isnull", False), ("person_since__isnull", False)),
                    _connector="OR",
                ),
                name="counter_person_has_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="countertally",
            index=models.Index(fields=["closing", "questionnaire", "code"], name="counter_tally_by_question"),
        ),
        migrations.RunSQL(GUARDS, OLD_GUARDS),
    ]
