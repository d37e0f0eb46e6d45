import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

#: What was added to a deadline, who was told and who recused himself is never changed or taken away.
RECORD_TABLES = ("extension", "escalationstep", "recusal")


def _guard(table: str) -> str:
    return f"""
CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON feedback_{table}
    FOR EACH ROW EXECUTE FUNCTION feedback_refuse_change();
CREATE TRIGGER {table}_table_stays BEFORE TRUNCATE ON feedback_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION feedback_refuse_change();
"""


def _unguard(table: str) -> str:
    return f"""
DROP TRIGGER {table}_rows_stay ON feedback_{table};
DROP TRIGGER {table}_table_stays ON feedback_{table};
"""


class Migration(migrations.Migration):
    """Promised times as a table, extensions, the ladder, recusals; a notice to staff may be about many cases."""

    dependencies = [
        ("directory", "0021_weekend"),
        ("feedback", "0012_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EscalationRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("request", "request"),
                            ("complaint", "complaint"),
                            ("suggestion", "suggestion"),
                            ("criticism", "criticism"),
                            ("misconduct", "report of misconduct"),
                            ("praise", "thanks"),
                        ],
                        max_length=12,
                        verbose_name="for this kind only",
                    ),
                ),
                (
                    "receiver",
                    models.CharField(
                        choices=[
                            ("owner", "the officer who holds it"),
                            ("head", "the head of the unit"),
                            ("superior", "the head above the unit"),
                            ("inspection", "the inspectors"),
                        ],
                        max_length=10,
                        verbose_name="who is told",
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="percent of the promised days"
                    ),
                ),
                (
                    "days_late",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="working days after the last day"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in force")),
            ],
            options={
                "verbose_name": "rung of the ladder",
                "verbose_name_plural": "escalation ladder",
                "ordering": ["kind", "days_late", "percent"],
            },
        ),
        migrations.CreateModel(
            name="EscalationStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("counted_from", models.DateField(verbose_name="counted from")),
                (
                    "receiver",
                    models.CharField(
                        choices=[
                            ("owner", "the officer who holds it"),
                            ("head", "the head of the unit"),
                            ("superior", "the head above the unit"),
                            ("inspection", "the inspectors"),
                        ],
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="due")),
                ("at", models.DateTimeField(verbose_name="when")),
            ],
            options={
                "verbose_name": "late case told of",
                "verbose_name_plural": "late cases told of",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="which one")),
                ("days", models.PositiveSmallIntegerField(verbose_name="working days")),
                ("reason", models.TextField(verbose_name="reason")),
                ("decided_at", models.DateTimeField(verbose_name="decided")),
            ],
            options={
                "verbose_name": "extension",
                "verbose_name_plural": "extensions",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="PromisedTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("request", "request"),
                            ("complaint", "complaint"),
                            ("suggestion", "suggestion"),
                            ("criticism", "criticism"),
                            ("misconduct", "report of misconduct"),
                            ("praise", "thanks"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("answer_days", models.PositiveSmallIntegerField(verbose_name="working days to the answer")),
                (
                    "first_action_days",
                    models.PositiveSmallIntegerField(
                        default=3, verbose_name="working days to the first action"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in force")),
            ],
            options={
                "verbose_name": "promised time",
                "verbose_name_plural": "promised times",
                "ordering": ["kind", "id"],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
            ],
            options={
                "verbose_name": "recusal",
                "verbose_name_plural": "recusals",
            },
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_once",
        ),
        migrations.AddField(
            model_name="deadline",
            name="calendar",
            field=models.CharField(blank=True, max_length=16, verbose_name="fingerprint of the calendar"),
        ),
        migrations.AddField(
            model_name="notice",
            name="occasion",
            field=models.PositiveBigIntegerField(default=0, editable=False, verbose_name="occasion"),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "received"),
                    ("routed", "sent to the unit"),
                    ("assigned", "given to an officer"),
                    ("taken", "taken up"),
                    ("noted", "internal note written"),
                    ("asked", "citizen asked"),
                    ("replied", "citizen wrote"),
                    ("answered", "answered"),
                    ("redirected", "sent to another unit"),
                    ("referred_out", "referred to another body"),
                    ("opened", "opened by the citizen"),
                    ("dictated", "code dictated to staff"),
                    ("entered", "entered by staff"),
                    ("code_replaced", "one-time code replaced by the citizen"),
                    ("rated", "answer rated"),
                    ("review_asked", "review asked for"),
                    ("extended", "deadline extended"),
                    ("recounted", "deadline counted anew"),
                    ("escalated", "told of as near or late"),
                    ("recused", "officer recused himself"),
                ],
                max_length=14,
                verbose_name="event",
            ),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="policy",
            field=models.CharField(max_length=64, verbose_name="promise"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="case",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="feedback.case",
                verbose_name="case",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="message",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.message",
                verbose_name="message",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="topic",
            field=models.CharField(
                choices=[
                    ("received", "your message has arrived"),
                    ("answered", "there is an answer"),
                    ("asked", "there is a question"),
                    ("moved", "your case moved to another unit"),
                    ("unit_new", "a new case in your unit"),
                    ("unit_reply", "the citizen wrote"),
                    ("unit_review", "a review is asked for"),
                    ("extended", "the deadline was extended"),
                    ("late", "cases near or past their last day"),
                ],
                max_length=12,
                verbose_name="topic",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "due_on__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("registered_on"), "+", models.Value(datetime.timedelta(days=90))
                        ),
                    )
                ),
                name="deadline_within_three_months",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=("message", "topic", "channel", "address", "occasion"), name="notice_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("case__isnull", False), ("message__isnull", False)),
                    models.Q(("case__isnull", True), ("message__isnull", True), ("recipient__isnull", False)),
                    _connector="OR",
                ),
                name="notice_of_a_case_or_to_staff",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationrule",
            constraint=models.UniqueConstraint(fields=("kind", "receiver"), name="escalation_rule_once"),
        ),
        migrations.AddConstraint(
            model_name="escalationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("receiver__in", ["owner", "head", "superior", "inspection"])),
                name="escalation_rule_receiver_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("days_late__isnull", True), ("percent__range", (1, 100))),
                    models.Q(("days_late__range", (1, 60)), ("percent__isnull", True)),
                    _connector="OR",
                ),
                name="escalation_rule_says_when",
            ),
        ),
        migrations.AddField(
            model_name="escalationstep",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="escalations",
                to="feedback.case",
                verbose_name="case",
            ),
        ),
        migrations.AddField(
            model_name="escalationstep",
            name="notice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="steps",
                to="feedback.notice",
                verbose_name="notice",
            ),
        ),
        migrations.AddField(
            model_name="escalationstep",
            name="recipient",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="escalations",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who was told",
            ),
        ),
        migrations.AddField(
            model_name="escalationstep",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extensions",
                to="feedback.case",
                verbose_name="case",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="decided_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="promisedtime",
            name="service",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.service",
                verbose_name="for this service only",
            ),
        ),
        migrations.AddField(
            model_name="recusal",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recusals",
                to="feedback.case",
                verbose_name="case",
            ),
        ),
        migrations.AddField(
            model_name="recusal",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="member of staff",
            ),
        ),
        migrations.AddIndex(
            model_name="escalationstep",
            index=models.Index(fields=["recipient", "-at"], name="escalation_of_recipient"),
        ),
        migrations.AddConstraint(
            model_name="escalationstep",
            constraint=models.UniqueConstraint(
                fields=("case", "counted_from", "receiver"), name="escalation_step_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("receiver__in", ["owner", "head", "superior", "inspection"])),
                name="escalation_receiver_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.UniqueConstraint(fields=("case", "number"), name="extension_once"),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__range", (1, 2))), name="extension_twice_at_most"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__range", (1, 60))), name="extension_days_sensible"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="extension_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="promisedtime",
            constraint=models.UniqueConstraint(
                condition=models.Q(("service__isnull", True)),
                fields=("kind",),
                name="promised_time_once_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="promisedtime",
            constraint=models.UniqueConstraint(
                condition=models.Q(("service__isnull", False)),
                fields=("kind", "service"),
                name="promised_time_once_a_service",
            ),
        ),
        migrations.AddConstraint(
            model_name="promisedtime",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["request", "complaint", "suggestion", "criticism", "misconduct", "praise"])
                ),
                name="promised_time_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="promisedtime",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_days__range", (1, 60))), name="promised_time_within_the_ceiling"
            ),
        ),
        migrations.AddConstraint(
            model_name="promisedtime",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_action_days__gte", 1), ("first_action_days__lte", models.F("answer_days"))
                ),
                name="promised_time_acts_before_it_answers",
            ),
        ),
        migrations.AddConstraint(
            model_name="promisedtime",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_active", True), ("service__isnull", False), _connector="OR"),
                name="promised_time_of_a_kind_stays",
            ),
        ),
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.UniqueConstraint(fields=("user", "case"), name="recusal_once"),
        ),
        *[migrations.RunSQL(_guard(table), _unguard(table)) for table in RECORD_TABLES],
    ]
