"""Improvement actions that answer to a rule or to similar cases, besides a figure of a survey."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0070_recognition_file"),
        ("surveys", "0012_counters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="improvementaction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("survey", "a figure of a survey"),
                    ("rule", "a rule that sends cases to the wrong unit"),
                    ("cluster", "several similar cases"),
                ],
                default="survey",
                max_length=8,
                verbose_name="finding",
            ),
        ),
        migrations.AddField(
            model_name="improvementaction",
            name="reference",
            field=models.CharField(
                blank=True,
                help_text="Filled in where the link of a report leads here: stage and rule, or a case's number.",
                max_length=40,
                verbose_name="rule or case",
            ),
        ),
        migrations.AlterField(
            model_name="improvementaction",
            name="code",
            field=models.CharField(blank=True, max_length=24, verbose_name="code of the question"),
        ),
        migrations.AlterField(
            model_name="improvementaction",
            name="questionnaire",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.questionnaire",
                verbose_name="questionnaire",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvementaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "survey"),
                        ("questionnaire__isnull", False),
                        ("reference", ""),
                        models.Q(("code", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("kind", "survey"), _negated=True),
                        ("code", ""),
                        ("questionnaire__isnull", True),
                        models.Q(("reference", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="action_names_its_finding",
                violation_error_message="A figure of a survey needs the questionnaire and the question, the other findings a rule or case.",
            ),
        ),
    ]
