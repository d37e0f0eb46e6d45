from django.db import migrations, models

TABLES = (
    "directory_closedday",
    "directory_county",
    "directory_service",
    "directory_unit",
    "directory_weekdayrule",
    "feedback_promisedtime",
)
FUNCTION = """
CREATE FUNCTION feedback_mark_reference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO feedback_referencemark (id, mark) VALUES (1, gen_random_uuid())
        ON CONFLICT (id) DO UPDATE SET mark = excluded.mark;
    RETURN NULL;
END $$;
INSERT INTO feedback_referencemark (id, mark) VALUES (1, gen_random_uuid());
"""
TRIGGER = """
CREATE TRIGGER {table}_marks AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
   FOR EACH STATEMENT EXECUTE FUNCTION feedback_mark_reference();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0065_language_of_staff"),
        ("feedback", "0110_offer_of_survey"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferenceMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mark", models.UUIDField(verbose_name="mark")),
            ],
            options={
                "verbose_name": "mark of the reference data",
                "verbose_name_plural": "marks of the reference data",
            },
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION feedback_mark_reference"),
        *[
            migrations.RunSQL(TRIGGER.format(table=table), f"DROP TRIGGER {table}_marks ON {table}")
            for table in TABLES
        ],
    ]
