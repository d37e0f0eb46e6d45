"""Identity cards of the services in versions, and the trigger that keeps what was published as it is."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What the database itself refuses, whoever asks. Errors are of class 23, as those of constraints.
GUARDS = """
CREATE FUNCTION directory_guard_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    -- The one way on: a published version is retired, and nothing else about it changes.
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired'
        AND to_jsonb(NEW) - 'state' - 'retired_at' = to_jsonb(OLD) - 'state' - 'retired_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'card % is % and stays as it is', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION directory_guard_cards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Set by test runs, which empty their throw-away database between tests.
    IF current_setting('portal.truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER directory_guard BEFORE UPDATE OR DELETE ON directory_servicecardversion
    FOR EACH ROW EXECUTE FUNCTION directory_guard_card();
CREATE TRIGGER directory_guard_table BEFORE TRUNCATE ON directory_servicecardversion
    FOR EACH STATEMENT EXECUTE FUNCTION directory_guard_cards();
"""

NO_GUARDS = """
DROP TRIGGER directory_guard_table ON directory_servicecardversion;
DROP TRIGGER directory_guard ON directory_servicecardversion;
DROP FUNCTION directory_guard_cards();
DROP FUNCTION directory_guard_card();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0021_weekend"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceCardVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "in force"), ("retired", "out of force")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "change_note",
                    models.CharField(blank=True, max_length=300, verbose_name="what was changed and why"),
                ),
                (
                    "identifier",
                    models.CharField(
                        blank=True,
                        help_text="As registered, for example 13011742000.",
                        max_length=40,
                        verbose_name="official identifier",
                    ),
                ),
                ("description_fa", models.TextField(max_length=1500, verbose_name="description in Persian")),
                (
                    "description_en",
                    models.TextField(blank=True, max_length=1500, verbose_name="description in English"),
                ),
                ("output_fa", models.CharField(max_length=400, verbose_name="what one gets, in Persian")),
                (
                    "output_en",
                    models.CharField(blank=True, max_length=400, verbose_name="what one gets, in English"),
                ),
                (
                    "audiences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("citizens", "people (G2C)"),
                                ("businesses", "companies (G2B)"),
                                ("agencies", "public bodies (G2G)"),
                                ("staff", "public staff (G2E)"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                        verbose_name="for whom",
                    ),
                ),
                (
                    "audience_fa",
                    models.CharField(blank=True, max_length=300, verbose_name="who exactly, in Persian"),
                ),
                (
                    "audience_en",
                    models.CharField(blank=True, max_length=300, verbose_name="who exactly, in English"),
                ),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("company", "Running a company"),
                                ("contract", "Working on a public contract"),
                                ("place", "Something is being built where I live"),
                                ("figures", "Needing figures and statistics"),
                                ("job", "Working for the state"),
                                ("course", "Taking a course"),
                                ("budget", "Credit for a public body"),
                                ("trouble", "Being dissatisfied"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="life events",
                    ),
                ),
                (
                    "subservices",
                    models.JSONField(blank=True, default=list, verbose_name="parts of the service"),
                ),
                (
                    "process_fa",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="title of the process in Persian"
                    ),
                ),
                (
                    "process_en",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="title of the process in English"
                    ),
                ),
                (
                    "announced_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(366)],
                        verbose_name="announced time, working days",
                    ),
                ),
                (
                    "announced_minutes",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="For what is done while one waits. Fill in days or minutes, not both.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(480)],
                        verbose_name="announced time, minutes",
                    ),
                ),
                (
                    "visits",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(20)],
                        verbose_name="visits in person",
                    ),
                ),
                (
                    "frequency_fa",
                    models.CharField(blank=True, max_length=120, verbose_name="how often, in Persian"),
                ),
                (
                    "frequency_en",
                    models.CharField(blank=True, max_length=120, verbose_name="how often, in English"),
                ),
                ("costs", models.JSONField(blank=True, default=list, verbose_name="costs")),
                ("documents", models.JSONField(blank=True, default=list, verbose_name="documents")),
                ("steps", models.JSONField(blank=True, default=list, verbose_name="steps")),
                ("forms", models.JSONField(blank=True, default=list, verbose_name="forms")),
                ("channels", models.JSONField(blank=True, default=list, verbose_name="ways of access")),
                ("hours_fa", models.CharField(blank=True, max_length=150, verbose_name="hours in Persian")),
                ("hours_en", models.CharField(blank=True, max_length=150, verbose_name="hours in English")),
                ("laws", models.JSONField(blank=True, default=list, verbose_name="laws and rules")),
                (
                    "partners",
                    models.JSONField(blank=True, default=list, verbose_name="other bodies that take part"),
                ),
                (
                    "questions",
                    models.JSONField(blank=True, default=list, verbose_name="questions and answers"),
                ),
                (
                    "nature",
                    models.CharField(
                        choices=[("sovereign", "sovereign"), ("operational", "operational")],
                        default="sovereign",
                        max_length=12,
                        verbose_name="nature",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("national", "national"),
                            ("provincial", "provincial"),
                            ("county", "county"),
                            ("urban", "urban"),
                            ("rural", "rural"),
                        ],
                        default="provincial",
                        max_length=12,
                        verbose_name="level",
                    ),
                ),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("demand", "somebody asks for it"),
                            ("time", "a certain time has come"),
                            ("event", "something has happened"),
                            ("agency", "the organization sees the need"),
                        ],
                        default="demand",
                        max_length=8,
                        verbose_name="begins when",
                    ),
                ),
                (
                    "availability",
                    models.CharField(
                        choices=[
                            ("active", "offered"),
                            ("suspended", "suspended for now"),
                            ("ended", "no longer offered"),
                        ],
                        default="active",
                        max_length=10,
                        verbose_name="availability",
                    ),
                ),
                (
                    "authority_fa",
                    models.CharField(blank=True, max_length=200, verbose_name="higher body in Persian"),
                ),
                (
                    "authority_en",
                    models.CharField(blank=True, max_length=200, verbose_name="higher body in English"),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="next review")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made on")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published on")),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="retired on")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cards",
                        to="directory.position",
                        verbose_name="responsible for the service",
                    ),
                ),
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
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cards",
                        to="directory.service",
                        verbose_name="service",
                    ),
                ),
            ],
            options={
                "verbose_name": "service identity card",
                "verbose_name_plural": "service identity cards",
                "ordering": ["service", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("service", "number"), name="card_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("service",),
                        name="card_one_in_force",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")), fields=("service",), name="card_one_draft"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at__isnull", True),
                                ("retired_at__isnull", True),
                                ("state", "draft"),
                            ),
                            models.Q(
                                ("published_at__isnull", False),
                                ("retired_at__isnull", True),
                                ("state", "published"),
                            ),
                            models.Q(
                                ("published_at__isnull", False),
                                ("retired_at__gte", models.F("published_at")),
                                ("state", "retired"),
                            ),
                            _connector="OR",
                        ),
                        name="card_state_has_its_times",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("announced_days__isnull", True),
                            ("announced_minutes__isnull", True),
                            _connector="OR",
                        ),
                        name="card_announces_one_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "draft"), ("review_on__isnull", False), _connector="OR"),
                        name="card_has_a_review_date",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
