"""Words that frighten people away from speaking: the check behind Article 9, clause 4.

The article is that of the charter of citizens' rights: a text of ours may not forbid criticism nor threaten whoever
writes. Each pattern names what it does to the reader (`Deterrent`), shows an example, and is matched sentence by
sentence on folded text, so spelling and half-spaces do not matter. What negates a threat («پیگرد ندارد»), speaks of
staff, or merely tells a citizen where to turn, passes.

The check is for texts that we publish, never for what citizens or officers write in a case.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from portal.kernel.text import clean, fold


class Deterrent(StrEnum):
    """What a phrase does to its reader."""

    LAW = "law"
    BLAME = "blame"
    PROOF = "proof"
    NAMELESS = "nameless"
    FORBIDDEN = "forbidden"
    TONE = "tone"
    LOSS = "loss"
    WATCHED = "watched"


@dataclass(frozen=True)
class Pattern:
    """One way of frightening people, with an example of it.

    In `words`, a space stands for a space, a half-space or nothing; «~» for up to eighty other characters of the same
    sentence; the rest is a regular expression over Persian words.
    """

    deterrent: Deterrent
    words: str
    example: str


@dataclass(frozen=True)
class Finding:
    """A sentence that frightens, as it stands in the text, and how."""

    deterrent: Deterrent
    sentence: str


# --- Parts that several patterns share ----------------------------------------------------------------------------

_WILL = "(?:می|خواه)"
_WRITER = (
    r"(?:شما|فرستند\w+|ارسال کنند\w+|گزارش دهند\w+|شکایت کنند\w+|نویسند\w+"
    "|شاکی|کاربر|متقاضی|معترض|منتقد|مراجع|ارباب رجوع|مدعی)"
)
_SPEECH = "(?:انتقاد|اعتراض|شکایت|شکایات|گلایه|گزارش|اظهار نظر|نقد|ایراد|پیشنهاد)"
_INSULT = "(?:توهین|اهانت|افترا|تهمت|نشر اکاذیب|هتک حرمت|بی احترامی|تشویش اذهان)"
_FALSE = "(?:کذب|دروغ|خلاف واقع|خلاف واقعیت|نادرست|ناصحیح|بی اساس|عدم اثبات|اثبات نشدن|عدم صحت)"
_NAMELESS = (
    "(?:بی نام|بدون (?:ذکر )?(?:نام|مشخصات|هویت|امضا|مدرک|سند|مستندات)|"
    "فاقد (?:نام|مشخصات|هویت|امضا|مدرک|سند|مستندات)|ناشناس|مجهول|بی نشان|بی امضا)"
)

PATTERNS = (
    Pattern(
        Deterrent.LAW,
        r"\bپیگرد(?: قانونی| قضایی| کیفری)? (?:دارد|خواهد داشت|دارند|است|خواهد بود|می شو|می گرد|خواهد شد|خواهند شد)",
        "توهین به کارمند پیگرد قانونی دارد.",
    ),
    Pattern(
        Deterrent.LAW,
        r"(?:تحت|مورد|قابل|موجب|مستوجب|مشمول|باعث) (?:پیگرد|تعقیب|پیگیری قضایی|پیگیری قانونی|پیگیری کیفری)"
        r"(?!~(?:نمی|نخواه|نیست))",
        "مطالب خلاف واقع تحت تعقیب قرار می‌گیرد.",
    ),
    Pattern(
        Deterrent.LAW,
        r"\bتعقیب (?:قضایی|کیفری|قانونی)(?!~(?:نمی|نخواه|نیست|ندار))",
        "تعقیب قضایی در انتظار نشردهندگان است.",
    ),
    Pattern(
        Deterrent.LAW,
        rf"(?:اقدام|اقدامات|برخورد|رفتار)(?: شدید| لازم| جدی)? (?:قانونی|قضایی|کیفری|حقوقی|انتظامی|انضباطی)"
        rf"~{_WILL}",
        "با معترضان برخورد قانونی خواهد شد.",
    ),
    Pattern(
        Deterrent.LAW,
        rf"(?:برابر|طبق|مطابق|بر اساس|وفق) (?:قانون|مقررات|ضوابط|قوانین)~(?:برخورد|رفتار|مجازات)~{_WILL}",
        "با افراد خاطی برابر مقررات برخورد می‌شود.",
    ),
    Pattern(
        Deterrent.LAW,
        rf"با (?:معترض|منتقد|شاکی|شکایت کننده|گزارش دهنده|ارباب رجوع|مراجع|فرستنده)\w*~برخورد~{_WILL}",
        "با معترضین به‌شدت برخورد خواهد شد.",
    ),
    Pattern(
        Deterrent.LAW,
        r"به (?:مراجع|مقامات|محاکم|مرجع) (?:قضایی|انتظامی|قانونی|ذی صلاح|امنیتی)~(?:معرفی|ارجاع|تحویل|گزارش|اعلام)"
        rf"(?: داده)? {_WILL}",
        "نویسندهٔ این مطالب به مراجع قضایی معرفی می‌شود.",
    ),
    Pattern(
        Deterrent.LAW,
        rf"به (?:حراست|دادگاه|دادسرا|پلیس|نیروی انتظامی|بازپرس|اطلاعات)~(?:احضار|معرفی|تحویل|گزارش|فرستاده) {_WILL}",
        "در صورت اصرار، موضوع به حراست گزارش خواهد شد.",
    ),
    Pattern(
        Deterrent.LAW,
        rf"(?:{_INSULT}|{_SPEECH}|{_FALSE})\w*~\bجرم (?:است|محسوب|تلقی|شناخته|به شمار)(?!~(?:نمی|نیست))",
        "اهانت به کارکنان دولت جرم محسوب می‌شود.",
    ),
    Pattern(
        Deterrent.LAW,
        rf"(?:{_INSULT}|{_SPEECH}|{_FALSE})\w*~(?:مجازات|شلاق|جزای نقدی|حبس|زندان|جریمه|عواقب|تبعات|پیگیری قانونی)"
        r"(?!~(?:نمی|نیست|ندار|نخواه))",
        "هر گونه اعتراض عواقب قانونی خواهد داشت.",
    ),
    Pattern(
        Deterrent.LAW,
        r"ماده (?:609|697|698|608|700) قانون مجازات",
        "ماده ۶۰۹ قانون مجازات اسلامی را به یاد داشته باشید.",
    ),
    Pattern(
        Deterrent.LAW,
        r"(?:احضار|بازخواست|توبیخ|پشیمان) (?:می شوید|خواهید شد|می شوند|خواهند شد|می گردند|خواهند گردید)",
        "شاکیان احضار خواهند شد.",
    ),
    Pattern(
        Deterrent.BLAME,
        r"مس[ئؤ]ولیت~(?:(?:بر|به|در) عهده|متوجه|به گردن|با)(?: ی)?(?: خود| شخص| خود شخص)? "
        rf"{_WRITER}(?! (?:نیست|نمی|نخواه))",
        "مسئولیت صحت مطالب بر عهدهٔ فرستنده است.",
    ),
    Pattern(
        Deterrent.BLAME,
        rf"{_WRITER}\w*~(?:مس[ئؤ]ول|پاسخگوی?|پاسخ گوی?) "
        r"(?:عواقب|پیامد|تبعات|صحت|درستی|محتوا|مطالب|گفته|نوشته|هر گونه|هرگونه|ادعا)(?!~(?:نیست|نمی|نخواه))",
        "فرستنده مسئول عواقب گفته‌های خود است.",
    ),
    Pattern(
        Deterrent.BLAME,
        r"(?:در برابر|نزد|در مقابل|در پیشگاه) (?:قانون|مراجع قانونی|مراجع قضایی|دادگاه)~"
        r"(?:پاسخگو|پاسخ گو|مس[ئؤ]ول|جوابگو)"
        r"(?!~(?:نیست|نمی|نخواه))",
        "در برابر قانون پاسخ‌گو خواهید بود.",
    ),
    Pattern(
        Deterrent.BLAME,
        r"(?:عواقب|تبعات|پیامد)\w*~(?:(?:بر|به) عهده|متوجه|با|دامن گیر)(?: خود| شخص)? "
        rf"{_WRITER}(?! (?:نیست|نمی|نخواه))",
        "عواقب آن متوجه خود شماست.",
    ),
    Pattern(
        Deterrent.PROOF,
        rf"(?:در صورت|چنان چه|چنانچه|اگر|هر گاه)~{_FALSE}"
        rf"~(?:برخورد|مس[ئؤ]ول|جریمه|اقدام|محروم|اعاده حیثیت|هزینه|خسارت|مجازات)~{_WILL}",
        "اگر شکایت بی‌اساس باشد، از شاکی خسارت گرفته می‌شود.",
    ),
    Pattern(
        Deterrent.PROOF,
        r"اعاده حیثیت(?!~(?:نمی|نیست|نخواه))",
        "حق اعادهٔ حیثیت برای کارکنان محفوظ است.",
    ),
    Pattern(
        Deterrent.PROOF,
        r"(?:حق|امکان) (?:شکایت متقابل|طرح دعوا|طرح شکایت|پیگیری قضایی|پیگیری قانونی|شکایت)~"
        r"(?:برای (?:سازمان|اداره|کارکن|کارمند|همکار|این)|محفوظ)",
        "حق شکایت متقابل برای سازمان محفوظ است.",
    ),
    Pattern(
        Deterrent.PROOF,
        rf"(?:فقط|تنها|صرفا)~(?:مستند|مستدل|دارای مدرک|با مدرک|همراه مدرک|با ذکر مدرک)~"
        rf"(?:رسیدگی|بررسی|پذیرفته|پاسخ)~{_WILL}",
        "تنها شکایت‌های مستند بررسی می‌شود.",
    ),
    Pattern(
        Deterrent.NAMELESS,
        rf"{_NAMELESS}~(?:ترتیب اثر|رسیدگی|بررسی|پاسخ|توجه|پذیرفته|پیگیری|اقدامی|ثبت)(?: داده| گفته)? (?:نمی|نخواه\w+)"
        r" (?:شو|شد|گرد|ده|کن|گیر|پذیر)",
        "به شکایت‌های فاقد مشخصات ترتیب اثر داده نمی‌شود.",
    ),
    Pattern(
        Deterrent.NAMELESS,
        rf"{_NAMELESS}~(?:قابل (?:رسیدگی|بررسی|پیگیری|پذیرش|ثبت|پاسخ)\w* (?:نیست|نمی|نخواه)|"
        rf"(?:معدوم|بایگانی|حذف|رد|امحا|باطل) {_WILL})",
        "نامه‌های بی‌امضا بایگانی می‌شود.",
    ),
    Pattern(
        Deterrent.FORBIDDEN,
        r"از (?:ارسال|طرح|نوشتن|ثبت|بیان|درج|ارائه|گفتن|انتشار|تکرار|هر گونه|هرگونه)(?:\s\w+){0,2}? "
        rf"(?:{_SPEECH}|پیام|درخواست|مطالب|نظر|مکاتبه|نامه)\w*~(?:خودداری|پرهیز|اجتناب|امتناع)"
        r"(?: (?:جدا|اکیدا))? (?:کنید|فرمایید|فرمائید|نمایید|نمائید|شود|گردد|به عمل)",
        "از ارسال درخواست تکراری خودداری فرمایید.",
    ),
    Pattern(
        Deterrent.FORBIDDEN,
        rf"{_SPEECH}\w*(?:\s\w+){{0,6}}? ممنوع\b(?! (?:نیست|نمی|نخواه|نبود|می کن|کرد|نکن))",
        "هر گونه اعتراض در این محل ممنوع است.",
    ),
    Pattern(
        Deterrent.FORBIDDEN,
        rf"حق (?:هیچ گونه |هیچ |هر گونه |هرگونه )?{_SPEECH}\w*~(?:ندارید|ندارد|ندارند|نخواهید|نخواهد|سلب می|ساقط)",
        "پس از صدور پاسخ حق اعتراض ندارید.",
    ),
    Pattern(
        Deterrent.FORBIDDEN,
        rf"غیر ?قابل (?:{_SPEECH}|تجدید نظر|بازنگری|پیگیری)(?!~(?:نیست|نمی|نخواه))",
        "تصمیم کمیسیون قطعی و غیرقابل اعتراض است.",
    ),
    Pattern(
        Deterrent.FORBIDDEN,
        rf"(?:هیچ گونه|هیچ|هر گونه|هرگونه)~{_SPEECH}\w*~(?:پذیرفته|مسموع|وارد|قابل قبول)"
        r" (?:نمی ?(?:شود|گردد|باشد)|نیست|نخواهد)",
        "هیچ‌گونه اعتراضی پذیرفته نمی‌شود.",
    ),
    Pattern(
        Deterrent.FORBIDDEN,
        rf"{_SPEECH}\w*~ترتیب اثر~(?:نمی|نخواه)",
        "به اعتراض‌های خارج از وقت ترتیب اثر داده نخواهد شد.",
    ),
    Pattern(
        Deterrent.TONE,
        r"رعایت (?:ادب|شئونات|شان|حرمت|اخلاق|احترام|نزاکت)~(?:الزامی|ضروری|اجباری|شرط|واجب)(?!~(?:نیست|نمی))",
        "رعایت ادب و شئونات در نوشتن پیام الزامی است.",
    ),
    Pattern(
        Deterrent.TONE,
        rf"(?:فقط|تنها|صرفا)~(?:{_SPEECH}|نظر|پیام)\w*~(?:سازنده|مودبانه|محترمانه|منصفانه|مثبت)~{_WILL}",
        "تنها انتقادهای سازنده و محترمانه بررسی می‌شود.",
    ),
    Pattern(
        Deterrent.TONE,
        rf"(?:پیام|مطالب|نظر|انتقاد|متن)\w*~(?:توهین آمیز|نامناسب|تند|مغرضانه|غیر محترمانه|بی ادبانه)"
        rf"~(?:حذف|بایگانی|معدوم|رد|منتشر ن|بررسی ن|پاسخ ن) ?{_WILL}",
        "پیام‌های تند و مغرضانه حذف می‌شود.",
    ),
    Pattern(
        Deterrent.LOSS,
        rf"از~(?:خدمات|خدمت|دریافت|حقوق|مزایا|ثبت|امتیاز)\w*~محروم {_WILL}",
        "معترضان از دریافت خدمات محروم می‌شوند.",
    ),
    Pattern(
        Deterrent.LOSS,
        rf"\b(?:مسدود|بلاک) {_WILL}",
        "دسترسی شاکیان پرتکرار مسدود می‌شود.",
    ),
    Pattern(
        Deterrent.LOSS,
        rf"به (?:ضرر|زیان) (?:خود )?(?:شما|تان)~(?:است|{_WILL}|تمام {_WILL})(?!~(?:نیست|نمی|نخواه))",
        "پافشاری به ضرر خود شما خواهد بود.",
    ),
    Pattern(
        Deterrent.LOSS,
        rf"{_SPEECH}\w*~(?:اثر|تاثیر)(?: منفی| سوء| نامطلوب)~(?:\bدارد|{_WILL})(?!~(?:نیست|نمی|نخواه))",
        "شکایت شما در روند پرونده تأثیر منفی خواهد داشت.",
    ),
    Pattern(
        Deterrent.LOSS,
        rf"(?:جریمه|خسارت|هزینه رسیدگی|هزینه دادرسی)\w*~{_WRITER}\w*~(?:دریافت|اخذ|گرفته|وصول|محکوم) {_WILL}",
        "هزینهٔ رسیدگی به شکایت رد شده از شاکی گرفته می‌شود.",
    ),
    Pattern(
        Deterrent.WATCHED,
        rf"(?:\bآی پی\b|\bip\b|نشانی اینترنتی|هویت|موقعیت|مکان)\w*~{_WRITER}\w*~"
        rf"(?:ثبت|ضبط|شناسایی|ردیابی|رصد|ذخیره|کنترل|پیگیری)(?: و~)? (?:{_WILL}|شده|است)",
        "آی‌پی فرستنده ثبت می‌شود.",
    ),
    Pattern(
        Deterrent.WATCHED,
        r"(?:فرستند|منتقد|شاکی|معترض|گزارش دهند|نویسند|ارسال کنند)\w*~(?:شناسایی|ردیابی|رصد)(?: و~)? "
        rf"(?:{_WILL}|شده)",
        "گزارش‌دهندگان شناسایی می‌شوند.",
    ),
    Pattern(
        Deterrent.LAW,
        r"\b(?:will|may|can|shall|are|is|be) (?:be )?prosecuted\b|\blegal (?:action|proceedings) (?:will|may|shall)\b|"
        r"\b(?:face|risk|subject to) (?:criminal )?(?:prosecution|legal action|penalt)",
        "False reports may be prosecuted.",
    ),
    Pattern(
        Deterrent.BLAME,
        r"\bat your own risk\b|\byou (?:alone )?(?:are|will be) (?:solely |fully |legally )?"
        r"(?:responsible|liable) for (?:the|your|what|any)\b",
        "You are solely responsible for what you write.",
    ),
    Pattern(
        Deterrent.NAMELESS,
        r"\b(?:anonymous|nameless|unsigned) (?:messages|complaints|letters|reports) (?:will|are|can) ?not\b",
        "Anonymous complaints will not be considered.",
    ),
    Pattern(
        Deterrent.FORBIDDEN,
        r"\brefrain from (?:sending|making|writing|filing|complain|critici)|"
        r"\b(?:complaints?|criticisms?|objections?) (?:is|are) (?:strictly )?(?:forbidden|prohibited|not allowed)",
        "Please refrain from sending repeated complaints.",
    ),
)

#: A sentence about staff who did wrong frightens no citizen.
_ABOUT_STAFF = (
    r"(?:کارمند|کارکنان|کارمندان|همکار|همکاران|مدیر|مدیران|مامور|ماموران|کارشناس|کارشناسان)\w* "
    r"(?:متخلف|خاطی|خطاکار|مقصر)"
    r"|تخلف(?:\s\w+)? (?:کارمند|کارکنان|کارمندان|همکاران|مدیران)|متخلفان اداری|رشوه"
)

#: What the signs of a pattern mean; every repetition has an end, so that no text takes long.
_SIGNS = {" ": " ?", " ??": " ?", "~": ".{0,80}?", r"\w*": r"\w{0,9}", r"\w+": r"\w{1,20}"}
_BREAK = re.compile(r"[\n.!?؟؛;•]+(?=\s|$)|\n|[؟؛!]")
_WORDS = re.compile("[\u0600-\u06ff\u200c]+")


def findings(text: str) -> list[Finding]:
    """Return the sentences of `text` that frighten people, in their order, each once."""
    return [found for sentence in _sentences(text) if (found := _judged(sentence))]


def _sentences(text: str) -> Iterator[str]:
    for sentence in _BREAK.split(clean(text)):
        if tidy := " ".join(sentence.split()):
            yield tidy


def _judged(sentence: str) -> Finding | None:
    folded = fold(sentence)
    if _compiled(_ABOUT_STAFF).search(folded):
        return None
    for pattern in PATTERNS:
        if _compiled(pattern.words).search(folded):
            return Finding(pattern.deterrent, sentence)
    return None


@cache
def _compiled(words: str) -> re.Pattern[str]:
    """Return a pattern for folded text: Persian words folded like it, gaps optional, «~» a bounded rest."""
    folded = _WORDS.sub(lambda word: fold(word[0]), words)
    for sign, meaning in _SIGNS.items():
        folded = folded.replace(sign, meaning)
    return re.compile(folded)
