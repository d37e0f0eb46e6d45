from datetime import date
from typing import Any

from django.db import migrations

THURSDAY, FRIDAY = 3, 4


def keep_the_weekend(apps: Any, schema_editor: Any) -> None:
    """Write down the weekend of a portal that is in use; a fresh one loads it with its other reference data."""
    unit, rule = (apps.get_model("directory", name) for name in ("Unit", "WeekdayRule"))
    if unit.objects.exists() and not rule.objects.exists():
        rule.objects.bulk_create(
            rule(weekday=day, work="none", valid_from=date(2016, 3, 20)) for day in (THURSDAY, FRIDAY)
        )


class Migration(migrations.Migration):
    """The weekend was a setting and is a table now."""

    dependencies = [("directory", "0020_working_calendar")]

    operations = [migrations.RunPython(keep_the_weekend, migrations.RunPython.noop)]
