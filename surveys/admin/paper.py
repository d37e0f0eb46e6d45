"""The pages of a sheet's paper forms: printing them, keying them in, closing the sheet."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.kernel import codes
from portal.templatetags.persian import fa_digits
from portal.ui import qr
from surveys import policy, services
from surveys.enums import CHOSEN, VISIT_SURVEY
from surveys.forms import CloseForm, PaperForm
from surveys.models import Item, PaperBatch, PaperEntry, Version, VisitSheet
from surveys.selectors import published
from surveys.services import PaperFault

#: Why a form or a sheet is not taken, in words.
FAULTS: dict[PaperFault, str | Promise] = {
    PaperFault.ELSEWHERE: _("This code is not on this sheet."),
    PaperFault.USED: _("This code was used online already; the paper form does not count."),
    PaperFault.KEYED: _("You have keyed this form already; its check is for somebody else."),
    PaperFault.CLOSED: _("This sheet is closed."),
    PaperFault.UNCHECKED: _("A tenth of the forms, and at least one, must be keyed again by somebody else."),
    PaperFault.EMPTY: _("No form has been keyed yet."),
    PaperFault.DAY: _(
        "The day lies before the sheet, in the future, or in a quarter that is counted already."
    ),
    PaperFault.NO_SURVEY: _("There is no open survey at the moment."),
}


def forms_page(request: HttpRequest, sheet: VisitSheet) -> HttpResponse:
    """Show the paper forms of a sheet, one page each, ready to be printed."""
    version = published(VISIT_SURVEY)
    address = request.build_absolute_uri(reverse("surveys:visit"))
    context = {
        "sheet": sheet,
        "version": version,
        "asked": _asked(version) if version else [],
        "papers": [(codes.grouped(code), qr.draw(f"{address}#{code}")) for code in services.codes_of(sheet)],
    }
    return render(request, "admin/surveys/visitsheet/paper.html", context)


def _asked(version: Version) -> list[tuple[int, Item, list[tuple[str, str]], bool]]:
    """Return place, item, its figures with their words, and whether it is answered by choosing."""
    rows = []
    for place, (item, question) in enumerate(zip(version.asked, version.questions, strict=True), start=1):
        names = {option.value: option.label for option in item.options.all()}
        keys = [(key, names[value]) for key, value in policy.keys_of(question).items()]
        rows.append((place, item, keys, item.kind in CHOSEN))
    return rows


def key_page(request: HttpRequest, sheet: VisitSheet, site: dict[str, Any]) -> HttpResponse:
    """Take in one form after the other, then close the sheet."""
    version = published(VISIT_SURVEY)
    if version is None:
        messages.error(request, str(FAULTS[PaperFault.NO_SURVEY]))
        return HttpResponseRedirect(reverse("admin:surveys_visitsheet_changelist"))
    is_closing = "close" in request.POST
    form = PaperForm(request.POST if request.method == "POST" and not is_closing else None, version=version)
    closing = CloseForm(request.POST if is_closing else None)
    done = _close(request, sheet, closing) if is_closing else _key(request, sheet, form)
    if done:
        return HttpResponseRedirect(reverse("admin:surveys_visitsheet_key", args=[sheet.pk]))
    entries = PaperEntry.objects.filter(token__sheet=sheet)
    context = {
        **site,
        "title": _now("Key in paper forms"),
        "sheet": sheet,
        "form": form,
        "closing": closing,
        "keyed": entries.filter(is_second=False).count(),
        "checked": entries.filter(is_second=True).count(),
        "batch": PaperBatch.objects.filter(sheet=sheet).first(),
    }
    return render(request, "admin/surveys/visitsheet/key.html", context)


def _key(request: HttpRequest, sheet: VisitSheet, form: PaperForm) -> bool:
    if not (form.is_bound and form.is_valid()):
        return False
    user: Any = request.user
    try:
        entry = services.key_form(
            sheet=sheet, code=form.cleaned_data["code"], answers=form.answers, actor=user
        )
    except services.PaperRefused as refused:
        form.add_error("code", str(FAULTS[refused.fault]))
        return False
    words = _now("Checked a second time.") if entry.is_second else _now("Kept. The next form, please.")
    messages.success(request, words)
    return True


def _close(request: HttpRequest, sheet: VisitSheet, form: CloseForm) -> bool:
    if not form.is_valid():
        return False
    user: Any = request.user
    try:
        batch = services.close_batch(sheet=sheet, day=form.cleaned_data["day"], actor=user, at=timezone.now())
    except services.PaperRefused as refused:
        form.add_error("day", str(FAULTS[refused.fault]))
        return False
    figures = {"keyed": fa_digits(batch.keyed), "spoiled": fa_digits(batch.spoiled)}
    messages.success(request, _now("Closed: %(keyed)s forms, of them left out: %(spoiled)s.") % figures)
    return True
