"""Who is who and what we do: every table of the directory, and what the database itself refuses to change in it.

Takes the place of nine migrations (decision 32).
"""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.core.validators
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import CreateModel

import directory.models
from portal.kernel.foldsql import DROP_FOLD_SQL, FOLD_SQL
from portal.migrating import CreateTables

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")

# Errors of the guards are of class 23, as those of constraints.

#: An identity card that was published stays as citizens read it. The one way on: it is retired, and nothing else about
#: it changes. Test runs, which empty their throw-away database, set `portal.truncate`.
CARDS_STAY = """
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
CARDS_GO = """
DROP TRIGGER directory_guard_table ON directory_servicecardversion;
DROP TRIGGER directory_guard ON directory_servicecardversion;
DROP FUNCTION directory_guard_cards();
DROP FUNCTION directory_guard_card();
"""

#: What was said in the recognition file of a member of staff stays said, and nothing is deleted from it.
RECOGNITION_STAYS = """
CREATE FUNCTION directory_guard_recognition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- What an entry rests on stays, each word is written once, and a closed entry is done with.
    IF TG_OP = 'UPDATE' AND OLD.outcome = '' THEN
        IF (NEW.person_id, NEW.unit_id, NEW.source, NEW.is_praise, NEW.reference, NEW.finding_fa, NEW.finding_en,
            NEW.opened_at, NEW.opened_by_id) IS NOT DISTINCT FROM
           (OLD.person_id, OLD.unit_id, OLD.source, OLD.is_praise, OLD.reference, OLD.finding_fa, OLD.finding_en,
            OLD.opened_at, OLD.opened_by_id)
            AND OLD.note IN ('', NEW.note) AND OLD.reply IN ('', NEW.reply) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an entry of the recognition file stays as it is' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER directory_guard BEFORE UPDATE OR DELETE ON directory_recognition
    FOR EACH ROW EXECUTE FUNCTION directory_guard_recognition();
"""
RECOGNITION_GOES = """
DROP TRIGGER directory_guard ON directory_recognition;
DROP FUNCTION directory_guard_recognition();
"""


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("directory", "0001_initial"),
        ("directory", "0020_working_calendar"),
        ("directory", "0021_weekend"),
        ("directory", "0030_service_cards"),
        ("directory", "0031_announcements"),
        ("directory", "0032_editor_role"),
        ("directory", "0040_membership_dates"),
        ("directory", "0065_language_of_staff"),
        ("directory", "0070_recognition_file"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        # Constraints of the tables are made with it.
        migrations.RunSQL(FOLD_SQL, DROP_FOLD_SQL),
        CreateTables(
            [
                CreateModel(
                    name="User",
                    fields=[
                        ("id", ID),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                error_messages={"unique": "A user with that username already exists."},
                                help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                                max_length=150,
                                unique=True,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="username",
                            ),
                        ),
                        (
                            "first_name",
                            models.CharField(blank=True, max_length=150, verbose_name="first name"),
                        ),
                        ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                        ),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="date joined"
                            ),
                        ),
                        (
                            "name_fa",
                            models.CharField(blank=True, max_length=150, verbose_name="name in Persian"),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                choices=[("fa", "Persian"), ("en", "English")],
                                max_length=2,
                                verbose_name="language of the workplace",
                            ),
                        ),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "user",
                        "verbose_name_plural": "users",
                    },
                    managers=[
                        ("objects", django.contrib.auth.models.UserManager()),
                    ],
                ),
                CreateModel(
                    name="Unit",
                    fields=[
                        ("id", ID),
                        ("code", models.CharField(max_length=16, unique=True, verbose_name="code")),
                        ("name_fa", models.CharField(max_length=200, verbose_name="name in Persian")),
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=200, verbose_name="name in English"),
                        ),
                        (
                            "purpose_fa",
                            models.CharField(blank=True, max_length=300, verbose_name="what for, in Persian"),
                        ),
                        (
                            "purpose_en",
                            models.CharField(blank=True, max_length=300, verbose_name="what for, in English"),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="children",
                                to="directory.unit",
                                verbose_name="parent unit",
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ],
                    options={
                        "verbose_name": "unit",
                        "verbose_name_plural": "units",
                        "ordering": ["order", "code"],
                        "constraints": [
                            models.UniqueConstraint(
                                directory.models.Fold("name_fa"), name="unit_name_unique_when_folded"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("parent__isnull", True),
                                    models.Q(("parent", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="unit_is_not_its_own_parent",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("code__regex", "^[A-Z][A-Z0-9_]*$")),
                                name="unit_code_upper_case",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Membership",
                    fields=[
                        ("id", ID),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="user",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="memberships",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("officer", "officer"),
                                    ("head", "head of unit"),
                                    ("clerk", "service-desk clerk"),
                                    ("inspector", "inspector"),
                                    ("manager", "manager"),
                                    ("rule_editor", "rule editor"),
                                    ("administrator", "administrator"),
                                    ("editor", "editor of public pages"),
                                ],
                                default="officer",
                                max_length=16,
                                verbose_name="role",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "valid_from",
                            models.DateField(
                                blank=True,
                                help_text="For a deputy: the first day. Empty: at once.",
                                null=True,
                                verbose_name="from",
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateField(
                                blank=True,
                                help_text="For a deputy: the last day. Empty: for good.",
                                null=True,
                                verbose_name="until",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "membership",
                        "verbose_name_plural": "memberships",
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "unit", "role"), name="membership_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from", None),
                                    ("valid_until", None),
                                    ("valid_until__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="membership_ends_after_it_begins",
                                violation_error_message="The last day lies before the first.",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Position",
                    fields=[
                        ("id", ID),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="positions",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        ("title_fa", models.CharField(max_length=150, verbose_name="title in Persian")),
                        (
                            "title_en",
                            models.CharField(blank=True, max_length=150, verbose_name="title in English"),
                        ),
                        (
                            "holder_fa",
                            models.CharField(blank=True, max_length=150, verbose_name="holder in Persian"),
                        ),
                        (
                            "holder_en",
                            models.CharField(blank=True, max_length=150, verbose_name="holder in English"),
                        ),
                        ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                        (
                            "internal",
                            models.CharField(blank=True, max_length=10, verbose_name="internal number"),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        ("room", models.CharField(blank=True, max_length=80, verbose_name="room")),
                        (
                            "hours_fa",
                            models.CharField(blank=True, max_length=150, verbose_name="hours in Persian"),
                        ),
                        (
                            "hours_en",
                            models.CharField(blank=True, max_length=150, verbose_name="hours in English"),
                        ),
                        ("is_head", models.BooleanField(default=True, verbose_name="head of the unit")),
                        ("is_deputy", models.BooleanField(default=False, verbose_name="deputy")),
                        ("checked_on", models.DateField(blank=True, null=True, verbose_name="last checked")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "position",
                        "verbose_name_plural": "positions",
                        "ordering": ["order", "id"],
                    },
                ),
                CreateModel(
                    name="County",
                    fields=[
                        ("id", ID),
                        ("code", models.SlugField(max_length=32, unique=True, verbose_name="code")),
                        ("name_fa", models.CharField(max_length=100, verbose_name="name in Persian")),
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=100, verbose_name="name in English"),
                        ),
                        (
                            "aliases",
                            models.JSONField(blank=True, default=list, verbose_name="other spellings"),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "county",
                        "verbose_name_plural": "counties",
                        "ordering": ["order", "code"],
                        "constraints": [
                            models.UniqueConstraint(
                                directory.models.Fold("name_fa"), name="county_name_unique_when_folded"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Service",
                    fields=[
                        ("id", ID),
                        ("code", models.SlugField(max_length=32, unique=True, verbose_name="code")),
                        ("title_fa", models.CharField(max_length=200, verbose_name="title in Persian")),
                        (
                            "title_en",
                            models.CharField(blank=True, max_length=200, verbose_name="title in English"),
                        ),
                        (
                            "category_fa",
                            models.CharField(blank=True, max_length=100, verbose_name="category in Persian"),
                        ),
                        (
                            "category_en",
                            models.CharField(blank=True, max_length=100, verbose_name="category in English"),
                        ),
                        ("summary_fa", models.TextField(blank=True, verbose_name="summary in Persian")),
                        ("summary_en", models.TextField(blank=True, verbose_name="summary in English")),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="services",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "service",
                        "verbose_name_plural": "services",
                        "ordering": ["order", "code"],
                        "constraints": [
                            models.UniqueConstraint(
                                directory.models.Fold("title_fa"), name="service_title_unique_when_folded"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Announcement",
                    fields=[
                        ("id", ID),
                        (
                            "kind",
                            models.CharField(
                                choices=[("news", "announcement"), ("activity", "activity")],
                                default="news",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "slug",
                            models.SlugField(
                                help_text="Latin letters, digits and dashes; it stays once given.",
                                max_length=60,
                                unique=True,
                                verbose_name="name in the address",
                            ),
                        ),
                        ("title_fa", models.CharField(max_length=150, verbose_name="title in Persian")),
                        (
                            "title_en",
                            models.CharField(blank=True, max_length=150, verbose_name="title in English"),
                        ),
                        (
                            "body_fa",
                            models.TextField(
                                help_text="Plain text; an empty line parts paragraphs.",
                                max_length=6000,
                                verbose_name="text in Persian",
                            ),
                        ),
                        (
                            "body_en",
                            models.TextField(blank=True, max_length=6000, verbose_name="text in English"),
                        ),
                        (
                            "published_from",
                            models.DateTimeField(
                                blank=True,
                                help_text="Empty: not shown yet.",
                                null=True,
                                verbose_name="shown from",
                            ),
                        ),
                        (
                            "published_until",
                            models.DateTimeField(blank=True, null=True, verbose_name="shown until"),
                        ),
                        ("is_pinned", models.BooleanField(default=False, verbose_name="kept on top")),
                        (
                            "author",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="written by",
                            ),
                        ),
                        ("changed_at", models.DateTimeField(auto_now=True, verbose_name="last changed")),
                    ],
                    options={
                        "verbose_name": "announcement",
                        "verbose_name_plural": "announcements",
                        "ordering": ["-published_from", "-id"],
                        "indexes": [
                            models.Index(
                                models.OrderBy(models.F("is_pinned"), descending=True),
                                models.OrderBy(models.F("published_from"), descending=True),
                                name="announcement_order",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("published_until__isnull", True),
                                    ("published_until__gt", models.F("published_from")),
                                    _connector="OR",
                                ),
                                name="announcement_ends_after_it_begins",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="WeekdayRule",
                    fields=[
                        ("id", ID),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="for this unit only",
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                verbose_name="day of the week",
                            ),
                        ),
                        (
                            "work",
                            models.CharField(
                                choices=[("none", "day off"), ("half", "half day"), ("full", "working day")],
                                max_length=4,
                                verbose_name="how it is worked",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="from this day on")),
                    ],
                    options={
                        "verbose_name": "day of the week",
                        "verbose_name_plural": "working week",
                        "ordering": ["valid_from", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("unit__isnull", True)),
                                fields=("weekday", "valid_from"),
                                name="weekday_rule_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("unit__isnull", False)),
                                fields=("unit", "weekday", "valid_from"),
                                name="weekday_rule_once_a_unit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekday__range", (0, 6))), name="weekday_rule_of_a_week"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("work__in", ["none", "half", "full"])),
                                name="weekday_rule_work_known",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="ClosedDay",
                    fields=[
                        ("id", ID),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="for this unit only",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "work",
                            models.CharField(
                                choices=[("none", "day off"), ("half", "half day"), ("full", "working day")],
                                default="none",
                                max_length=4,
                                verbose_name="how it is worked",
                            ),
                        ),
                        ("title_fa", models.CharField(max_length=200, verbose_name="title in Persian")),
                        (
                            "is_estimated",
                            models.BooleanField(default=False, verbose_name="estimated (lunar calendar)"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in force")),
                    ],
                    options={
                        "verbose_name": "special day",
                        "verbose_name_plural": "holidays, closures and half days",
                        "ordering": ["day"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("unit__isnull", True)),
                                fields=("day",),
                                name="closed_day_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("unit__isnull", False)),
                                fields=("unit", "day"),
                                name="closed_day_once_a_unit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("work__in", ["none", "half", "full"])),
                                name="closed_day_work_known",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Absence",
                    fields=[
                        ("id", ID),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                related_name="absences",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who is away",
                            ),
                        ),
                        ("from_on", models.DateField(verbose_name="first day")),
                        ("until_on", models.DateField(verbose_name="last day")),
                        (
                            "deputy",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="deputy",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "absence",
                        "verbose_name_plural": "absences",
                        "ordering": ["-from_on", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("until_on__gte", models.F("from_on"))),
                                name="absence_ends_after",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("deputy__isnull", True),
                                    models.Q(("deputy", models.F("user")), _negated=True),
                                    _connector="OR",
                                ),
                                name="absence_deputy_is_another",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="ServiceCardVersion",
                    fields=[
                        ("id", ID),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="cards",
                                to="directory.service",
                                verbose_name="service",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("published", "in force"),
                                    ("retired", "out of force"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "change_note",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="what was changed and why"
                            ),
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
                        (
                            "description_fa",
                            models.TextField(max_length=1500, verbose_name="description in Persian"),
                        ),
                        (
                            "description_en",
                            models.TextField(
                                blank=True, max_length=1500, verbose_name="description in English"
                            ),
                        ),
                        (
                            "output_fa",
                            models.CharField(max_length=400, verbose_name="what one gets, in Persian"),
                        ),
                        (
                            "output_en",
                            models.CharField(
                                blank=True, max_length=400, verbose_name="what one gets, in English"
                            ),
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
                            models.CharField(
                                blank=True, max_length=300, verbose_name="who exactly, in Persian"
                            ),
                        ),
                        (
                            "audience_en",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="who exactly, in English"
                            ),
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
                            models.CharField(
                                blank=True, max_length=120, verbose_name="how often, in Persian"
                            ),
                        ),
                        (
                            "frequency_en",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="how often, in English"
                            ),
                        ),
                        ("costs", models.JSONField(blank=True, default=list, verbose_name="costs")),
                        ("documents", models.JSONField(blank=True, default=list, verbose_name="documents")),
                        ("steps", models.JSONField(blank=True, default=list, verbose_name="steps")),
                        ("forms", models.JSONField(blank=True, default=list, verbose_name="forms")),
                        (
                            "channels",
                            models.JSONField(blank=True, default=list, verbose_name="ways of access"),
                        ),
                        (
                            "hours_fa",
                            models.CharField(blank=True, max_length=150, verbose_name="hours in Persian"),
                        ),
                        (
                            "hours_en",
                            models.CharField(blank=True, max_length=150, verbose_name="hours in English"),
                        ),
                        ("laws", models.JSONField(blank=True, default=list, verbose_name="laws and rules")),
                        (
                            "partners",
                            models.JSONField(
                                blank=True, default=list, verbose_name="other bodies that take part"
                            ),
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
                            models.CharField(
                                blank=True, max_length=200, verbose_name="higher body in Persian"
                            ),
                        ),
                        (
                            "authority_en",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="higher body in English"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="cards",
                                to="directory.position",
                                verbose_name="responsible for the service",
                            ),
                        ),
                        ("review_on", models.DateField(blank=True, null=True, verbose_name="next review")),
                        ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made on")),
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
                                condition=models.Q(("state", "draft")),
                                fields=("service",),
                                name="card_one_draft",
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
                                condition=models.Q(
                                    ("state", "draft"), ("review_on__isnull", False), _connector="OR"
                                ),
                                name="card_has_a_review_date",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Recognition",
                    fields=[
                        ("id", ID),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="recognitions",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=models.PROTECT,
                                related_name="+",
                                to="directory.unit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("praise", "a citizen's thanks"),
                                    ("survey", "answers of visitors in two quarters"),
                                ],
                                max_length=8,
                                verbose_name="source",
                            ),
                        ),
                        (
                            "is_praise",
                            models.BooleanField(default=True, verbose_name="speaks for the person"),
                        ),
                        ("reference", models.CharField(max_length=40, verbose_name="reference")),
                        (
                            "finding_fa",
                            models.CharField(max_length=400, verbose_name="what it rests on, in Persian"),
                        ),
                        (
                            "finding_en",
                            models.CharField(
                                blank=True, max_length=400, verbose_name="what it rests on, in English"
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="entered on")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="entered by",
                            ),
                        ),
                        (
                            "note",
                            models.CharField(blank=True, max_length=400, verbose_name="note of the head"),
                        ),
                        (
                            "noted_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="noted by",
                            ),
                        ),
                        (
                            "reply",
                            models.CharField(blank=True, max_length=400, verbose_name="word of the person"),
                        ),
                        (
                            "is_objected",
                            models.BooleanField(default=False, verbose_name="the person objects"),
                        ),
                        (
                            "replied_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="replied on"),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("thanked", "thanked"),
                                    ("talked", "talked about it"),
                                    ("helped", "helped, with training or means"),
                                    ("dropped", "the finding does not hold"),
                                ],
                                max_length=8,
                                verbose_name="outcome",
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=models.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="closed by",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed on")),
                    ],
                    options={
                        "verbose_name": "entry of the recognition file",
                        "verbose_name_plural": "recognition file",
                        "ordering": ["-opened_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "reference"), name="recognition_once_a_source"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("note", ""), ("noted_by__isnull", True)),
                                    models.Q(
                                        models.Q(("note", ""), _negated=True), ("noted_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="recognition_note_has_its_author",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("is_objected", False), ("replied_at__isnull", True), ("reply", "")
                                    ),
                                    models.Q(
                                        models.Q(("reply", ""), _negated=True), ("replied_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="recognition_reply_has_its_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("closed_by__isnull", True),
                                        ("outcome", ""),
                                    ),
                                    models.Q(
                                        models.Q(("outcome", ""), _negated=True),
                                        models.Q(("note", ""), _negated=True),
                                        models.Q(
                                            ("is_praise", True),
                                            models.Q(("reply", ""), _negated=True),
                                            _connector="OR",
                                        ),
                                        ("closed_at__isnull", False),
                                        ("closed_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="recognition_closed_after_both_were_heard",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_objected", False),
                                    models.Q(("closed_by", models.F("noted_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="recognition_objection_is_for_somebody_else",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(CARDS_STAY, CARDS_GO),
        migrations.RunSQL(RECOGNITION_STAYS, RECOGNITION_GOES),
    ]
