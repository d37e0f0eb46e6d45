"""Numbers, dates and people's own words, shown as the page's language wants them. Built into every template.

Persian pages show Persian digits and Jalali dates; English pages show Latin digits and Gregorian dates. Codes,
phones and addresses keep Latin digits in both, left to right, so that what is copied can be typed anywhere.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Literal

from django import template
from django.utils.html import escape, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.kernel import codes, jalali, phones, text

register = template.Library()

KILO, MEGA, GIGA = 1024, 1024**2, 1024**3
MINUTE, HOUR, DAY = 60, 3600, 86400
NUMBERS = {
    "fa": ("یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده"),
    "en": ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}
RTL_LETTER = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
ISOLATE = re.compile("\u2068([^\u2069]*)\u2069")
#: A case number inside a text, in any digits; after Persian letters its parts would swap places.
CASE_NUMBER = re.compile("(?<![0-9۰-۹-])[0-9۰-۹]{4}-[0-9۰-۹]{6,}-[0-9۰-۹](?![0-9۰-۹-])")
#: A tag, or a number that is no part of a name or an address.
TAG_OR_NUMBER = re.compile(r"<[^<>]*>|(?<![\w@/.:-])[0-9]+(?![\w@/:-]|\.\w)")
LTR_LETTER = re.compile("[A-Za-z\u00c0-\u02b8\u0370-\u052f]")
#: Attributes of what a person wrote, by its direction, and of Persian words on a page in another language.
MARKS = {way: SafeString(f'class="said" dir="{way}"') for way in ("rtl", "ltr")}
FOREIGN = SafeString('class="said" dir="rtl" lang="fa"')


def in_persian() -> bool:
    """Tell whether the page is Persian."""
    return get_language() == "fa"


def language() -> jalali.Language:
    """Return the page's language, one of the two we have."""
    return "fa" if in_persian() else "en"


# --- Numbers ----------------------------------------------------------------------------------------------------


@register.filter
def fa_digits(value: object) -> str:
    """Show the digits of `value` as the page's language writes them."""
    if value is None:
        return ""
    return text.persian_digits(str(value)) if in_persian() else text.ascii_digits(str(value))


@register.filter
def own_digits(words: object) -> str:
    """Show words of a framework, which writes Latin digits: numbers as the page writes them, markup left alone."""
    told = TAG_OR_NUMBER.sub(_own_number, str(words)) if in_persian() else str(words)
    return SafeString(told) if hasattr(words, "__html__") else told


def _own_number(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else text.persian_digits(found[0])


@register.filter
def thousands(value: int | None) -> str:
    """Show a whole number in groups of three: ۱٬۲۴۸ or 1,248."""
    if value is None:
        return ""
    return text.persian_digits(text.group_thousands(value)) if in_persian() else f"{value:,}"


def listed(things: Iterable[str]) -> str:
    """Put things beside one another as the page's language does: الف، ب or a, b."""
    return _(", ").join(things)


@register.filter
def in_words(count: int) -> str:
    """Show a small count as people say it: سه or three; from eleven on in digits."""
    words = NUMBERS[language()]
    return words[count - 1] if 0 < count <= len(words) else fa_digits(count)


@register.filter
def percent(value: float | None) -> str:
    """Show a share of a hundred: ۹۱٪ or 91%."""
    if value is None:
        return ""
    return f"{text.persian_digits(str(round(value)))}٪" if in_persian() else f"{round(value)}%"


@register.filter
def signed(value: int) -> str:
    """Show a whole number with its sign, which stands to the left of the digits in Persian, too: +۱۱ or -۳."""
    return f"\u200e{text.persian_digits(f'{value:+d}')}" if in_persian() else f"{value:+d}"


def between(low: str, high: str) -> str:
    """Say a range whose ends are shown already: ۶۲٪ تا ۹۱٪."""
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


@register.filter
def filesize_fa(size: int | None) -> str:
    """Show a size in bytes as people say it: ۱٫۲ مگابایت, ۱۲۰ کیلوبایت."""
    if size is None:
        return ""
    if size < MEGA:
        return _("%(size)s KB") % {"size": fa_digits(max(1, round(size / KILO)))}
    number = f"{size / (GIGA if size >= GIGA else MEGA):.1f}".removesuffix(".0")
    words = _("%(size)s GB") if size >= GIGA else _("%(size)s MB")
    return words % {"size": fa_digits(number.replace(".", "٫") if in_persian() else number)}


@register.filter
def lasting(time: timedelta) -> str:
    """Show how long something lasts in its largest unit: ۴۰ ثانیه, ۳ ساعت."""
    seconds = round(time.total_seconds())
    if seconds < 2 * MINUTE:
        count, words = seconds, ngettext("%(count)s second", "%(count)s seconds", seconds)
    elif (count := seconds // MINUTE) < 2 * 60:
        words = ngettext("%(count)s minute", "%(count)s minutes", count)
    elif (count := seconds // HOUR) < 2 * 24:
        words = ngettext("%(count)s hour", "%(count)s hours", count)
    else:
        count = seconds // DAY
        words = ngettext("%(count)s day", "%(count)s days", count)
    return words % {"count": fa_digits(count)}


# --- Dates (a datetime is shown as clocks in Tehran show it) ----------------------------------------------------


@register.filter(name="jalali")
def jalali_day(moment: date | None) -> str:
    """Show a date: ۲۳ خرداد ۱۴۰۵ or 13 June 2026."""
    return jalali.day(moment, language()) if moment else ""


@register.filter
def jalali_long(moment: date | None) -> str:
    """Show a date with its weekday, for days on which someone must act."""
    return jalali.long(moment, language()) if moment else ""


@register.filter
def jalali_both(moment: date | None) -> str:
    """Show a date with its weekday; English pages give the Jalali one after it, once a page."""
    if not moment or in_persian():
        return jalali_long(moment)
    own = jalali.from_date(moment)
    return f"{jalali_long(moment)} ({own.day} {jalali.month_name(own.month, 'en')} {own.year})"


@register.filter
def jalali_short(moment: date | None) -> str:
    """Show a date in figures: ۱۴۰۵/۰۳/۲۳ or 2026-06-13."""
    if not moment:
        return ""
    if in_persian():
        return text.persian_digits(jalali.short(moment))
    return (jalali.local(moment) if isinstance(moment, datetime) else moment).strftime("%Y-%m-%d")


@register.filter
def jalali_clock(moment: datetime | None) -> str:
    """Show the hour and minute in Tehran: ۱۰:۲۴ or 10:24."""
    return jalali.clock(moment, language()) if moment else ""


@register.filter
def jalali_datetime(moment: datetime | None) -> str:
    """Show a moment: شنبه ۲۳ خرداد ۱۴۰۵، ساعت ۱۰:۲۴ or Saturday 13 June 2026, 10:24."""
    if not moment:
        return ""
    return _("%(day)s, %(clock)s") % {"day": jalali_long(moment), "clock": jalali_clock(moment)}


@register.filter
def jalali_moment(moment: datetime | None) -> str:
    """Show a moment where there is little room: ۲۳ خرداد ۱۴۰۵، ۱۰:۲۴ or 13 June 2026, 10:24."""
    return f"{jalali_day(moment)}{_(', ')}{jalali_clock(moment)}" if moment else ""


# --- Codes and phones -------------------------------------------------------------------------------------------


@register.filter
def code_groups(code: str) -> SafeString:
    """Show a tracking code in fours, left to right; copying it gives Latin digits.

    Screen readers would say four numbers in the thousands, so they are given the digits one by one instead.
    """
    groups = codes.grouped(code)
    spelt = listed(" ".join(group) for group in groups.split())
    shape = '<bdi class="code" dir="ltr" aria-hidden="true">{}</bdi><span class="vh" dir="ltr">{}</span>'
    return format_html(shape, groups, fa_digits(spelt))


@register.filter
def ltr(value: object) -> SafeString:
    """Show a number, address or file name that reads from left to right in both languages."""
    return format_html('<bdi class="code" dir="ltr">{}</bdi>', "" if value is None else str(value))


@register.filter
def phone(number: str) -> SafeString:
    """Show a phone number as a link to call it; text that is no number is shown as it is."""
    if not number:
        return SafeString("")
    shown = phones.display(number) if number.startswith("+") else _local(number)
    dialled = re.sub(r"[^0-9+]", "", text.ascii_digits(number))
    if not dialled:
        return ltr(shown)
    return format_html('<a href="tel:{}"><bdi class="code" dir="ltr">{}</bdi></a>', dialled, shown)


def _local(number: str) -> str:
    """Group a domestic number of eleven digits as 066 0000 0102; leave any other alone."""
    digits = re.sub(r"[^0-9]", "", text.ascii_digits(number))
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}" if len(digits) == 11 else text.ascii_digits(number)


@register.filter
def mailto(address: str) -> SafeString:
    """Show an e-mail address as a link."""
    if not address:
        return SafeString("")
    return format_html('<a href="mailto:{0}"><bdi class="said" dir="ltr">{0}</bdi></a>', address)


# --- What people wrote ------------------------------------------------------------------------------------------


@register.filter
def dir_of(written: str) -> Literal["rtl", "ltr"]:
    """Tell the direction of a text by the majority of its strong letters; a draw goes to the page.

    A text that merely starts with a Latin word («SAJAT سامانه…») stays right to left, which `dir="auto"` gets wrong.
    """
    rtl, ltr_letters = len(RTL_LETTER.findall(written)), len(LTR_LETTER.findall(written))
    if rtl == ltr_letters:
        return "rtl" if in_persian() else "ltr"
    return "rtl" if rtl > ltr_letters else "ltr"


def _marks(written: str) -> SafeString:
    """Return the attributes that keep a text apart from its surroundings, with its language on a foreign page."""
    direction = dir_of(written)
    return FOREIGN if direction == "rtl" and not in_persian() else MARKS[direction]


def _with_numbers(html: str) -> SafeString:
    """Keep the case numbers of an escaped text together, left to right."""
    return SafeString(CASE_NUMBER.sub(lambda number: f'<bdi dir="ltr">{number[0]}</bdi>', html))


@register.filter
def said(written: object) -> SafeString:
    """Show a user-written value inside a line: escaped, isolated from its neighbours, line breaks kept."""
    value = "" if written is None else str(written).strip()
    body = _with_numbers("<br>".join(escape(line) for line in value.splitlines()))
    return SafeString(f"<bdi {_marks(value)}>{body}</bdi>")


@register.filter
def isolated(sentence: str) -> SafeString:
    """Show a sentence of ours that quotes other texts, each between U+2068 and U+2069, with their language."""
    ours, quoted = ISOLATE.split(sentence)[::2], ISOLATE.split(sentence)[1::2]
    marked = [format_html("<bdi {}>{}</bdi>", _marks(words), words) for words in quoted]
    return format_html_join("", "{}{}", zip_longest(ours, marked, fillvalue=""))


@register.filter
def said_text(written: object) -> SafeString:
    """Show a user-written text as paragraphs: escaped, isolated, an empty line parting them."""
    value = "" if written is None else str(written).strip()
    return SafeString(f"<div {_marks(value)}>{_with_numbers(linebreaks(value, autoescape=True))}</div>")
