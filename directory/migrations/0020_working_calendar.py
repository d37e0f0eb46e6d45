import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The week, half days and days of single units as rows; who is away."""

    dependencies = [
        ("directory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField(verbose_name="first day")),
                ("until_on", models.DateField(verbose_name="last day")),
            ],
            options={
                "verbose_name": "absence",
                "verbose_name_plural": "absences",
                "ordering": ["-from_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="WeekdayRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="day of the week",
                    ),
                ),
                (
                    "work",
                    models.CharField(
                        choices=[("none", "day off"), ("half", "half day"), ("full", "working day")],
                        max_length=4,
                        verbose_name="how it is worked",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from this day on")),
            ],
            options={
                "verbose_name": "day of the week",
                "verbose_name_plural": "working week",
                "ordering": ["valid_from", "id"],
            },
        ),
        migrations.AlterModelOptions(
            name="closedday",
            options={
                "ordering": ["day"],
                "verbose_name": "special day",
                "verbose_name_plural": "holidays, closures and half days",
            },
        ),
        migrations.AddField(
            model_name="closedday",
            name="is_active",
            field=models.BooleanField(default=True, verbose_name="in force"),
        ),
        migrations.AddField(
            model_name="closedday",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="for this unit only",
            ),
        ),
        migrations.AddField(
            model_name="closedday",
            name="work",
            field=models.CharField(
                choices=[("none", "day off"), ("half", "half day"), ("full", "working day")],
                default="none",
                max_length=4,
                verbose_name="how it is worked",
            ),
        ),
        migrations.AlterField(
            model_name="closedday",
            name="day",
            field=models.DateField(verbose_name="day"),
        ),
        migrations.AddConstraint(
            model_name="closedday",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", True)), fields=("day",), name="closed_day_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="closedday",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", False)),
                fields=("unit", "day"),
                name="closed_day_once_a_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="closedday",
            constraint=models.CheckConstraint(
                condition=models.Q(("work__in", ["none", "half", "full"])), name="closed_day_work_known"
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="deputy",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="deputy",
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="absences",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who is away",
            ),
        ),
        migrations.AddField(
            model_name="weekdayrule",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
                verbose_name="for this unit only",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on"))), name="absence_ends_after"
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deputy__isnull", True),
                    models.Q(("deputy", models.F("user")), _negated=True),
                    _connector="OR",
                ),
                name="absence_deputy_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="weekdayrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", True)),
                fields=("weekday", "valid_from"),
                name="weekday_rule_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="weekdayrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", False)),
                fields=("unit", "weekday", "valid_from"),
                name="weekday_rule_once_a_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="weekdayrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__range", (0, 6))), name="weekday_rule_of_a_week"
            ),
        ),
        migrations.AddConstraint(
            model_name="weekdayrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("work__in", ["none", "half", "full"])), name="weekday_rule_work_known"
            ),
        ),
    ]
