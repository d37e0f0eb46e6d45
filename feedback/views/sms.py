"""The door of the SMS gateway: it reports here which of our messages arrived.

Gateways can be given an address and nothing else, so the address ends with the secret: a long number, which no log of
ours shows. A report names a message by the gateway's own number; nothing of a citizen comes in, goes out or stands in
an address.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from feedback import services
from feedback.enums import Delivery
from portal.kernel.text import clean


@csrf_exempt
@require_POST
def sms_reports(request: HttpRequest, token: str) -> HttpResponse:
    """Take in reports on messages: one as the fields of a form or an object of JSON, or several as a list of these.

    Repeating one changes nothing. What is not a last word, such as "handed to the operator", is passed over. Answers
    404 where a message is not known, or not yet, so that the gateway reports on it again.
    """
    known = settings.SMS_REPORTS["token"]
    if not known or not constant_time_compare(token, known):
        raise Http404
    last_words = {name: Delivery(word) for name, word in settings.SMS_REPORTS["states"].items()}
    told = [_read(report) for report in _reports(request)]
    taken = [
        services.note_delivery(gateway_id=number, delivery=last_words[state], state=state, at=timezone.now())
        for number, state in told
        if state in last_words
    ]
    return HttpResponse(status=204 if all(taken) else 404)


def _reports(request: HttpRequest) -> list[Mapping[str, Any]]:
    if request.content_type != "application/json":
        return [request.POST]
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRequest from None
    reports = sent if isinstance(sent, list) else [sent]
    if not all(isinstance(report, dict) for report in reports):
        raise BadRequest
    return reports


def _read(report: Mapping[str, Any]) -> tuple[str, str]:
    """Return the gateway's number of a message and what it says of it."""
    number, state = (report.get(settings.SMS_REPORTS[name], "") for name in ("id", "state"))
    if not number or isinstance(number, dict | list) or isinstance(state, dict | list):
        raise BadRequest
    return clean(str(number)), str(state)
