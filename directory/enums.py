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


#: Roles that read and answer cases; the others see figures or settings only.
CASE_ROLES = (Role.OFFICER, Role.HEAD, Role.CLERK, Role.INSPECTOR)


class DayWork(models.TextChoices):
    """How a day is worked."""

    NONE = "none", _("day off")
    HALF = "half", _("half day")
    FULL = "full", _("working day")
