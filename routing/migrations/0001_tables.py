"""Who should answer this: sets of rules and their rehearsals, and the triggers that keep what was published and tried.

Takes the place of two migrations (decision 32).
"""

import django.contrib.postgres.fields
import django.core.validators
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import CreateModel

import directory.models
from portal.migrating import CreateTables

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")

# Errors of the guards are of class 23, as those of constraints.

#: A published set of rules stays as it decided: the set, its rules and their words.
RULES_STAY = """
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
RULES_GO = """
DROP TRIGGER routing_guard ON routing_keyword;
DROP TRIGGER routing_guard ON routing_rule;
DROP TRIGGER routing_guard ON routing_ruleset;
DROP FUNCTION routing_guard_part();
DROP FUNCTION routing_guard_ruleset();
"""

#: Who changed what in a set, and how a draft did over past cases, stays written: a change goes only with its whole
#: draft, a rehearsal that is over stays as it came out.
TRIALS_STAY = """
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
TRIALS_GO = """
DROP TRIGGER routing_guard ON routing_rehearsal;
DROP TRIGGER routing_guard ON routing_rulechange;
DROP FUNCTION routing_guard_rehearsal();
DROP FUNCTION routing_guard_change();
"""


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("routing", "0001_initial"),
        ("routing", "0002_rehearsals_and_changes"),
    ]

    dependencies = [
        ("directory", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables(
            [
                CreateModel(
                    name="RuleSet",
                    fields=[
                        ("id", ID),
                        ("version", models.PositiveIntegerField(unique=True, verbose_name="version")),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("published", "published"),
                                    ("retired", "retired"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "published_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="published on"),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="published by",
                            ),
                        ),
                        (
                            "retired_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="retired on"),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="made by",
                            ),
                        ),
                        ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="made on")),
                        (
                            "copied_from",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="copied from version"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule set",
                        "verbose_name_plural": "rule sets",
                        "ordering": ["-version"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status", "published")),
                                fields=("status",),
                                name="ruleset_one_published",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("published_at__isnull", True),
                                        ("retired_at__isnull", True),
                                        ("status", "draft"),
                                    ),
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("retired_at__isnull", True),
                                        ("status", "published"),
                                    ),
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("retired_at__isnull", False),
                                        ("status", "retired"),
                                    ),
                                    _connector="OR",
                                ),
                                name="ruleset_dates_follow_status",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Rule",
                    fields=[
                        ("id", ID),
                        (
                            "ruleset",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="rules",
                                to="routing.ruleset",
                                verbose_name="rule set",
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
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="rules",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "rule",
                        "verbose_name_plural": "rules",
                        "ordering": ["order", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("ruleset", "code"), name="rule_code_once_per_set"
                            ),
                            models.UniqueConstraint(
                                deferrable=models.Deferrable["DEFERRED"],
                                fields=("ruleset", "order"),
                                name="rule_order_once_per_set",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("stage__in", ["lane", "points"])), name="rule_stage_known"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kinds__contained_by",
                                        [
                                            "request",
                                            "complaint",
                                            "suggestion",
                                            "criticism",
                                            "misconduct",
                                            "praise",
                                        ],
                                    )
                                ),
                                name="rule_kinds_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("always__lte", 20)), name="rule_always_in_range"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("always", 0), models.Q(("kinds", []), _negated=True), _connector="OR"
                                ),
                                name="rule_always_names_kinds",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Keyword",
                    fields=[
                        ("id", ID),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="keywords",
                                to="routing.rule",
                                verbose_name="rule",
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
                CreateModel(
                    name="RuleChange",
                    fields=[
                        ("id", ID),
                        (
                            "ruleset",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="changes",
                                to="routing.ruleset",
                                verbose_name="rule set",
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
                        (
                            "actor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="when")),
                    ],
                    options={
                        "verbose_name": "change of the rules",
                        "verbose_name_plural": "changes of the rules",
                        "ordering": ["id"],
                    },
                ),
                CreateModel(
                    name="Rehearsal",
                    fields=[
                        ("id", ID),
                        (
                            "ruleset",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="rehearsals",
                                to="routing.ruleset",
                                verbose_name="rule set",
                            ),
                        ),
                        (
                            "fingerprint",
                            models.CharField(max_length=64, verbose_name="fingerprint of the rules"),
                        ),
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
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="compared with version"
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked by",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked on")),
                        (
                            "finished_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="finished on"),
                        ),
                        ("total", models.PositiveIntegerField(default=0, verbose_name="cases")),
                        ("done", models.PositiveIntegerField(default=0, verbose_name="cases replayed")),
                        ("part", models.PositiveIntegerField(default=0)),
                        ("last", models.BigIntegerField(default=0)),
                        ("upto", models.BigIntegerField(default=0)),
                        (
                            "breaches",
                            models.PositiveIntegerField(default=0, verbose_name="conflict breaches"),
                        ),
                        ("result", models.JSONField(default=dict, verbose_name="result")),
                        (
                            "error",
                            models.CharField(blank=True, max_length=300, verbose_name="reason of failure"),
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
            ]
        ),
        migrations.RunSQL(RULES_STAY, RULES_GO),
        migrations.RunSQL(TRIALS_STAY, TRIALS_GO),
    ]
