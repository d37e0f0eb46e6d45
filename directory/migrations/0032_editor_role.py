"""The role of those who keep the public pages: contacts, identity cards, announcements."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0031_announcements"),
    ]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("officer", "officer"),
                    ("head", "head of unit"),
                    ("clerk", "service-desk clerk"),
                    ("inspector", "inspector"),
                    ("manager", "manager"),
                    ("rule_editor", "rule editor"),
                    ("administrator", "administrator"),
                    ("editor", "editor of public pages"),
                ],
                default="officer",
                max_length=16,
                verbose_name="role",
            ),
        ),
    ]
