"""Rule sets, rules and keywords, and the triggers that keep a published set as it is."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import directory.models

# What the database itself refuses, whoever asks. Errors are of class 23, as those of constraints.
GUARDS = """
CREATE FUNCTION routing_guard_ruleset() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    -- The one way on: a published set is retired, and nothing else about it changes.
    IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'retired'
        AND to_jsonb(NEW) - 'status' - 'retired_at' = to_jsonb(OLD) - 'status' - 'retired_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rule set % is % and stays as it is', OLD.version, OLD.status USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION routing_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part jsonb;
    home bigint;
    home_status text;
BEGIN
    FOREACH part IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        CONTINUE WHEN part IS NULL;
        home := part ->> 'ruleset_id';
        IF home IS NULL THEN
            SELECT ruleset_id INTO home FROM routing_rule WHERE id = (part ->> 'rule_id')::bigint;
        END IF;
        -- The lock makes a change wait for a publication under way, and the other way round.
        SELECT status INTO home_status FROM routing_ruleset WHERE id = home FOR SHARE;
        IF home_status <> 'draft' THEN
            RAISE EXCEPTION 'rule set % is % and stays as it is', home, home_status USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER routing_guard BEFORE UPDATE OR DELETE ON routing_ruleset
    FOR EACH ROW EXECUTE FUNCTION routing_guard_ruleset();
CREATE TRIGGER routing_guard BEFORE INSERT OR UPDATE OR DELETE ON routing_rule
    FOR EACH ROW EXECUTE FUNCTION routing_guard_part();
CREATE TRIGGER routing_guard BEFORE INSERT OR UPDATE OR DELETE ON routing_keyword
    FOR EACH ROW EXECUTE FUNCTION routing_guard_part();
"""

NO_GUARDS = """
DROP TRIGGER routing_guard ON routing_keyword;
DROP TRIGGER routing_guard ON routing_rule;
DROP TRIGGER routing_guard ON routing_ruleset;
DROP FUNCTION routing_guard_part();
DROP FUNCTION routing_guard_ruleset();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(unique=True, verbose_name="version")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published"), ("retired", "retired")],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published on")),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="retired on")),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule set",
                "verbose_name_plural": "rule sets",
                "ordering": ["-version"],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "order",
                    models.PositiveSmallIntegerField(
                        help_text="Lanes are tried in this order; of units with equal points the earlier wins.",
                        verbose_name="order",
                    ),
                ),
                ("code", models.CharField(max_length=16, verbose_name="code")),
                (
                    "stage",
                    models.CharField(
                        choices=[("lane", "lane"), ("points", "points")],
                        default="points",
                        help_text="A lane decides at once; points compete.",
                        max_length=10,
                        verbose_name="stage",
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("request", "request"),
                                ("complaint", "complaint"),
                                ("suggestion", "suggestion"),
                                ("criticism", "criticism"),
                                ("misconduct", "report of misconduct"),
                                ("praise", "thanks"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        help_text="The rule is for these kinds of messages; for all if empty.",
                        size=None,
                        verbose_name="kinds",
                    ),
                ),
                (
                    "always",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="What the rule is worth to every message of its kinds, whatever the words.",
                        validators=[django.core.validators.MaxValueValidator(20)],
                        verbose_name="points without words",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="directory.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "ruleset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="routing.ruleset",
                        verbose_name="rule set",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule",
                "verbose_name_plural": "rules",
                "ordering": ["order", "id"],
            },
        ),
        migrations.CreateModel(
            name="Keyword",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phrase", models.CharField(max_length=100, verbose_name="word or phrase")),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="0 takes the phrase out of the reading: “with thanks” says nothing, though “thanks” does.",
                        validators=[django.core.validators.MaxValueValidator(20)],
                        verbose_name="weight",
                    ),
                ),
                (
                    "switches_off",
                    models.BooleanField(
                        default=False,
                        help_text="A message with this phrase is not for this rule.",
                        verbose_name="switches the rule off",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keywords",
                        to="routing.rule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "keyword",
                "verbose_name_plural": "keywords",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("rule"),
                        directory.models.Fold("phrase"),
                        name="keyword_once_per_rule_when_folded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weight__lte", 20)), name="keyword_weight_in_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phrase", ""), _negated=True), name="keyword_not_empty"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "published")), fields=("status",), name="ruleset_one_published"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("published_at__isnull", True), ("retired_at__isnull", True), ("status", "draft")
                    ),
                    models.Q(
                        ("published_at__isnull", False), ("retired_at__isnull", True), ("status", "published")
                    ),
                    models.Q(
                        ("published_at__isnull", False), ("retired_at__isnull", False), ("status", "retired")
                    ),
                    _connector="OR",
                ),
                name="ruleset_dates_follow_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.UniqueConstraint(fields=("ruleset", "code"), name="rule_code_once_per_set"),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("ruleset", "order"),
                name="rule_order_once_per_set",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["lane", "points"])), name="rule_stage_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kinds__contained_by",
                        ["request", "complaint", "suggestion", "criticism", "misconduct", "praise"],
                    )
                ),
                name="rule_kinds_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(("always__lte", 20)), name="rule_always_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(("always", 0), models.Q(("kinds", []), _negated=True), _connector="OR"),
                name="rule_always_names_kinds",
            ),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
