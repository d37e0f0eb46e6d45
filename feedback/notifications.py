"""What notices say: fixed templates in both languages, Persian first, with no content and no code in them."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from feedback.enums import NoticeChannel, NoticeTopic
from feedback.models import Notice


@dataclass(frozen=True)
class Letter:
    """A notice ready to be sent; an SMS has a text only."""

    subject: str
    text: str
    html: str


def compose(notice: Notice) -> Letter:
    """Write the notice: the case's public number and where to read on, nothing else."""
    return _sms(notice) if notice.channel == NoticeChannel.SMS else _email(notice)


# --- Letters that come back ---

REFERENCE = re.compile(r"\bnotice-([0-9]{1,18})-([0-9a-f]{32})@")


def reference_of(notice: Notice) -> str:
    """Return the sign under which a notice is sent; nobody else can make one up."""
    return f"notice-{notice.pk}-{_sign(notice.pk)}"


def notice_behind(message_id: str) -> int | None:
    """Return which notice was sent under this number of an e-mail; None for whatever we did not send."""
    found = REFERENCE.search(message_id)
    is_ours = found is not None and constant_time_compare(found[2], _sign(int(found[1])))
    return int(found[1]) if found and is_ours else None


def _sign(notice_id: int) -> str:
    return salted_hmac("feedback.notice", str(notice_id), algorithm="sha256").hexdigest()[:32]


# --- Words ---


def _sms(notice: Notice) -> Letter:
    topic, context = _facts(notice)
    with translation.override(notice.language):
        text = _render(topic, "sms", context)
    return Letter("", text, "")


def _email(notice: Notice) -> Letter:
    topic, context = _facts(notice)
    texts = []
    for language in ("fa", "en"):
        with translation.override(language):
            texts.append((language, _render(topic, "txt", context)))
    with translation.override(notice.language):
        subject = _render(topic, "subject", context)
    html = render_to_string("messages/letter.html", {"texts": texts})
    return Letter(subject, "\n\n--\n\n".join(text for _language, text in texts), html)


def _facts(notice: Notice) -> tuple[str, dict[str, object]]:
    """Return whose template it is, and what is filled in; read once for all parts of a letter."""
    context: dict[str, object] = {
        "number": notice.case.number if notice.case else "",
        "count": notice.steps.count() if notice.topic == NoticeTopic.LATE else 0,
        "site": settings.PUBLIC_URL,
    }
    if gathered := list(notice.gathered.values_list("case", flat=True)):
        return "unit_digest", context | {"count": len({*gathered, notice.case_id})}
    return notice.topic, context


def _render(topic: str, part: str, context: dict[str, object]) -> str:
    """Fill a template in the language of the moment; `address` is where the citizens' pages begin in it."""
    language = translation.get_language()
    begin = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    filled = context | {"address": settings.PUBLIC_URL + begin}
    return render_to_string(f"messages/{topic}.{part}", filled).strip()
