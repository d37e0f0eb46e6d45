from django.db import migrations, models


class Migration(migrations.Migration):
    """The language in which somebody sees the workplace."""

    dependencies = [
        ("directory", "0040_membership_dates"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("fa", "Persian"), ("en", "English")],
                default="",
                max_length=2,
                verbose_name="language of the workplace",
            ),
            preserve_default=False,
        ),
    ]
