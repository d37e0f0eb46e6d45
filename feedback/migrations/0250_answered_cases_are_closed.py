from django.db import migrations, models


class Migration(migrations.Migration):
    """Answered cases in which all was quiet for thirty days are closed, ten thousand an hour where there are many.

    Nothing is written while the index is built: a second or two for each million answered cases.
    """

    dependencies = [
        ("feedback", "0240_members_stay_out"),
    ]

    operations = [
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "received"),
                    ("routed", "sent to the unit"),
                    ("assigned", "given to an officer"),
                    ("taken", "taken up"),
                    ("noted", "internal note written"),
                    ("asked", "citizen asked"),
                    ("replied", "citizen wrote"),
                    ("answered", "answered"),
                    ("redirected", "sent to another unit"),
                    ("referred_out", "referred to another body"),
                    ("opened", "opened by the citizen"),
                    ("dictated", "code dictated to staff"),
                    ("entered", "entered by staff"),
                    ("code_replaced", "one-time code replaced by the citizen"),
                    ("rated", "answer rated"),
                    ("review_asked", "review asked for"),
                    ("taken_back", "taken back before it went out"),
                    ("reject_asked", "rejection proposed"),
                    ("reject_back", "rejection sent back"),
                    ("rejected", "rejected"),
                    ("merged", "joined with another case"),
                    ("unmerged", "parted from the other case"),
                    ("resent", "notice sent again"),
                    ("contact", "phone or e-mail corrected"),
                    ("kept", "to be kept longer"),
                    ("released", "no longer to be kept longer"),
                    ("erased", "texts, names and files erased"),
                    ("extended", "deadline extended"),
                    ("recounted", "deadline counted anew"),
                    ("escalated", "told of as near or late"),
                    ("recused", "officer recused himself"),
                    ("closed", "closed, as all was quiet after the answer"),
                ],
                max_length=14,
                verbose_name="event",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("answered_at"),
                condition=models.Q(("awaits_staff", False), ("status", "answered")),
                name="case_settling",
            ),
        ),
    ]
