"""The recognition file of the staff: both sides are heard, nothing is deleted, no penalty is proposed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION directory_guard_recognition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- What an entry rests on stays, each word is written once, and a closed entry is done with.
    IF TG_OP = 'UPDATE' AND OLD.outcome = '' THEN
        IF (NEW.person_id, NEW.unit_id, NEW.source, NEW.is_praise, NEW.reference, NEW.finding_fa, NEW.finding_en,
            NEW.opened_at, NEW.opened_by_id) IS NOT DISTINCT FROM
           (OLD.person_id, OLD.unit_id, OLD.source, OLD.is_praise, OLD.reference, OLD.finding_fa, OLD.finding_en,
            OLD.opened_at, OLD.opened_by_id)
            AND OLD.note IN ('', NEW.note) AND OLD.reply IN ('', NEW.reply) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an entry of the recognition file stays as it is' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER directory_guard BEFORE UPDATE OR DELETE ON directory_recognition
    FOR EACH ROW EXECUTE FUNCTION directory_guard_recognition();
"""

NO_GUARDS = """
DROP TRIGGER directory_guard ON directory_recognition;
DROP FUNCTION directory_guard_recognition();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0065_language_of_staff"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recognition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("praise", "a citizen's thanks"),
                            ("survey", "answers of visitors in two quarters"),
                        ],
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                ("is_praise", models.BooleanField(default=True, verbose_name="speaks for the person")),
                ("reference", models.CharField(max_length=40, verbose_name="reference")),
                ("finding_fa", models.CharField(max_length=400, verbose_name="what it rests on, in Persian")),
                (
                    "finding_en",
                    models.CharField(blank=True, max_length=400, verbose_name="what it rests on, in English"),
                ),
                ("opened_at", models.DateTimeField(verbose_name="entered on")),
                ("note", models.CharField(blank=True, max_length=400, verbose_name="note of the head")),
                ("reply", models.CharField(blank=True, max_length=400, verbose_name="word of the person")),
                ("is_objected", models.BooleanField(default=False, verbose_name="the person objects")),
                ("replied_at", models.DateTimeField(blank=True, null=True, verbose_name="replied on")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("thanked", "thanked"),
                            ("talked", "talked about it"),
                            ("helped", "helped, with training or means"),
                            ("dropped", "the finding does not hold"),
                        ],
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed on")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recognitions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
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
                "verbose_name": "entry of the recognition file",
                "verbose_name_plural": "recognition file",
                "ordering": ["-opened_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "reference"), name="recognition_once_a_source"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("note", ""), ("noted_by__isnull", True)),
                            models.Q(models.Q(("note", ""), _negated=True), ("noted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="recognition_note_has_its_author",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_objected", False), ("replied_at__isnull", True), ("reply", "")),
                            models.Q(models.Q(("reply", ""), _negated=True), ("replied_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="recognition_reply_has_its_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", True), ("closed_by__isnull", True), ("outcome", "")
                            ),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                models.Q(("note", ""), _negated=True),
                                models.Q(
                                    ("is_praise", True),
                                    models.Q(("reply", ""), _negated=True),
                                    _connector="OR",
                                ),
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="recognition_closed_after_both_were_heard",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_objected", False),
                            models.Q(("closed_by", models.F("noted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="recognition_objection_is_for_somebody_else",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
