"""Choices of the directory."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a user may do for a unit (PRODUCT.md section 2)."""

    OFFICER = "officer", _("officer")
    HEAD = "head", _("head of unit")
    CLERK = "clerk", _("service-desk clerk")
    INSPECTOR = "inspector", _("inspector")
    MANAGER = "manager", _("manager")
    RULE_EDITOR = "rule_editor", _("rule editor")
    ADMINISTRATOR = "administrator", _("administrator")
    EDITOR = "editor", _("editor of public pages")


class Duty(models.TextChoices):
    """What somebody may do in the workplace; which roles have it stands in `DUTIES` and nowhere else."""

    CASES = "cases", _("reads and answers the cases of the unit")
    ENTRY = "entry", _("enters what came by phone, letter, paper box or visit")
    BRANCH = "branch", _("also sees the cases of the units below")
    FIGURES = "figures", _("reads reports and surveys, without the texts of cases")
    RULES = "rules", _("reads and drafts the rules that send a message to its unit")
    SURVEYS = "surveys", _("writes and publishes surveys")
    DIRECTORY = "directory", _("keeps units, people, services and closed days")
    PAGES = "pages", _("writes identity cards, contacts and announcements")
    OPERATION = "operation", _("sees whether the portal itself runs well")


#: What each role may do. Reports of misconduct follow from the unit, not from the role: members of the unit that
#: handles them see them, whoever stands above that unit does not (PRODUCT.md section 9).
DUTIES: dict[Role, frozenset[Duty]] = {
    Role.OFFICER: frozenset({Duty.CASES, Duty.ENTRY}),
    Role.HEAD: frozenset({Duty.CASES, Duty.ENTRY, Duty.BRANCH}),
    Role.CLERK: frozenset({Duty.CASES, Duty.ENTRY}),
    Role.INSPECTOR: frozenset({Duty.CASES, Duty.ENTRY}),
    Role.MANAGER: frozenset({Duty.FIGURES}),
    Role.RULE_EDITOR: frozenset({Duty.RULES}),
    Role.ADMINISTRATOR: frozenset(
        {Duty.FIGURES, Duty.RULES, Duty.SURVEYS, Duty.DIRECTORY, Duty.PAGES, Duty.OPERATION}
    ),
    Role.EDITOR: frozenset({Duty.PAGES}),
}


def roles_with(duty: Duty) -> tuple[Role, ...]:
    """Return the roles that have a duty, in the order of the roles."""
    return tuple(role for role in Role if duty in DUTIES[role])


#: Roles that read and answer cases; the others see figures or settings only.
CASE_ROLES = roles_with(Duty.CASES)
#: Roles that read the reports of cases: heads of their branch, whoever reads figures of all.
ALL_FIGURES = frozenset(roles_with(Duty.FIGURES))
REPORT_ROLES = ALL_FIGURES | {Role.HEAD}


# --- The identity card of a service -----------------------------------------------------------------------------


class CardState(models.TextChoices):
    """Where a version of a card stands; one version of a service is in force."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("in force")
    RETIRED = "retired", _("out of force")


class Audience(models.TextChoices):
    """Whom a service is for; the official form calls it the type of the service."""

    CITIZENS = "citizens", _("people (G2C)")
    BUSINESSES = "businesses", _("companies (G2B)")
    AGENCIES = "agencies", _("public bodies (G2G)")
    STAFF = "staff", _("public staff (G2E)")


class LifeEvent(models.TextChoices):
    """What brings people to a service."""

    COMPANY = "company", _("Running a company")
    CONTRACT = "contract", _("Working on a public contract")
    PLACE = "place", _("Something is being built where I live")
    FIGURES = "figures", _("Needing figures and statistics")
    JOB = "job", _("Working for the state")
    COURSE = "course", _("Taking a course")
    BUDGET = "budget", _("Credit for a public body")
    TROUBLE = "trouble", _("Being dissatisfied")


class Nature(models.TextChoices):
    """Whether only the state may do it."""

    SOVEREIGN = "sovereign", _("sovereign")
    OPERATIONAL = "operational", _("operational")


class Level(models.TextChoices):
    """How far a service reaches."""

    NATIONAL = "national", _("national")
    PROVINCIAL = "provincial", _("provincial")
    COUNTY = "county", _("county")
    URBAN = "urban", _("urban")
    RURAL = "rural", _("rural")


class Trigger(models.TextChoices):
    """With what a service begins."""

    DEMAND = "demand", _("somebody asks for it")
    TIME = "time", _("a certain time has come")
    EVENT = "event", _("something has happened")
    AGENCY = "agency", _("the organization sees the need")


class Availability(models.TextChoices):
    """Whether a service can be had at present."""

    ACTIVE = "active", _("offered")
    SUSPENDED = "suspended", _("suspended for now")
    ENDED = "ended", _("no longer offered")


class Stage(models.TextChoices):
    """The stages of a service, each with its own ways of access."""

    INFORMATION = "information", _("finding out")
    REQUEST = "request", _("asking for it")
    DELIVERY = "delivery", _("receiving it")


class Way(models.TextChoices):
    """How people reach a stage of a service."""

    WEB = "web", _("website")
    SYSTEM = "system", _("electronic system")
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    DESK = "desk", _("in person")
    POST = "post", _("by post")


#: Ways that need neither paper nor a walk.
ELECTRONIC = (Way.WEB, Way.SYSTEM, Way.PHONE, Way.EMAIL)


class ActivityKind(models.TextChoices):
    """What a short page of public relations tells."""

    NEWS = "news", _("announcement")
    ACTIVITY = "activity", _("activity")


# --- The calendar -----------------------------------------------------------------------------------------------


class DayWork(models.TextChoices):
    """How a day is worked."""

    NONE = "none", _("day off")
    HALF = "half", _("half day")
    FULL = "full", _("working day")


# --- The recognition file ---------------------------------------------------------------------------------------


class Source(models.TextChoices):
    """Where an entry of the recognition file comes from."""

    PRAISE = "praise", _("a citizen's thanks")
    SURVEY = "survey", _("answers of visitors in two quarters")


class Outcome(models.TextChoices):
    """How an entry of the recognition file ends; a penalty is none of the software's business."""

    THANKED = "thanked", _("thanked")
    TALKED = "talked", _("talked about it")
    HELPED = "helped", _("helped, with training or means")
    DROPPED = "dropped", _("the finding does not hold")
