from django.db import migrations, models


class Migration(migrations.Migration):
    """Memberships that hold from one day to another: deputies for absences."""

    dependencies = [
        ("directory", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="valid_from",
            field=models.DateField(
                blank=True,
                help_text="For a deputy: the first day. Empty: at once.",
                null=True,
                verbose_name="from",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="valid_until",
            field=models.DateField(
                blank=True,
                help_text="For a deputy: the last day. Empty: for good.",
                null=True,
                verbose_name="until",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None),
                    ("valid_until", None),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="membership_ends_after_it_begins",
                violation_error_message="The last day lies before the first.",
            ),
        ),
    ]
