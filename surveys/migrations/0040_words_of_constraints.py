"""What a constraint refuses is said in words; no table is touched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0030_answers_are_never_emptied")]

    operations = [
        migrations.AlterConstraint(
            model_name="counter",
            name="counter_name_once",
            constraint=models.UniqueConstraint(
                fields=("unit", "name"),
                name="counter_name_once",
                violation_error_message="This unit has a counter with this name already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="counter",
            name="counter_person_has_a_day",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", True), ("person_since__isnull", True)),
                    models.Q(("person__isnull", False), ("person_since__isnull", False)),
                    _connector="OR",
                ),
                name="counter_person_has_a_day",
                violation_error_message="Give the person and the day together, or neither of them.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="improvementaction",
            name="action_of_one_of_four_quarters",
            constraint=models.CheckConstraint(
                condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                name="action_of_one_of_four_quarters",
                violation_error_message="The quarter is a number from 1 to 4.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="item",
            name="item_code_upper_case",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z][A-Z0-9_]*$")),
                name="item_code_upper_case",
                violation_error_message="Capital Latin letters, digits and _ only, a letter first.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="item",
            name="item_scale_of_five_points_only",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "five_point"), ("scale", ""), _connector="OR"),
                name="item_scale_of_five_points_only",
                violation_error_message="Only a question of five points has a scale.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="option",
            name="option_value_once",
            constraint=models.UniqueConstraint(
                fields=("item", "value"),
                name="option_value_once",
                violation_error_message="This question has an option with this value already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="option",
            name="option_value_lower_case",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__regex", "^[a-z0-9_]+$")),
                name="option_value_lower_case",
                violation_error_message="Small Latin letters, digits and _ only.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="questionnaire",
            name="questionnaire_slug_is_free",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__in", ("results", "useful", "kiosk")), _negated=True),
                name="questionnaire_slug_is_free",
                violation_error_message="This name in the address belongs to another page; choose another one.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="theme",
            name="theme_name_once",
            constraint=models.UniqueConstraint(
                fields=("questionnaire", "name_fa"),
                name="theme_name_once",
                violation_error_message="This questionnaire has a theme with this name already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="visitcount",
            name="visit_count_once",
            constraint=models.UniqueConstraint(
                fields=("unit", "day"),
                name="visit_count_once",
                violation_error_message="The visits of this unit on this day are counted already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="visitsheet",
            name="sheet_holds_enough_codes",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gte", 10), ("count__lte", 100)),
                name="sheet_holds_enough_codes",
                violation_error_message="A sheet holds from 10 to 100 codes.",
            ),
        ),
    ]
