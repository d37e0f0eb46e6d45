"""Letters that come back, as mail servers write them."""

import pytest

from portal.kernel.bounces import Bounce, read_bounce

NUMBER = "<1.2.3.notice-7-ab@example.ir>"
REPORT = """From: MAILER-DAEMON@mail.example.ir
To: portal@example.ir
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

نامه به مقصد نرسید. {words}

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.ir

Final-Recipient: rfc822; citizen@example.ir
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 unknown user

--B
Content-Type: {returned}

Message-ID: {number}
Subject: news

--B--
"""


def report(**changes: str) -> bytes:
    parts = {"action": "failed", "status": "5.1.1", "returned": "text/rfc822-headers", "number": NUMBER}
    return REPORT.format(**{"words": "", **parts, **changes}).encode()


@pytest.mark.parametrize(
    ("changes", "found", "is_for_good"),
    [
        ({}, Bounce(NUMBER, "5.1.1"), True),
        ({"returned": "message/rfc822"}, Bounce(NUMBER, "5.1.1"), True),
        ({"returned": "message/rfc822-headers"}, Bounce(NUMBER, "5.1.1"), True),
        ({"action": "Failed ", "status": "4.4.7 (expired)"}, Bounce(NUMBER, "4.4.7"), False),
    ],
)
def test_bounce_when_a_letter_came_back_then_its_number_and_status_are_read(
    changes: dict[str, str], found: Bounce, is_for_good: bool
) -> None:
    read = read_bounce(report(**changes))

    assert read == found
    assert read.is_for_good == is_for_good


@pytest.mark.parametrize(
    "mail",
    [
        report(action="delayed", status="4.2.2"),
        report(action="delivered", status="2.0.0"),
        report(status="unknown"),
        report(returned="text/plain"),
        report(number=""),
        b"Subject: on holiday\nAuto-Submitted: auto-replied\n\nBack on Saturday; 5.1.1",
        b"",
        b"\xff\x00\xfe" * 50,
        report()[:400],
    ],
)
def test_bounce_when_it_is_any_other_letter_then_there_is_none(mail: bytes) -> None:
    assert read_bounce(mail) is None
