"""Tasks for service cards that visitors found wrong; one is open for each field of a version."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0040_membership_dates"),
        ("surveys", "0003_paper_forms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CardReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("documents", "documents"),
                            ("cost", "costs"),
                            ("steps", "steps and visits in person"),
                            ("duration", "announced time"),
                            ("place", "address and hours"),
                            ("terms", "conditions"),
                            ("other", "something else"),
                            ("whole", "the card as a whole"),
                        ],
                        max_length=10,
                        verbose_name="field of the card",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="Jalali year of the finding")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="quarter of the finding")),
                ("wrong", models.PositiveIntegerField(verbose_name="found it different")),
                ("answers", models.PositiveIntegerField(verbose_name="answers")),
                (
                    "named",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="named this field"),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened on")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("corrected", "the card was corrected"),
                            ("practice", "the card is right; the procedure now follows it"),
                            ("kept", "card and procedure stay, for the reason given"),
                        ],
                        max_length=10,
                        verbose_name="decision",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=300, verbose_name="what was found and done"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided on")),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.servicecardversion",
                        verbose_name="service identity card",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
            ],
            options={
                "verbose_name": "review of a service card",
                "verbose_name_plural": "reviews of service cards",
                "ordering": ["-year", "-quarter", "card", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision", "")),
                        fields=("card", "field"),
                        name="card_review_one_open",
                    ),
                    models.UniqueConstraint(
                        fields=("card", "field", "year", "quarter"), name="card_review_once_a_quarter"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                        name="card_review_of_one_of_four_quarters",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wrong__gt", 0), ("wrong__lte", models.F("answers"))),
                        name="card_review_has_a_finding",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("decision", ""),
                                ("note", ""),
                            ),
                            models.Q(
                                models.Q(("decision", ""), _negated=True),
                                models.Q(("note", ""), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="card_review_decided_whole",
                    ),
                ],
            },
        ),
    ]
