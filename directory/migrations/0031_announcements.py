"""Announcements and activities, short pages by public relations."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0030_service_cards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
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
                        choices=[("news", "announcement"), ("activity", "activity")],
                        default="news",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="Latin letters, digits and dashes; it stays once given.",
                        max_length=60,
                        unique=True,
                        verbose_name="name in the address",
                    ),
                ),
                ("title_fa", models.CharField(max_length=150, verbose_name="title in Persian")),
                ("title_en", models.CharField(blank=True, max_length=150, verbose_name="title in English")),
                (
                    "body_fa",
                    models.TextField(
                        help_text="Plain text; an empty line parts paragraphs.",
                        max_length=6000,
                        verbose_name="text in Persian",
                    ),
                ),
                ("body_en", models.TextField(blank=True, max_length=6000, verbose_name="text in English")),
                (
                    "published_from",
                    models.DateTimeField(
                        blank=True, help_text="Empty: not shown yet.", null=True, verbose_name="shown from"
                    ),
                ),
                ("published_until", models.DateTimeField(blank=True, null=True, verbose_name="shown until")),
                ("is_pinned", models.BooleanField(default=False, verbose_name="kept on top")),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="last changed")),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
            ],
            options={
                "verbose_name": "announcement",
                "verbose_name_plural": "announcements",
                "ordering": ["-published_from", "-id"],
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("is_pinned"), descending=True),
                        models.OrderBy(models.F("published_from"), descending=True),
                        name="announcement_order",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_until__isnull", True),
                            ("published_until__gt", models.F("published_from")),
                            _connector="OR",
                        ),
                        name="announcement_ends_after_it_begins",
                    )
                ],
            },
        ),
    ]
