import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STAYS = """
CREATE TRIGGER caseread_rows_stay BEFORE UPDATE OR DELETE ON feedback_caseread
    FOR EACH ROW EXECUTE FUNCTION feedback_refuse_change();
CREATE TRIGGER caseread_table_stays BEFORE TRUNCATE ON feedback_caseread
    FOR EACH STATEMENT EXECUTE FUNCTION feedback_refuse_change();
"""
GOES = """
DROP TRIGGER caseread_rows_stay ON feedback_caseread;
DROP TRIGGER caseread_table_stays ON feedback_caseread;
"""


class Migration(migrations.Migration):
    """Who looked into confidential cases: one row a reader and hour, never changed."""

    dependencies = [
        ("feedback", "0040_answering"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseRead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField(verbose_name="hour")),
                ("at", models.DateTimeField(verbose_name="first looked at")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reads",
                        to="feedback.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reader",
                    ),
                ),
            ],
            options={
                "verbose_name": "look into a confidential case",
                "verbose_name_plural": "looks into confidential cases",
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "reader", "hour"), name="case_read_once_an_hour"),
                    models.CheckConstraint(
                        condition=models.Q(("at__gte", models.F("hour"))), name="case_read_within_its_hour"
                    ),
                ],
            },
        ),
        migrations.RunSQL(STAYS, GOES),
    ]
