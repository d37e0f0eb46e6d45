"""A notice that offers the survey."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0101_counts_from_indexes"),
    ]

    operations = [
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
                    ("survey", "the survey is offered"),
                ],
                max_length=12,
                verbose_name="topic",
            ),
        ),
    ]
