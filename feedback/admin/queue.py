"""The list of cases as a queue: what is due first stands first, and a line below tells how it looks in all.

Pages are found by the last row of the page before, never by counting rows, and no count goes beyond `MOST`: the
thousandth page costs what the first does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from feedback.admin.deadline import WAITING, standing, today_of
from feedback.admin.filters import WITH_NOBODY, reach_of
from feedback.admin.search import FOUND, words_of
from feedback.enums import Kind, Status
from feedback.models import Case
from feedback.models.case import TO_DO
from feedback.models.counts import Counted, counts_up_to
from feedback.models.walls import NotBarred
from portal.kernel.text import read_number
from portal.templatetags.persian import fa_digits, said
from portal.ui.admin_base import ScopedChangeList

#: Rows that are counted one by one; more are told as "more than".
MOST = 500
#: What a row shows; the rest of a case is not read for a list.
SHOWN = (
    *("number", "kind", "status", "subject", "due_on", "received_at", "answered_at", "awaits_staff"),
    "unit",
    *(f"assigned_to__{name}" for name in ("username", "name_fa", "first_name", "last_name", "is_active")),
)
#: The template of a row.
ROW = "admin/feedback/case/line.html"
#: Where a page begins or ends: the due date and the number of the row beside it.
AFTER, BEFORE = "after", "before"

#: The saved filters, as the parameters they stand for. "Mine" is what one's own hands hold.
SAVED: tuple[tuple[str, str | Promise, dict[str, str]], ...] = (
    ("unit", gettext_lazy("My unit"), {}),
    ("mine", gettext_lazy("My queue"), {"officer": "me"}),
    ("late", gettext_lazy("Overdue"), {"due": "late"}),
    ("hold", gettext_lazy("Waiting for the citizen"), {"due": "hold"}),
    ("reopened", gettext_lazy("Reopened"), {"state": "reopened"}),
    ("nobody", gettext_lazy("With nobody"), {"officer": "nobody"}),
)


@dataclass(frozen=True)
class Saved:
    """A saved filter as a link: its words, how many cases it shows, and whether it is the one in force."""

    words: str
    count: str
    query: str
    is_chosen: bool


class CaseQueue(ScopedChangeList):
    """The queue: its `rows`, its `tally` and the `saved` filters."""

    def __init__(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        self.today = today_of(request)
        super().__init__(request, *args, **options)
        user: Any = request.user
        self.title = _("Cases") if user.is_superuser else _("Cases of your units")
        self.is_narrowed = bool(self.query or self.has_active_filters)
        self.may_choose = bool(self.model_admin.get_actions(request))
        self.is_near = getattr(request, "is_near_search", False)
        self.saved = self._saved()

    # --- What is asked for ---

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        own = {FOUND, AFTER, BEFORE}
        return {name: value for name, value in super().get_filters_params(params).items() if name not in own}

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Leave cases that are answered with another one to that one; a search finds them too."""
        self.query = words_of(request)
        rows = super().get_queryset(request, exclude_parameters)
        return rows if self.query else rows.filter(merged_into=None)

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """Return the address of the list with other parameters; it begins at the first page."""
        return super().get_query_string(new_params, [AFTER, BEFORE, *(remove or ())])

    # --- The page ---

    def get_results(self, request: HttpRequest) -> None:
        """Read one page and the capped counts of all that fits and of the saved filters: two queries, seldom three."""
        rows = self._page(request)
        (everything, late, near, waiting), saved = self._counts(request)
        self.tally = _tally(everything, late=late, near=near, waiting=waiting)
        self.saved_counts = saved
        # What an action is applied to is chosen row by row; "all pages at once" is not offered.
        self.result_count = self.full_result_count = len(rows)
        self.show_full_result_count, self.show_admin_actions = False, bool(rows)
        self.can_show_all, self.multi_page = True, False
        self.result_list = rows

    @property
    def rows(self) -> SafeString:
        """Return the rows of the page, drawn: one template for all of them, filled fifty times.

        The framework's own way takes ten times as long.
        """
        return SafeString("\n".join(map(_shape_of_row(self.may_choose).format_map, self._cells())))

    def _cells(self) -> Iterator[dict[str, str]]:
        """Yield what stands in the cells of each row, escaped. What many rows share is put into words once."""
        behind = escape(f"?{self.preserved_filters}" if self.preserved_filters else "")
        opened, choose = reverse("admin:feedback_case_change", args=[0]), escape(_("Choose {row}"))
        kinds = {kind.value: escape(str(kind.label)) for kind in Kind}
        statuses = {status.value: escape(str(status.label)) for status in Status}
        firsts = {case.unit_id: case for case in self.result_list}
        units = {pk: escape(self.today.unit_of(case).name) for pk, case in firsts.items()}
        held = {case.assigned_to_id: case for case in self.result_list}
        holders = {pk: _holder(case) for pk, case in held.items()}
        standings = [standing(case, self.today) for case in self.result_list]
        words = {told: {name: escape(text) for name, text in vars(told).items()} for told in set(standings)}
        for case, told in zip(self.result_list, standings, strict=True):
            yield {
                "pk": str(case.pk),
                "choose": choose.format(row=escape(case.number)),
                "address": opened.replace("/0/", f"/{case.pk}/") + behind,
                "number": escape(fa_digits(case.number)),
                "subject": said(case.subject),
                "kind": kinds[case.kind],
                "unit": units[case.unit_id],
                "status": statuses[case.status],
                "holder": holders[case.assigned_to_id],
                **words[told],
            }

    def _page(self, request: HttpRequest) -> list[Any]:
        """Return the rows of the page asked for, and say in `newer` and `older` where its neighbours begin."""
        before, after = _place(request.GET.get(BEFORE)), _place(request.GET.get(AFTER))
        size, queue = self.list_per_page, self.queryset.select_related(None)
        queue = queue.select_related("assigned_to").only(*SHOWN)
        if before:
            found = list(queue.filter(_before(*before)).order_by("-due_on", "-id")[: size + 1])
            rows, is_first, is_last = found[:size][::-1], len(found) <= size, False
        else:
            further = queue.filter(_after(*after)) if after else queue
            found = list(further.order_by("due_on", "id")[: size + 1])
            rows, is_first, is_last = found[:size], after is None, len(found) <= size
        self.previous = "" if is_first or not rows else self._neighbour(BEFORE, rows[0])
        self.next = "" if is_last or not rows else self._neighbour(AFTER, rows[-1])
        self.first = "" if is_first and rows else self.get_query_string()
        return rows

    def _neighbour(self, side: str, case: Case) -> str:
        return self.get_query_string() + f"&{side}={case.due_on.isoformat()}.{case.pk}"

    # --- Counts ---

    @property
    def _asked(self) -> dict[str, Any]:
        """What the address narrows the queue to."""
        return {name: value for name, value in self.params.items() if name not in {AFTER, BEFORE}}

    @property
    def _is_plain(self) -> bool:
        """Whether the page shows the whole queue, whichever part of it."""
        return not self._asked and not self.query

    def _counts(self, request: HttpRequest) -> tuple[list[int], list[int]]:
        """Return the counts that the line below tells, and those of the saved filters."""
        user: Any = request.user
        walls = NotBarred(user.pk, reach_of(request).member)
        shown = Counted(self.queryset, walls)
        whole = shown if self._is_plain else Counted(self._whole, walls)
        # Nothing among the settled cases is late, near or waiting; they are counted where those to do are few.
        has_settled = self._asked == {"state": "all"}
        told = whole if has_settled else shown
        clocks = (Q(), self.today.late, self.today.near, WAITING)
        asked = [
            *((told, narrowed) for narrowed in clocks),
            *((whole, narrowed) for narrowed in self._narrowed(user)),
        ]
        counts = counts_up_to(MOST, asked, walls)
        if has_settled and counts[0] <= MOST:
            counts[:1] = counts_up_to(MOST, [(shown, Q())], walls)
        return counts[: len(clocks)], counts[len(clocks) :]

    @property
    def _whole(self) -> QuerySet[Any]:
        """All that waits for somebody here."""
        return self.root_queryset.filter(TO_DO, merged_into=None)

    def _narrowed(self, user: Any) -> list[Q]:
        """Return what each saved filter shows of the whole queue, in their order."""
        wanted = {
            "unit": Q(),
            "mine": Q(assigned_to=user.pk),
            "late": self.today.late,
            "hold": WAITING,
            "reopened": Q(status=Status.REOPENED),
            "nobody": WITH_NOBODY,
        }
        return [wanted[name] for name, _words, _params in SAVED]

    def _saved(self) -> list[Saved]:
        asked = self._asked
        rows = zip(SAVED, self.saved_counts, strict=True)
        return [
            Saved(
                words=str(words),
                count=count_words(count),
                query="?" + "&".join(f"{name}={value}" for name, value in params.items()),
                is_chosen=params == asked,
            )
            for (_name, words, params), count in rows
        ]


@lru_cache
def _shape_of_row(may_choose: bool) -> str:
    """Return a row with the names of its cells in braces; there is no word in it."""
    return get_template(ROW).render({"may_choose": may_choose})


def next_after(case: Case, cases: QuerySet[Case], user: Any) -> int | None:
    """Return the case that waits after this one in the queue for the user: in his hands, or in nobody's."""
    waiting = cases.filter(TO_DO, Q(assigned_to=user.pk) | Q(assigned_to=None))
    behind = waiting.filter(_after(case.due_on, case.pk)).order_by("due_on", "id")
    return behind.values_list("pk", flat=True).first()


def _place(text: str | None) -> tuple[date, int] | None:
    """Read where a page begins; what cannot be read counts as nothing."""
    day, _dot, pk = (text or "").partition(".")
    try:
        number = read_number(pk)
        return (date.fromisoformat(day), number) if number else None
    except ValueError:
        return None


def _after(day: date, pk: int) -> Q:
    return Q(due_on__gte=day) & (Q(due_on__gt=day) | Q(pk__gt=pk))


def _before(day: date, pk: int) -> Q:
    return Q(due_on__lte=day) & (Q(due_on__lt=day) | Q(pk__lt=pk))


def _holder(case: Case) -> SafeString:
    """Name the officer who has the case in hand, and whether he still works here."""
    holder = case.assigned_to
    if holder is None:
        return format_html("{}", _("with nobody yet"))
    if not holder.is_active:
        return format_html(_("<bdi>{name}</bdi>, no longer here"), name=holder)
    return format_html("<bdi>{}</bdi>", holder)


def count_words(count: int) -> str:
    """Return a count in the digits of the page; beyond `MOST` it is told as "500+"."""
    return _("%(count)s+") % {"count": fa_digits(MOST)} if count > MOST else fa_digits(count)


def _tally(cases: int, *, late: int, near: int, waiting: int) -> str:
    parts = [
        ngettext("%(count)s late", "%(count)s late", late) % {"count": count_words(late)} if late else "",
        ngettext("%(count)s near the deadline", "%(count)s near the deadline", near)
        % {"count": count_words(near)}
        if near
        else "",
        ngettext("%(count)s waiting for the citizen", "%(count)s waiting for the citizen", waiting)
        % {"count": count_words(waiting)}
        if waiting
        else "",
    ]
    whole = ngettext("%(count)s case", "%(count)s cases", cases) % {"count": count_words(cases)}
    told = _(", ").join(part for part in parts if part)
    return _("%(cases)s: %(parts)s") % {"cases": whole, "parts": told} if told else whole
