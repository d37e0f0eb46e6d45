from django.db import migrations

MARKS = """
CREATE TRIGGER routing_ruleset_marks AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON routing_ruleset
   FOR EACH STATEMENT EXECUTE FUNCTION feedback_mark_reference();
"""


class Migration(migrations.Migration):
    """The rules in force are kept in memory beside units and services, under the same mark."""

    dependencies = [("feedback", "0140_delivery_of_sms"), ("routing", "0001_tables")]

    operations = [migrations.RunSQL(MARKS, "DROP TRIGGER routing_ruleset_marks ON routing_ruleset")]
