"""The list of cases as a queue: what is due first stands first, and a line below tells how it looks in all."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.admin.deadline import WAITING, standing, today_of
from portal.templatetags.persian import fa_digits
from portal.ui.admin_base import ScopedChangeList


class CaseQueue(ScopedChangeList):
    """The queue; each row carries its `standing`, the list its `tally`."""

    def __init__(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        self.today = today_of(request)
        super().__init__(request, *args, **options)
        user: Any = request.user
        self.title = _("Cases") if user.is_superuser else _("Cases of your units")
        self.is_narrowed = bool(self.query or self.has_active_filters)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        for case in self.result_list:
            case.standing = standing(case, self.today)

    @property
    def tally(self) -> str:
        """Tell how many cases there are, and how many of them are late, near or waiting."""
        counts = self.queryset.order_by().aggregate(
            late=Count("pk", filter=self.today.late),
            near=Count("pk", filter=self.today.near),
            waiting=Count("pk", filter=WAITING),
        )
        return _tally(self.result_count, **counts)


def _tally(cases: int, *, late: int, near: int, waiting: int) -> str:
    parts = [
        ngettext("%(count)s late", "%(count)s late", late) % {"count": fa_digits(late)} if late else "",
        ngettext("%(count)s near the deadline", "%(count)s near the deadline", near)
        % {"count": fa_digits(near)}
        if near
        else "",
        ngettext("%(count)s waiting for the citizen", "%(count)s waiting for the citizen", waiting)
        % {"count": fa_digits(waiting)}
        if waiting
        else "",
    ]
    whole = ngettext("%(count)s case", "%(count)s cases", cases) % {"count": fa_digits(cases)}
    told = _(", ").join(part for part in parts if part)
    return _("%(cases)s: %(parts)s") % {"cases": whole, "parts": told} if told else whole
