"""The page of a rehearsal: how far it is, and what it found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from directory.selectors import unit_names
from routing import services
from routing.admin.access import RulesAdmin, back_to
from routing.models import Rehearsal, RuleSet

#: Seconds after which the page of a rehearsal that goes on asks anew.
AGAIN = 3


@dataclass(frozen=True)
class Move:
    """Cases that would go from one unit to another; `key` names the move in the examples."""

    key: str
    before: str
    after: str
    count: int


@dataclass(frozen=True)
class Row:
    """One line of the matrix: the unit that has the cases now, and how many would go to each other unit."""

    unit: str
    cells: list[int]
    total: int


@dataclass(frozen=True)
class Silent:
    """A rule that never decides: how often it was heard, and which rule speaks over it most."""

    code: str
    heard: int
    by: str
    times: int


def rehearsal_page(
    page: RulesAdmin, request: HttpRequest, ruleset: RuleSet, rehearsal_id: int
) -> HttpResponse:
    """Show a rehearsal, or stop it; while it goes on the page comes again by itself, without a script."""
    row = ruleset.rehearsals.select_related("asked_by").filter(pk=rehearsal_id).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        if services.cancel_rehearsal(rehearsal_id=row.pk):
            messages.success(request, _("The rehearsal is stopped."))
        return back_to(request.path)
    context = {"title": _("Rehearsal"), "ruleset": ruleset, "row": row, **_found(row)}
    response = page.show(request, "ruleset/rehearsal", context)
    if row.is_under_way:
        response["Refresh"] = str(AGAIN)
    return response


def _found(row: Rehearsal) -> dict[str, Any]:
    """Return the figures of a rehearsal under the names of units; nothing before its first part is over."""
    result = row.result
    if not result:
        return {}
    moves: Mapping[str, int] = result["moves"]
    counts = {_ends(key): count for key, count in moves.items()}
    codes = {code for ends in counts for code in ends}
    names = unit_names(codes | set(result.get("inactive_units", ())) | set(result.get("empty_units", ())))
    ordered = sorted(moves.items(), key=lambda move: (-move[1], move[0]))
    return {
        "share": 100 * result["changed"] / result["cases"] if result["cases"] else 0,
        "right": _share(result["right"], result["redirected"]),
        "right_before": _share(result["right_before"], result["redirected"]),
        "moves": [_move(key, count, names) for key, count in ordered],
        "columns": [(code, names.get(code, code)) for code in sorted({after for _before, after in counts})],
        "matrix": _matrix(counts, names),
        "dead": result.get("dead", []),
        "shadowed": [_silent(code, result["rules"][code]) for code in result.get("shadowed", [])],
        "inactive": [
            (names.get(code, code), rules) for code, rules in result.get("inactive_units", {}).items()
        ],
        "empty": [(names.get(code, code), rules) for code, rules in result.get("empty_units", {}).items()],
        "short": result.get("short", []),
    }


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _move(key: str, count: int, names: Mapping[str, str]) -> Move:
    before, after = _ends(key)
    return Move(key, names.get(before, before), names.get(after, after), count)


def _ends(key: str) -> tuple[str, str]:
    """Return the units of a move: the one that has the cases, the one that would get them."""
    before, _sign, after = key.partition(">")
    return before, after


def _matrix(counts: Mapping[tuple[str, str], int], names: Mapping[str, str]) -> list[Row]:
    columns = sorted({after for _before, after in counts})
    rows = []
    for before in sorted({before for before, _after in counts}):
        cells = [counts.get((before, after), 0) for after in columns]
        rows.append(Row(names.get(before, before), cells, sum(cells)))
    return rows


def _silent(code: str, rule: Mapping[str, Any]) -> Silent:
    beaten: Mapping[str, int] = rule["beaten_by"]
    by = max(beaten, key=lambda other: beaten[other], default="")
    return Silent(code, rule["heard"], by, beaten.get(by, 0))
