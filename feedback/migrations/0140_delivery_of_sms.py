"""How far an SMS came: the gateway's number of it, and a state for one that reached the telephone."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_sent_says_when",
        ),
        migrations.AddField(
            model_name="notice",
            name="gateway_id",
            field=models.CharField(
                blank=True, editable=False, max_length=64, verbose_name="number at the gateway"
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "queued"),
                    ("sent", "sent"),
                    ("arrived", "delivered"),
                    ("retrying", "trying again"),
                    ("failed", "failed"),
                    ("held", "waiting to be gathered with others"),
                    ("gathered", "told in one notice with others"),
                ],
                default="queued",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("gateway_id", ""), _negated=True),
                fields=["gateway_id"],
                name="notice_at_gateway",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["sent", "arrived"]), _negated=True),
                    ("sent_at__isnull", False),
                    _connector="OR",
                ),
                name="notice_sent_says_when",
            ),
        ),
    ]
