from django.db import migrations, models


class Migration(migrations.Migration):
    """The figures of the home page, counted now and then instead of at every visit."""

    dependencies = [
        ("feedback", "0011_clerk_intake"),
    ]

    operations = [
        migrations.CreateModel(
            name="Figures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(verbose_name="from")),
                ("until", models.DateField(unique=True, verbose_name="until")),
                ("received", models.PositiveIntegerField(verbose_name="messages received")),
                ("due", models.PositiveIntegerField(verbose_name="answered or due")),
                ("late", models.PositiveIntegerField(verbose_name="of these late")),
                (
                    "median_days",
                    models.PositiveSmallIntegerField(verbose_name="median of working days to an answer"),
                ),
                ("overdue_open", models.PositiveIntegerField(verbose_name="open and overdue")),
                ("counted_at", models.DateTimeField(verbose_name="counted")),
            ],
            options={
                "verbose_name": "figures of our work",
                "verbose_name_plural": "figures of our work",
                "ordering": ["-until"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("late__lte", models.F("due")),
                            ("due__lte", models.F("received")),
                            ("since__lt", models.F("until")),
                        ),
                        name="figures_add_up",
                    )
                ],
            },
        ),
    ]
