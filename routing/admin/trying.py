"""Trying a rule set on a message, or on a file of them, without writing anything."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.selectors import unit_names
from portal.templatetags.persian import fa_digits
from routing import services
from routing.admin.access import RulesAdmin
from routing.enums import Stage
from routing.forms import MOST_MESSAGES, TryFileForm, TryForm
from routing.models import RuleSet
from routing.policy import (
    ADDRESSED,
    BODY,
    KIND,
    NOT_IF,
    SERVICE,
    SUBJECT,
    BrokenRules,
    CompiledRules,
    Decision,
)
from routing.selectors import rules_ready

#: Where a reason was found, in words.
PLACES: dict[str, str | Promise] = {
    SUBJECT: gettext_lazy("in the subject"),
    BODY: gettext_lazy("in the text"),
    KIND: gettext_lazy("the kind of message"),
    ADDRESSED: gettext_lazy("the unit written to"),
    SERVICE: gettext_lazy("the chosen service"),
    NOT_IF: gettext_lazy("switches the rule off"),
}


@dataclass(frozen=True)
class Spoken:
    """One reason of a decision in words."""

    rule: str
    unit: str
    word: str
    place: str | Promise
    points: int


@dataclass(frozen=True)
class Shown:
    """A decision in words: the unit, what decided, points and reasons under the names of units."""

    unit: str
    code: str
    stage: str
    rule: str
    points: list[tuple[str, int, bool]]
    excluded: list[str]
    reasons: list[Spoken]
    external_bodies: bool


def shown(decision: Decision) -> Shown:
    """Return a decision as the pages show it; two units of one name stay apart by their points."""
    barred = set(decision.excluded)
    codes = {decision.unit, *barred, *(unit for unit, _points in decision.points)}
    names = unit_names(codes | {reason.unit for reason in decision.reasons})

    def name(code: str) -> str:
        return names.get(code, code)

    return Shown(
        unit=name(decision.unit),
        code=decision.unit,
        stage=str(Stage(decision.stage).label),
        rule=decision.rule or "",
        points=[(name(unit), points, unit in barred) for unit, points in decision.points],
        excluded=[name(code) for code in decision.excluded],
        reasons=[
            Spoken(
                rule=reason.rule or "",
                unit=name(reason.unit),
                word=reason.word if reason.where in (SUBJECT, BODY, NOT_IF) else "",
                place=PLACES[reason.where],
                points=reason.points,
            )
            for reason in decision.reasons
        ],
        external_bodies=decision.external_bodies,
    )


def try_page(page: RulesAdmin, request: HttpRequest, ruleset: RuleSet) -> HttpResponse:
    """Show the boxes for a message and for a file, and what the rules make of them."""
    is_file = "_file" in request.POST
    one = TryForm(request.POST if "_one" in request.POST else None)
    many = TryFileForm(request.POST, request.FILES) if is_file else TryFileForm()
    context: dict[str, Any] = {
        "title": _("Try it: version %(version)s") % {"version": fa_digits(ruleset.version)},
        "ruleset": ruleset,
        "one": one,
        "many": many,
    }
    try:
        if one.is_bound and one.is_valid():
            context |= _one(one, rules_ready(ruleset))
        elif is_file and many.is_valid():
            context |= _many(many, ruleset)
    except BrokenRules as broken:
        context["broken"] = [(problem.rule, problem.fault.label, problem.what) for problem in broken.problems]
    context["faulty"] = next((form for form in (one, many) if form.is_bound and form.errors), None)
    return page.show(request, "ruleset/try", context)


def _one(form: TryForm, rules: CompiledRules) -> dict[str, Any]:
    given = form.cleaned_data
    tried = services.try_message(
        rules=rules,
        kind=given["kind"],
        subject=given["subject"],
        body=given["body"],
        service=given["service"],
        county=given["county"].code if given["county"] else None,
        addressed_unit=given["addressed_unit"].code if given["addressed_unit"] else None,
        about_unit=given["about_unit"].code if given["about_unit"] else None,
        at=timezone.now(),
    )
    return {"tried": tried, "decision": shown(tried.decision)}


def _many(form: TryFileForm, ruleset: RuleSet) -> dict[str, Any]:
    try:
        rows = services.parse_messages(form.content())
    except services.TrialFileError as fault:
        form.add_error("file" if form.cleaned_data["file"] else "rows", str(fault))
        return {}
    if len(rows) > MOST_MESSAGES:
        words = _("These are %(count)s messages; one page tries at most %(most)s.")
        form.add_error(None, words % {"count": fa_digits(len(rows)), "most": fa_digits(MOST_MESSAGES)})
        return {}
    trial = services.try_ruleset(rows, ruleset)
    labelled = [outcome for outcome in trial.outcomes if outcome.message.expected_unit]
    return {
        "outcomes": trial.outcomes,
        "labelled": len(labelled),
        "right": sum(outcome.is_right for outcome in labelled),
        "leaks": trial.leaks,
    }
