"""How often answers came with a visit code that was used already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0013_findings_of_actions"),
    ]

    operations = [
        migrations.AddField(
            model_name="visitsheet",
            name="refused",
            field=models.PositiveIntegerField(
                default=0, editable=False, verbose_name="refused, the code being used"
            ),
        ),
    ]
