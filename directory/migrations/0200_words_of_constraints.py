"""What a constraint refuses is said in words; no table is touched."""

from django.db import migrations, models

import directory.models.organization


class Migration(migrations.Migration):
    dependencies = [("directory", "0190_cards_are_never_emptied")]

    operations = [
        migrations.AlterConstraint(
            model_name="absence",
            name="absence_ends_after",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on"))),
                name="absence_ends_after",
                violation_error_message="The last day lies before the first.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="absence",
            name="absence_deputy_is_another",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deputy__isnull", True),
                    models.Q(("deputy", models.F("user")), _negated=True),
                    _connector="OR",
                ),
                name="absence_deputy_is_another",
                violation_error_message="The deputy must be somebody else.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="announcement",
            name="announcement_ends_after_it_begins",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_until__isnull", True),
                    ("published_until__gt", models.F("published_from")),
                    _connector="OR",
                ),
                name="announcement_ends_after_it_begins",
                violation_error_message="The announcement would end before it begins.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="closedday",
            name="closed_day_once",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", True)),
                fields=("day",),
                name="closed_day_once",
                violation_error_message="This day is in the calendar already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="closedday",
            name="closed_day_once_a_unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", False)),
                fields=("unit", "day"),
                name="closed_day_once_a_unit",
                violation_error_message="This day is in the calendar of this unit already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="closedday",
            name="closed_day_work_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("work__in", ["none", "half", "full"])),
                name="closed_day_work_known",
                violation_error_message="There is no such choice.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="county",
            name="county_name_unique_when_folded",
            constraint=models.UniqueConstraint(
                directory.models.organization.Fold("name_fa"),
                name="county_name_unique_when_folded",
                violation_error_message="This name is there already, perhaps spelled another way.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="membership",
            name="membership_once",
            constraint=models.UniqueConstraint(
                fields=("user", "unit", "role"),
                name="membership_once",
                violation_error_message="This person has this role in this unit already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="service",
            name="service_title_unique_when_folded",
            constraint=models.UniqueConstraint(
                directory.models.organization.Fold("title_fa"),
                name="service_title_unique_when_folded",
                violation_error_message="This title is there already, perhaps spelled another way.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="servicecardversion",
            name="card_announces_one_time",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("announced_days__isnull", True), ("announced_minutes__isnull", True), _connector="OR"
                ),
                name="card_announces_one_time",
                violation_error_message="Give the time in days or in minutes, not in both.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="unit",
            name="unit_name_unique_when_folded",
            constraint=models.UniqueConstraint(
                directory.models.organization.Fold("name_fa"),
                name="unit_name_unique_when_folded",
                violation_error_message="This name is there already, perhaps spelled another way.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="unit",
            name="unit_code_upper_case",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z][A-Z0-9_]*$")),
                name="unit_code_upper_case",
                violation_error_message="The code has capital Latin letters, digits and _ only, a letter first.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="weekdayrule",
            name="weekday_rule_once",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", True)),
                fields=("weekday", "valid_from"),
                name="weekday_rule_once",
                violation_error_message="This weekday has a rule from that day already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="weekdayrule",
            name="weekday_rule_once_a_unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", False)),
                fields=("unit", "weekday", "valid_from"),
                name="weekday_rule_once_a_unit",
                violation_error_message="This weekday has a rule of this unit from that day already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="weekdayrule",
            name="weekday_rule_of_a_week",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__range", (0, 6))),
                name="weekday_rule_of_a_week",
                violation_error_message="There is no such choice.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="weekdayrule",
            name="weekday_rule_work_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("work__in", ["none", "half", "full"])),
                name="weekday_rule_work_known",
                violation_error_message="There is no such choice.",
            ),
        ),
    ]
