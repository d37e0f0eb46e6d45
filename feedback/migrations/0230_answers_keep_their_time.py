from django.db import migrations, models
from django.db.models import F, Q

UNTOLD = Q(answered_at__isnull=False, answered_in__isnull=True)
#: How often staff sent each case on until now.
COUNT_REDIRECTS = """
UPDATE feedback_case SET redirects = moves.many
  FROM (SELECT case_id, count(*) AS many FROM feedback_routingdecision WHERE overridden_by_id IS NOT NULL GROUP BY case_id)
    AS moves
 WHERE feedback_case.id = moves.case_id;
"""


class Migration(migrations.Migration):
    """A case keeps what its answer took and how often it was sent on, so that reports only count.

    What answers took that were given before is told by the worker, ten thousand of them a minute
    (`feedback.tell_times`). Nothing is written while the index is built: a second or two for each million cases.
    """

    dependencies = [("feedback", "0220_addressed_unit")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="answered_in",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="working days to the answer"
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="answered_late",
            field=models.BooleanField(blank=True, null=True, verbose_name="answered after the last day"),
        ),
        migrations.AddField(
            model_name="case",
            name="redirects",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="times sent on"),
        ),
        migrations.RunSQL(COUNT_REDIRECTS, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="case", name="case_of_unit"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["unit", "-received_at"],
                include=(
                    "id",
                    "due_on",
                    "answered_in",
                    "redirects",
                    "is_confidential",
                    "answered_late",
                    "county",
                    "service",
                    "kind",
                    "status",
                ),
                name="case_of_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="case", index=models.Index(F("id"), condition=UNTOLD, name="case_untold")
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=Q(answered_in__isnull=True, answered_late__isnull=True)
                | Q(answered_at__isnull=False, answered_in__isnull=False, answered_late__isnull=False),
                name="case_answer_says_what_it_took",
            ),
        ),
    ]
