"""For how long texts are kept at first; administrators change the months and name the ground."""

from typing import Any

from django.db import migrations

MONTHS = {
    "request": 36,
    "complaint": 60,
    "suggestion": 36,
    "criticism": 36,
    "misconduct": 120,
    "praise": 24,
}


def write_rules(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("feedback", "RetentionRule").objects
    rules.bulk_create([rules.model(kind=kind, months=months) for kind, months in MONTHS.items()])


def forget_rules(apps: Any, schema_editor: Any) -> None:
    apps.get_model("feedback", "RetentionRule").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("feedback", "0063_keeping_and_erasing")]

    operations = [migrations.RunPython(write_rules, forget_rules)]
