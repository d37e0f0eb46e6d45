"""What was done because of a finding, and whether the same question, asked again, shows it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import F, Sum
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from portal.templatetags.persian import signed
from surveys import policy, selectors
from surveys.enums import BEST, Finding
from surveys.models import Closing, ImprovementAction, Questionnaire, Tally
from surveys.policy import Quarter
from surveys.reports.places import Figure, Places
from surveys.reports.words import quarter_name

#: Days for which reports remind of a quarter without an action.
YEAR = 366
#: No case is older.
BEFORE_ALL = date(2000, 1, 1)


@dataclass(frozen=True)
class Closed:
    """A closed quarter of a questionnaire; `days_idle` since its end, where it is time for an action."""

    closing: Closing
    days_idle: int

    @property
    def name(self) -> str:
        return quarter_name(self.closing.period)


def closed_quarters(
    questionnaires: Iterable[Questionnaire], units: Iterable[int], today: date
) -> list[tuple[Questionnaire, list[Closed]]]:
    """Return every questionnaire with its closed quarters, reminding of those of the past year without an action.

    An action of any of these units will do, also one that says why nothing is done.
    """
    actions = ImprovementAction.objects.filter(unit__in=list(units))
    acted = set(actions.values_list("questionnaire", "year", "quarter"))
    answered = set(Tally.objects.filter(value="counted").values_list("questionnaire", "closing"))
    closings = selectors.closings()

    def days_idle(questionnaire: Questionnaire, closing: Closing) -> int:
        days = (today - closing.period.last).days
        is_due = policy.ACT_WITHIN.days < days <= YEAR and (questionnaire.pk, closing.pk) in answered
        return days if is_due and (questionnaire.pk, closing.year, closing.quarter) not in acted else 0

    return [
        (one, [Closed(closing, days_idle(one, closing)) for closing in closings]) for one in questionnaires
    ]


@dataclass(frozen=True)
class Effect:
    """An action with its figure before and after it, measured in the same way.

    Of a survey that is the share of content people in the same unit, question and series; of a rule the share of its
    cases that staff sent elsewhere; of similar cases their share of the unit's.
    """

    action: ImprovementAction
    before: Figure | None
    after: Figure | None
    after_name: str
    days_late: int

    @property
    def found_in(self) -> str:
        return quarter_name(self.action.finding)

    @property
    def is_of_few(self) -> bool:
        """Whether a figure that is told rests on few."""
        told = (self.before, self.after) if self.before else ()
        return any(figure is not None and figure.is_few for figure in told)

    @property
    def difference(self) -> str:
        """The change in points of a hundred with its interval, in words; nothing while one of the two is not shown."""
        if self.before is None or self.after is None:
            return ""
        change = policy.percent(self.after.share - self.before.share)
        words = {"change": signed(change), "range": self.after.range_above(self.before)}
        return _("%(change)s points (range %(range)s)") % words


def effects(
    actions: Iterable[ImprovementAction], today: date, closings: Sequence[Closing] | None = None
) -> list[Effect]:
    """Return each action with its effect in the first quarter that began after it was done, once that is closed.

    `closings` are all closed quarters, where they were read already.
    """
    found = list(actions)
    if not found:
        return []
    figures = _figures(found, selectors.closings() if closings is None else closings)
    return [_effect(action, figures, today) for action in found]


def _later(action: ImprovementAction) -> Quarter | None:
    return policy.quarter_of(action.done_on).next if action.done_on else None


def _effect(action: ImprovementAction, figures: "Figures", today: date) -> Effect:
    later = _later(action)
    if action.kind == Finding.SURVEY:
        before, after = _of_survey(action, figures, later)
    else:
        before, after = (_measured(action, quarter, today) for quarter in (action.finding, later))
    return Effect(
        action,
        before=before,
        after=after,
        after_name=quarter_name(later) if later else "",
        days_late=max(0, (today - action.due_on).days) if action.done_on is None else 0,
    )


def _of_survey(
    action: ImprovementAction, figures: "Figures", later: Quarter | None
) -> tuple[Figure | None, Figure | None]:
    before, series = _figure(action, figures, action.finding)
    after, own = _figure(action, figures, later)
    return before, after if own == series else None


def _measured(action: ImprovementAction, quarter: Quarter | None, today: date) -> Figure | None:
    """Return the share that another app measures in a quarter (settings); in a later one only once it is over."""
    if quarter is None or (quarter != action.finding and today <= quarter.last):
        return None
    measure = import_string(settings.FINDING_MEASURES[action.kind])
    k, n = measure(reference=action.reference, first=quarter.first, last=quarter.last)
    return Figure(k, n) if policy.may_show(n) else None


def is_measured(kind: str, reference: str, today: date) -> bool:
    """Tell whether the app that measures such findings (settings) ever had a case of this one."""
    measure = import_string(settings.FINDING_MEASURES[kind])
    _k, n = measure(reference=reference, first=BEFORE_ALL, last=today)
    return n > 0


#: Quarter, questionnaire and code → series → the places of that question.
Figures = dict[tuple[Quarter, int | None, str], dict[int, Places]]


def _figures(actions: list[ImprovementAction], closings: Sequence[Closing]) -> Figures:
    """Read what every action of a survey rests on, in one query."""
    wanted = {quarter for action in actions for quarter in (action.finding, _later(action)) if quarter}
    quarters = {closing.pk: closing.period for closing in closings if closing.period in wanted}
    asked = [action for action in actions if action.kind == Finding.SURVEY]
    tallies = Tally.objects.filter(
        closing__in=list(quarters),
        questionnaire__in={action.questionnaire_id for action in asked},
        code__in={action.code for action in asked},
        is_assured=F("questionnaire__asks_service"),
    ).order_by()
    found: Figures = defaultdict(lambda: defaultdict(Places))
    columns = ("closing", "questionnaire", "code", "series", "unit", "service", "value")
    for closing, survey, code, series, unit, service, value, count in (
        tallies.values_list(*columns).annotate(total=Sum("count")) if asked else ()
    ):
        places = found[quarters[closing], survey, code][series]
        places.add(unit, service, n=0 if value else count, k=count if value in BEST else 0)
    return found


def _figure(
    action: ImprovementAction, figures: Figures, quarter: Quarter | None
) -> tuple[Figure | None, int]:
    """Return the unit's figure in a closed quarter and its series, the newest one."""
    places = figures.get((quarter, action.questionnaire_id, action.code)) if quarter else None
    if not places:
        return None, 0
    newest = max(places)
    return places[newest].figure((action.unit_id,)), newest
