from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes in the order in which the queue and its saved filters are read."""

    dependencies = [("feedback", "0001_initial")]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_open_queue",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_open_all",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_of_officer",
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("unit"),
                models.F("due_on"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("received", "in_progress", "waiting_citizen", "reopened")),
                    ("awaits_staff", True),
                    _connector="OR",
                ),
                name="case_to_do_of_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("due_on"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("received", "in_progress", "waiting_citizen", "reopened")),
                    ("awaits_staff", True),
                    _connector="OR",
                ),
                name="case_to_do",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("assigned_to"),
                models.F("due_on"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("received", "in_progress", "waiting_citizen", "reopened")),
                    ("awaits_staff", True),
                    _connector="OR",
                ),
                name="case_to_do_of_officer",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("status"),
                models.F("due_on"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("received", "in_progress", "waiting_citizen", "reopened")),
                    ("awaits_staff", True),
                    _connector="OR",
                ),
                name="case_to_do_by_status",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("due_on"),
                models.F("id"),
                condition=models.Q(
                    models.Q(
                        ("status__in", ("received", "in_progress", "waiting_citizen", "reopened")),
                        ("awaits_staff", True),
                        _connector="OR",
                    ),
                    ("assigned_to__isnull", True),
                ),
                name="case_with_nobody",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(models.F("unit"), models.F("due_on"), models.F("id"), name="case_all_of_unit"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(models.F("due_on"), models.F("id"), name="case_all"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("unit"), condition=models.Q(("is_confidential", True)), name="case_confidential"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("phone"), condition=models.Q(("phone", ""), _negated=True), name="case_by_phone"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("email"), condition=models.Q(("email", ""), _negated=True), name="case_by_email"
            ),
        ),
    ]
