"""What rules need a unit for, where somebody switches it off on its page."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from directory.admin.organization import UnitForm
from directory.models import Unit
from portal.templatetags.persian import listed
from routing.enums import Status
from routing.models import Rule
from routing.policy import NEEDED_UNITS


def needs(unit: Unit) -> Iterator[str]:
    """Name the rules in force that send to a unit, and whether it is one that decisions fall back on."""
    if unit.code in NEEDED_UNITS:
        yield _(
            "The portal itself sends messages to this unit, whatever the rules say: it cannot be switched off."
        )
    codes = Rule.objects.filter(ruleset__status=Status.PUBLISHED, unit=unit).values_list("code", flat=True)
    if codes:
        words = _("The rules in force send messages to this unit: %(codes)s. Publish rules without it first.")
        yield words % {"codes": listed(codes)}


UnitForm.needs.append(needs)
