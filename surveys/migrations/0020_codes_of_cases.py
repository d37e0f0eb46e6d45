"""Codes that answers to cases take from a sheet nobody prints, and the flag of a code used twice at once."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_tables"),
        ("surveys", "0001_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="place",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="place on the sheet"),
        ),
        migrations.AddField(
            model_name="offer",
            name="sheet",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offers",
                to="surveys.visitsheet",
                verbose_name="sheet",
            ),
        ),
        migrations.AddField(
            model_name="visitsheet",
            name="of_cases",
            field=models.BooleanField(default=False, editable=False, verbose_name="for answered cases"),
        ),
        migrations.AlterField(
            model_name="response",
            name="flags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("trapped", "the trap for robots was filled in"),
                        ("speeding", "answered faster than anybody reads"),
                        ("straight_lining", "the same answer everywhere"),
                        ("burst", "many more at once than this place ever has"),
                        ("twins", "the same answers to every question, several times within an hour"),
                        ("out_of_hours", "from a kiosk while the building is closed"),
                        ("raced", "its code was used on two devices at the same moment"),
                        ("lifted", "left out at first, counted again by a decision"),
                    ],
                    max_length=16,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="flags",
            ),
        ),
        migrations.AlterField(
            model_name="response",
            name="mode",
            field=models.CharField(
                choices=[
                    ("web", "this site"),
                    ("token", "one-time code"),
                    ("kiosk", "kiosk"),
                    ("paper", "paper form"),
                ],
                default="web",
                max_length=8,
                verbose_name="mode",
            ),
        ),
        migrations.AlterField(
            model_name="suspicion",
            name="flag",
            field=models.CharField(
                choices=[
                    ("trapped", "the trap for robots was filled in"),
                    ("speeding", "answered faster than anybody reads"),
                    ("straight_lining", "the same answer everywhere"),
                    ("burst", "many more at once than this place ever has"),
                    ("twins", "the same answers to every question, several times within an hour"),
                    ("out_of_hours", "from a kiosk while the building is closed"),
                    ("raced", "its code was used on two devices at the same moment"),
                    ("lifted", "left out at first, counted again by a decision"),
                ],
                max_length=16,
                verbose_name="flag",
            ),
        ),
        migrations.AlterField(
            model_name="suspicion",
            name="mode",
            field=models.CharField(
                choices=[
                    ("web", "this site"),
                    ("token", "one-time code"),
                    ("kiosk", "kiosk"),
                    ("paper", "paper form"),
                ],
                max_length=8,
                verbose_name="mode",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(fields=("sheet", "place"), name="offer_takes_a_code_once"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("place__isnull", True), ("sheet__isnull", True)),
                    models.Q(("place__isnull", False), ("sheet__isnull", False)),
                    _connector="OR",
                ),
                name="offer_names_sheet_and_place",
            ),
        ),
    ]
