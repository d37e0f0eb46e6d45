from django.db import migrations

TABLES = ("directory_position", "directory_servicecardversion")
MARKS = """
CREATE TRIGGER {table}_marks AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
   FOR EACH STATEMENT EXECUTE FUNCTION feedback_mark_reference();
"""


class Migration(migrations.Migration):
    """What pages draw of contacts and identity cards is kept in memory, under the same mark as units and services."""

    dependencies = [
        ("directory", "0170_fold_looks_for_common_letters_first"),
        ("feedback", "0170_words_in_less_time"),
    ]

    operations = [
        migrations.RunSQL(MARKS.format(table=table), f"DROP TRIGGER {table}_marks ON {table}")
        for table in TABLES
    ]
