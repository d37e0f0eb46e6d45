"""The unit that a message is written to is kept with the case, and never changes."""

import django.db.models.deletion
from django.db import migrations, models

CASE_STAYS = """
CREATE OR REPLACE FUNCTION feedback_case_keeps_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'cases are never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.subject <> OLD.subject AND NEW.subject = '—' AND feedback_is_erased_now(OLD.id) THEN
        OLD.subject := NEW.subject;
    END IF;
    IF (NEW.number, NEW.subject, NEW.received_at, NEW.token_digest{new})
        IS DISTINCT FROM (OLD.number, OLD.subject, OLD.received_at, OLD.token_digest{old}) THEN
        RAISE EXCEPTION 'what identifies a case never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_tables"),
        ("feedback", "0210_words_of_constraints"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="addressed_unit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="unit written to",
            ),
        ),
        migrations.RunSQL(
            CASE_STAYS.format(new=", NEW.addressed_unit_id", old=", OLD.addressed_unit_id"),
            CASE_STAYS.format(new="", old=""),
        ),
    ]
