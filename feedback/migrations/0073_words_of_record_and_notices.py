from django.db import migrations, models


class Migration(migrations.Migration):
    """What the record and the notices can say today; a choice is no constraint of the database."""

    dependencies = [
        ("feedback", "0072_held_files"),
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
                ],
                max_length=14,
                verbose_name="event",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="topic",
            field=models.CharField(
                choices=[
                    ("received", "your message has arrived"),
                    ("answered", "there is an answer"),
                    ("asked", "there is a question"),
                    ("moved", "your case moved to another unit"),
                    ("unit_new", "a new case in your unit"),
                    ("unit_reply", "the citizen wrote"),
                    ("unit_review", "a review is asked for"),
                    ("merged", "your cases were joined"),
                    ("unmerged", "your cases were parted"),
                    ("unit_reject", "a rejection waits for a decision"),
                    ("unit_back", "a rejection came back"),
                    ("extended", "the deadline was extended"),
                    ("late", "cases near or past their last day"),
                ],
                max_length=12,
                verbose_name="topic",
            ),
        ),
    ]
