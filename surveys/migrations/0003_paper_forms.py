"""Paper forms that were keyed in and wait, and what became of each sheet of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0002_visits_and_quarters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day of the visits")),
                ("keyed", models.PositiveSmallIntegerField(verbose_name="forms keyed")),
                ("checked", models.PositiveSmallIntegerField(verbose_name="forms keyed twice")),
                ("compared", models.PositiveIntegerField(verbose_name="answers compared")),
                ("differed", models.PositiveIntegerField(verbose_name="of them different")),
                (
                    "spoiled",
                    models.PositiveSmallIntegerField(
                        verbose_name="forms left out, their code being used online"
                    ),
                ),
                ("closed_at", models.DateTimeField(verbose_name="closed on")),
                (
                    "closed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
                    ),
                ),
                (
                    "sheet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batch",
                        to="surveys.visitsheet",
                        verbose_name="sheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "batch of paper forms",
                "verbose_name_plural": "batches of paper forms",
                "ordering": ["-closed_at"],
            },
        ),
        migrations.CreateModel(
            name="PaperEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_second", models.BooleanField(default=False, verbose_name="second keying")),
                ("answers", models.JSONField(verbose_name="answers")),
                (
                    "keyed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="keyed by",
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="surveys.visittoken",
                        verbose_name="visit code",
                    ),
                ),
            ],
            options={
                "verbose_name": "keyed paper form",
                "verbose_name_plural": "keyed paper forms",
                "constraints": [
                    models.UniqueConstraint(fields=("token", "is_second"), name="paper_entry_once")
                ],
            },
        ),
    ]
