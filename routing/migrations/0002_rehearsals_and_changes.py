"""Who changed a draft, and rehearsals of drafts over past cases; both kept as they are by triggers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What the database itself refuses, whoever asks. Errors are of class 23, as those of constraints.
GUARDS = """
CREATE FUNCTION routing_guard_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT 1 FROM routing_ruleset WHERE id = OLD.ruleset_id AND status <> 'draft'
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the record of rule set % stays as it is', OLD.ruleset_id USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION routing_guard_rehearsal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('waiting', 'running') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rehearsal % is over and stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER routing_guard BEFORE UPDATE OR DELETE ON routing_rulechange
    FOR EACH ROW EXECUTE FUNCTION routing_guard_change();
CREATE TRIGGER routing_guard BEFORE UPDATE ON routing_rehearsal
    FOR EACH ROW EXECUTE FUNCTION routing_guard_rehearsal();
"""

NO_GUARDS = """
DROP TRIGGER routing_guard ON routing_rehearsal;
DROP TRIGGER routing_guard ON routing_rulechange;
DROP FUNCTION routing_guard_rehearsal();
DROP FUNCTION routing_guard_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="ruleset",
            name="copied_from",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="copied from version"),
        ),
        migrations.AddField(
            model_name="ruleset",
            name="made_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="made on"),
        ),
        migrations.AddField(
            model_name="ruleset",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("made", "draft made"),
                            ("renamed", "renamed"),
                            ("added", "rule added"),
                            ("edited", "rule changed"),
                            ("removed", "rule taken out"),
                            ("moved", "order changed"),
                            ("published", "published"),
                            ("retired", "retired"),
                        ],
                        max_length=10,
                        verbose_name="change",
                    ),
                ),
                ("rule_code", models.CharField(blank=True, max_length=16, verbose_name="rule")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "ruleset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="routing.ruleset",
                        verbose_name="rule set",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of the rules",
                "verbose_name_plural": "changes of the rules",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64, verbose_name="fingerprint of the rules")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("finished", "finished"),
                            ("cancelled", "cancelled"),
                            ("outdated", "the draft was changed meanwhile"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "against",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="compared with version"),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked on")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished on")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="cases")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="cases replayed")),
                ("part", models.PositiveIntegerField(default=0)),
                ("last", models.BigIntegerField(default=0)),
                ("upto", models.BigIntegerField(default=0)),
                ("breaches", models.PositiveIntegerField(default=0, verbose_name="conflict breaches")),
                ("result", models.JSONField(default=dict, verbose_name="result")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="reason of failure")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "ruleset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rehearsals",
                        to="routing.ruleset",
                        verbose_name="rule set",
                    ),
                ),
            ],
            options={
                "verbose_name": "rehearsal",
                "verbose_name_plural": "rehearsals",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("ruleset",),
                        name="rehearsal_one_under_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["waiting", "running", "finished", "cancelled", "outdated", "failed"],
                            )
                        ),
                        name="rehearsal_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "finished"), _negated=True),
                            ("finished_at__isnull", False),
                            _connector="OR",
                        ),
                        name="rehearsal_finished_says_when",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
