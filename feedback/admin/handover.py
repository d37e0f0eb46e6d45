"""The hand-over list: open cases of people who have left or are away, to be given to others."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.models import Membership, User
from directory.selectors import absent
from feedback import services
from feedback.admin.deadline import standing, today_of
from feedback.models import Case
from portal.templatetags.persian import fa_digits
from portal.ui.widgets import Select

#: Cases shown at once, the most urgent first.
MOST = 200


@dataclass(frozen=True)
class Holder:
    """Somebody who has left or is away, with the open cases he still holds."""

    user: User
    has_left: bool
    cases: list[Case]


class HandOverForm(forms.Form):
    """To whom: one colleague, or whoever has the fewest open cases."""

    to = forms.TypedChoiceField(
        label=gettext_lazy("To whom"),
        coerce=int,
        required=False,
        empty_value=None,
        widget=Select,
        help_text=gettext_lazy(
            "Left open, each case goes to the officer of its unit with the fewest open cases."
        ),
    )

    def __init__(self, *args: Any, people: list[User], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["to"]
        field.choices = [("", _("Let the portal spread them")), *((user.pk, str(user)) for user in people)]


def handover_page(page: "admin.ModelAdmin[Any]", request: HttpRequest) -> HttpResponse:
    """Show who holds cases without being here, and give the chosen ones to others."""
    holders = _holders(request, page)
    people = _people(holders)
    form = HandOverForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        return _hand_over(request, holders, form.cleaned_data["to"])
    context = {
        **page.admin_site.each_context(request),
        "title": _("Cases to hand over"),
        "opts": Case._meta,
        "holders": holders,
        "form": form,
    }
    return TemplateResponse(request, "admin/feedback/case/handover.html", context)


def _holders(request: HttpRequest, page: "admin.ModelAdmin[Any]") -> list[Holder]:
    today = today_of(request)
    away = absent(today.day)
    cases = page.get_queryset(request).open().exclude(assigned_to=None)  # type: ignore[attr-defined]
    held: defaultdict[User, list[Case]] = defaultdict(list)
    gone = cases.filter(assigned_to__is_active=False) | cases.filter(assigned_to__in=list(away))
    for case in gone.order_by("due_on", "pk")[:MOST]:
        case.standing = standing(case, today)
        held[case.assigned_to].append(case)
    return [Holder(user, not user.is_active, rows) for user, rows in held.items()]


def _people(holders: list[Holder]) -> list[User]:
    """Return the officers of the units of these cases; whether one may have a case is decided case by case."""
    units = {case.unit_id for holder in holders for case in holder.cases}
    works = Membership.objects.casework().filter(unit__in=units, role__in=["officer", "inspector"])
    gone = [holder.user.pk for holder in holders]
    return list(
        User.objects.filter(pk__in=works.values("user")).exclude(pk__in=gone).order_by("name_fa", "pk")
    )


def _hand_over(request: HttpRequest, holders: list[Holder], to: int | None) -> HttpResponse:
    user: Any = request.user
    offered = {str(case.pk) for holder in holders for case in holder.cases}
    chosen = [int(pk) for pk in request.POST.getlist("case") if pk in offered]
    here = HttpResponseRedirect(reverse("admin:feedback_case_handover"))
    if not chosen:
        messages.warning(request, _("Choose at least one case."))
        return here
    target = User.objects.get(pk=to) if to else None
    try:
        found = services.hand_over(case_ids=chosen, actor=user, to=target, at=timezone.now())
    except services.TargetRefused as refusal:
        number = fa_digits(str(refusal))
        messages.error(
            request,
            _("This officer cannot have case %(number)s: he does not work in its unit, is away, or is kept out "
              "of it. Nothing was changed.") % {"number": number},
        )  # fmt: skip
        return here
    except services.CaseNotFound:
        messages.error(request, _("One of the cases is not with you any more. Nothing was changed."))
        return here
    words = ngettext("%(count)s case has a new officer.", "%(count)s cases have a new officer.", found)
    messages.success(request, words % {"count": fa_digits(found)})
    if left := len(chosen) - found:
        words = ngettext(
            "%(count)s case is with nobody: no officer of its unit is there.",
            "%(count)s cases are with nobody: no officer of their unit is there.",
            left,
        )
        messages.warning(request, words % {"count": fa_digits(left)})
    return here
