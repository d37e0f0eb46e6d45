"""Files of a form that was not sent yet: kept when the form comes back, or sent ahead by the page's script."""

from html import unescape

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from feedback import services
from feedback.forms import ArrivalForm, HoldingForm
from portal.templatetags.persian import filesize_fa
from portal.ui import challenge
from portal.ui.origin import same_origin_post
from portal.ui.uploads import Capped


def keep_files(form: HoldingForm) -> None:
    """Hold the good files of a form that is about to be shown again; where there is no room, the form says so."""
    files, voice = form.fresh()
    if not files and voice is None:
        return
    try:
        form.keep(services.hold(token=form.holder, files=files, voice=voice, at=timezone.now()))
    except services.HoldFull:
        form.has_lost = True


@never_cache
@same_origin_post
@require_POST
def arrive(request: HttpRequest) -> JsonResponse:
    """Hold one file of a form that is still being filled in: 200 with its number, 422 with what is wrong with it.

    Every other answer tells the script to send the file along with its form, as it would go without a script.
    """
    request.upload_handlers.insert(0, Capped())
    now, token = timezone.now(), request.POST.get("hold", "")
    _name_anew(request)
    form = ArrivalForm(request.POST, request.FILES)
    if not challenge.is_hold(token, now):
        return JsonResponse({}, status=403)
    if not form.is_valid():
        faults = [unescape(strip_tags(str(fault))) for errors in form.errors.values() for fault in errors]
        return JsonResponse({"fault": " ".join(faults)}, status=422)
    files, voice = form.cleaned_data["attachments"], form.cleaned_data["voice"]
    if len(files) + (voice is not None) != 1:
        return JsonResponse({}, status=400)
    try:
        (held,) = services.hold(token=token, files=files, voice=voice, at=now)
    except services.HoldFull:
        return JsonResponse({}, status=503)
    return JsonResponse({"id": held.pk, "name": held.name, "size": filesize_fa(held.size)})


def _name_anew(request: HttpRequest) -> None:
    """Give the file its own name: the framework strikes half-spaces out of it, so the script sends it beside."""
    for field in request.FILES:
        for file in request.FILES.getlist(field):
            file.name = request.POST.get("name") or file.name
