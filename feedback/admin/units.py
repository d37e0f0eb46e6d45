"""What cases need a unit for, where somebody switches it off on its page."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from directory.admin.organization import UnitForm
from directory.models import Unit
from feedback.models import Case


def needs(unit: Unit) -> Iterator[str]:
    """Say that a unit has open cases, not how many: some are nobody else's business."""
    if Case.objects.open().filter(unit=unit).exists():
        yield _("This unit still has open cases. Answer them or send them to another unit first.")


UnitForm.needs.append(needs)
