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


class Duty(models.TextChoices):
    """What somebody may do in the workplace; which roles have it stands in `DUTIES` and nowhere else."""

    CASES = "cases", _("reads and answers the cases of the unit")
    ENTRY = "entry", _("enters what came by phone, letter, paper box or visit")
    BRANCH = "branch", _("also sees the cases of the units below")
    FIGURES = "figures", _("reads reports and surveys, without the texts of cases")
    RULES = "rules", _("reads and drafts the rules that send a message to its unit")
    SURVEYS = "surveys", _("writes and publishes surveys")
    DIRECTORY = "directory", _("keeps units, people, services and closed days")
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
        {Duty.FIGURES, Duty.RULES, Duty.SURVEYS, Duty.DIRECTORY, Duty.OPERATION}
    ),
}


def roles_with(duty: Duty) -> tuple[Role, ...]:
    """Return the roles that have a duty, in the order of the roles."""
    return tuple(role for role in Role if duty in DUTIES[role])


#: Roles that read and answer cases; the others see figures or settings only.
CASE_ROLES = roles_with(Duty.CASES)
