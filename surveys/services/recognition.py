"""What visitors say of one person's counter, entered into the recognition file when two quarters agree."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from directory.enums import Source
from directory.services import open_recognition
from portal.templatetags.persian import between, fa_digits, listed, percent
from surveys import policy, selectors
from surveys.enums import BEST, VISIT_SURVEY
from surveys.models import Closing, Counter, Questionnaire
from surveys.policy import Verdict
from surveys.selectors import Share

#: The question about the conduct of staff; no other one says anything of a person.
CONDUCT = "S_RESPECT"


def open_recognitions(*, closing: Closing, at: datetime) -> int:
    """Enter who was found different in a closed quarter and in the one before, for better or worse; return how many.

    The person must have held the counter during both, and at least twenty must have answered in each. An entry is
    a question to head and person, never a proposal of a penalty.
    """
    survey = Questionnaire.objects.filter(slug=VISIT_SURVEY).first()
    before = selectors.closing_of(closing.period.previous)
    if survey is None or before is None:
        return 0
    found, earlier = _verdicts(closing, survey), _verdicts(before, survey)
    agreed = [one for one in found if one in earlier and found[one][0] == earlier[one][0]]
    for counter in agreed:
        if counter.person and counter.person_since and counter.person_since <= before.period.first:
            shares = earlier[counter][1], found[counter][1]
            _enter(counter, found[counter][0], shares, closing, at)
    return len(agreed)


def _verdicts(closing: Closing, survey: Questionnaire) -> dict[Counter, tuple[Verdict, Share]]:
    """Return the counters that clearly differ from the whole in a quarter."""
    rows = selectors.sums([closing], survey, ["series", "value"], code=CONDUCT, is_assured=True)
    series = max((row[0] for row in rows), default=1)
    counts = {value: count for own, value, count in rows if own == series}
    if not counts.get(""):
        return {}
    whole = sum(counts.get(value, 0) for value in BEST) / counts[""]
    shown = selectors.counters_shown(closing, survey, CONDUCT, series)
    judged = {one: (policy.verdict(*share, whole), share) for one, share in shown.items() if share}
    return {one: found for one, found in judged.items() if found[0] in (Verdict.HIGHER, Verdict.LOWER)}


def _enter(
    counter: Counter, verdict: Verdict, shares: tuple[Share, Share], closing: Closing, at: datetime
) -> None:
    words = []
    for language in ("fa", "en"):
        with translation.override(language):
            words.append(_words(counter, verdict, shares, closing))
    if counter.person:
        open_recognition(
            person=counter.person,
            unit=counter.unit,
            source=Source.SURVEY,
            is_praise=verdict == Verdict.HIGHER,
            reference=f"{VISIT_SURVEY}/{closing}/{CONDUCT}",
            finding=(words[0], words[1]),
            at=at,
        )


def _words(counter: Counter, verdict: Verdict, shares: tuple[Share, Share], closing: Closing) -> str:
    sentence = (
        _(
            "Visitors of counter %(counter)s found the staff respectful more often than elsewhere: %(figures)s."
        )
        if verdict == Verdict.HIGHER
        else _(
            "Visitors of counter %(counter)s found the staff respectful less often than elsewhere: %(figures)s."
        )
    )
    quarters = (closing.period.previous, closing.period)
    figures = [
        _("%(k)s of %(n)s (%(range)s) in quarter %(number)s of %(year)s")
        % {
            "k": fa_digits(share.k),
            "n": fa_digits(share.n),
            "range": _range(share),
            "number": fa_digits(quarter.number),
            "year": fa_digits(quarter.year),
        }
        for share, quarter in zip(shares, quarters, strict=True)
    ]
    return sentence % {"counter": counter.name, "figures": listed(figures)}


def _range(share: Share) -> str:
    return between(*(percent(policy.percent(end)) for end in policy.wilson(*share)))
