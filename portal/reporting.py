"""Reports of faults to a Sentry-compatible server: off unless SENTRY_DSN is set and `sentry-sdk` is installed.

A report says where in our code something broke, and nothing of whoever it happened to: no request, no user, no
values of variables, no words of the exception.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from portal.logs import mask

#: Parts of a report that may hold what somebody wrote or where he came from.
TELLING = (
    "request",
    "user",
    "breadcrumbs",
    "extra",
    "contexts",
    "server_name",
    "modules",
    "transaction_info",
)
#: Parts of a line of code's report that hold no values.
PLACE = ("filename", "function", "module", "lineno", "in_app")


def scrubbed(report: dict[str, Any], _hint: object = None) -> dict[str, Any]:
    """Return a report without anything of a citizen or a member of staff."""
    kept = {name: part for name, part in report.items() if name not in TELLING}
    for fault in kept.get("exception", {}).get("values", []):
        fault["value"] = ""
        lines = (fault.get("stacktrace") or {}).get("frames", [])
        fault["stacktrace"] = {
            "frames": [{name: line[name] for name in PLACE if name in line} for line in lines]
        }
    if "logentry" in kept:
        # The template of a log line is ours; its arguments may not be, nor what they were put into.
        kept["logentry"] = {"message": mask(str(kept["logentry"].get("message", "")))}
    return kept


def start(dsn: str, **options: Any) -> bool:
    """Begin to report faults to `dsn`; return whether that is so. Ends the start where the package is missing."""
    if not dsn:
        return False
    if find_spec("sentry_sdk") is None:
        sys.exit("SENTRY_DSN is set, but sentry-sdk is not installed: pip install -r requirements/sentry.txt")
    # Only where it is used: it takes memory in each process.
    import_module("sentry_sdk").init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=0,
        auto_session_tracking=False,
        before_send=scrubbed,
        **options,
    )
    return True
