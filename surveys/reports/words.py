"""Words of the reports: quarters, verdicts, reasons."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.templatetags.persian import fa_digits
from surveys.policy import Quarter, Verdict

#: How a unit stands to the whole: words and the tone of their tag (none where there is nothing to see).
VERDICTS: dict[Verdict, tuple[str | Promise, str]] = {
    Verdict.ALIKE: (_("like the whole"), ""),
    Verdict.MAYBE_HIGHER: (_("perhaps higher"), "wait"),
    Verdict.MAYBE_LOWER: (_("perhaps lower"), "wait"),
    Verdict.HIGHER: (_("higher"), "ok"),
    Verdict.LOWER: (_("lower"), "late"),
}

SEASONS: dict[int, str | Promise] = {1: _("spring"), 2: _("summer"), 3: _("autumn"), 4: _("winter")}


def quarter_name(quarter: Quarter) -> str:
    """Return a quarter in words: «بهار ۱۴۰۵»."""
    return _now("%(season)s %(year)s") % {"season": SEASONS[quarter.number], "year": fa_digits(quarter.year)}


def half_name(quarter: Quarter) -> str:
    """Return the half year of a quarter in words."""
    year = {"year": fa_digits(quarter.year)}
    return (
        _now("First half of %(year)s") % year
        if quarter.number <= 2
        else _now("Second half of %(year)s") % year
    )
