"""What is being written on the page of a case: drafts, who else is writing, ready answers, similar cases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from directory.models import User
from feedback import policy, selectors, services
from feedback.admin.stepform import numbers
from feedback.admin.steps import FORMS
from feedback.models import CannedAnswer, Case, Draft
from portal.kernel.blanks import fill
from portal.templatetags.persian import fa_digits, jalali_clock, jalali_day
from portal.ui.uploads import MOST_FILES, AttachmentsField

#: Fields that are no words: files, and boxes that are ticked.
NO_WORDS = frozenset({"attachments", "others"})
#: Characters of one draft at most; more is not kept, as it could not be sent either.
MOST = 20_000


def typed_words(request: HttpRequest) -> dict[str, str]:
    """Return what was typed into the boxes of a case page, by the names of the fields."""
    names = [f"{form.step}-{field}" for form in FORMS for field in form.base_fields if field not in NO_WORDS]
    return {name: request.POST[name] for name in names if request.POST.get(name)}


def typed_drafts(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """Return what was typed, step by step, for the steps whose boxes were on the page; emptied ones are empty.

    Similar cases that are ticked are kept with the words of their answer.
    """
    found: dict[str, dict[str, Any]] = {}
    for form in FORMS:
        names = [name for name in form.base_fields if name not in NO_WORDS]
        there = [name for name in names if f"{form.step}-{name}" in request.POST]
        if there:
            found[form.step] = {name: request.POST[f"{form.step}-{name}"][:MOST] for name in there}
            if ticked := numbers(request.POST, f"{form.step}-others"):
                found[form.step]["others"] = ticked
    # A choice alone, such as the unit of a form nobody has written in, is no draft.
    return {
        step: words if any(_is_text(step, name) for name in words if words[name]) else {}
        for step, words in found.items()
    }


def typed_files(request: HttpRequest, own: Iterable[Draft]) -> dict[str, list[UploadedFile]]:
    """Return the good files that came with a page, step by step, as many as fit beside those of one's drafts."""
    dropped = dropped_files(request)
    kept = {draft.step: sum(one.pk not in dropped for one in draft.files.all()) for draft in own}
    found: dict[str, list[UploadedFile]] = {}
    for form in FORMS:
        field = form.base_fields.get("attachments")
        if isinstance(field, AttachmentsField):
            good, _faults = field.sorted_out(request.FILES.getlist(f"{form.step}-attachments"))
            found[form.step] = good[: max(MOST_FILES - kept.get(form.step, 0), 0)]
    return found


def dropped_files(request: HttpRequest) -> set[int]:
    """Return the files of drafts whose boxes were on the page and are not ticked any more."""
    names = [form.step for form in FORMS if "attachments" in form.base_fields]
    shown = {key for name in names for key in numbers(request.POST, f"{name}-shown")}
    return shown - {key for name in names for key in numbers(request.POST, f"{name}-kept")}


def _is_text(step: str, name: str) -> bool:
    choices = {("redirect", "unit"), ("refer_out", "outside"), ("propose", "ground"), ("answer", "others")}
    return (step, name) not in choices


def words_of(drafts: Iterable[Draft]) -> dict[str, Any]:
    """Return what drafts hold, by the names of the page's fields."""
    return {f"{one.step}-{name}": text for one in drafts for name, text in one.words.items()}


# --- Who else is writing ----------------------------------------------------------------------------------------


def writing_now(writers: Iterable[User]) -> str:
    """Say who else is writing in the case; nothing where nobody is."""
    names = [str(user) for user in writers]
    if not names:
        return ""
    words = _("%(who)s is writing in this case just now.")
    # The names stand in a sentence of either direction, also where no markup can.
    return words % {"who": _(", ").join(f"\u2068{name}\u2069" for name in names)}


def draft_answer(request: HttpRequest, case: Case) -> JsonResponse:
    """Keep what was typed (POST) and say what is new: when it was kept, who else is writing, whether the case moved."""
    user: Any = request.user
    now = timezone.now()
    seen = request.POST.get("version", "") or request.GET.get("version", "")
    saved = ""
    if request.method == "POST":
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else case.version
        drafts = services.keep_drafts(
            case_id=case.pk, actor=user, words=typed_drafts(request), version=version, at=now
        )
        saved = saved_words(drafts)
    changed = seen != str(case.version)
    return JsonResponse(
        {
            "saved": saved,
            "writing": writing_now(selectors.drafts_on(case, user, now).writers),
            "changed": _("The case has changed meanwhile. What you write is kept.") if changed else "",
        }
    )


def saved_words(drafts: Iterable[Draft]) -> str:
    """Say when the newest of one's drafts was kept."""
    last = max((draft.saved_at for draft in drafts), default=None)
    return _("Draft kept at %(clock)s.") % {"clock": jalali_clock(last)} if last else ""


# --- Ready answers ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """A ready answer with its blanks filled for one case and officer."""

    pk: int
    title: str
    text: str


def ready_answers(case: Case, officer: User) -> list[Ready]:
    """Return the ready answers of the case's unit."""
    with translation.override(case.language):
        values = _values(case, officer)
    rows = CannedAnswer.objects.filter(unit=case.unit_id, is_active=True).order_by("title", "pk")
    return [Ready(row.pk, row.title, fill(row.text, values)) for row in rows]


def _values(case: Case, officer: User) -> Mapping[str, str]:
    values = (
        fa_digits(case.number),
        case.full_name or _("dear citizen"),
        case.unit.name,
        case.service.title if case.service else _("the service"),
        jalali_day(case.due_on),
        str(officer),
    )
    return dict(zip(policy.BLANKS, values, strict=True))
