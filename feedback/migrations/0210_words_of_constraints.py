"""What a constraint refuses is said in words; no table is touched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0200_record_is_never_emptied")]

    operations = [
        migrations.AlterConstraint(
            model_name="cannedanswer",
            name="canned_title_once_a_unit",
            constraint=models.UniqueConstraint(
                fields=("unit", "title"),
                name="canned_title_once_a_unit",
                violation_error_message="This unit has a ready answer with this title already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="escalationrule",
            name="escalation_rule_once",
            constraint=models.UniqueConstraint(
                fields=("kind", "receiver"),
                name="escalation_rule_once",
                violation_error_message="The ladder of this kind has this receiver already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="escalationrule",
            name="escalation_rule_receiver_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("receiver__in", ["owner", "head", "superior", "inspection"])),
                name="escalation_rule_receiver_known",
                violation_error_message="There is no such choice.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="escalationrule",
            name="escalation_rule_says_when",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("days_late__isnull", True), ("percent__range", (1, 100))),
                    models.Q(("days_late__range", (1, 60)), ("percent__isnull", True)),
                    _connector="OR",
                ),
                name="escalation_rule_says_when",
                violation_error_message="Give either a percentage from 1 to 100 or working days from 1 to 60, not both.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="promisedtime",
            name="promised_time_once_a_kind",
            constraint=models.UniqueConstraint(
                condition=models.Q(("service__isnull", True)),
                fields=("kind",),
                name="promised_time_once_a_kind",
                violation_error_message="This kind has its promised time already; change that one.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="promisedtime",
            name="promised_time_once_a_service",
            constraint=models.UniqueConstraint(
                condition=models.Q(("service__isnull", False)),
                fields=("kind", "service"),
                name="promised_time_once_a_service",
                violation_error_message="This kind has a promised time for this service already; change that one.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="promisedtime",
            name="promised_time_kind_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["request", "complaint", "suggestion", "criticism", "misconduct", "praise"])
                ),
                name="promised_time_kind_known",
                violation_error_message="There is no such choice.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="promisedtime",
            name="promised_time_within_the_ceiling",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_days__range", (1, 60))),
                name="promised_time_within_the_ceiling",
                violation_error_message="The answer takes from 1 to 60 working days.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="promisedtime",
            name="promised_time_acts_before_it_answers",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_action_days__gte", 1), ("first_action_days__lte", models.F("answer_days"))
                ),
                name="promised_time_acts_before_it_answers",
                violation_error_message="The first action takes at least one working day, and no more than the answer.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="promisedtime",
            name="promised_time_of_a_kind_stays",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_active", True), ("service__isnull", False), _connector="OR"),
                name="promised_time_of_a_kind_stays",
                violation_error_message="Every kind keeps its promise: only that of a service can be taken out of force.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="retentionrule",
            name="retention_months_sane",
            constraint=models.CheckConstraint(
                condition=models.Q(("months__range", (1, 600))),
                name="retention_months_sane",
                violation_error_message="The time is from 1 to 600 months.",
            ),
        ),
    ]
