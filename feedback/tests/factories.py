"""Plain makers of what tests need, with real Persian text."""

from datetime import UTC, datetime
from itertools import count

from directory.enums import Role
from directory.models import Membership, Unit, User
from directory.services import load_reference
from feedback import services
from feedback.enums import Kind
from feedback.models import Case
from portal.management.commands.seed_demo import seed_staff
from routing.services import load_rules

#: A Wednesday morning in Tehran: 30 Ordibehesht 1405, 10:24.
AT = datetime(2026, 5, 20, 6, 54, tzinfo=UTC)

_tokens = count(1)


def make_reference() -> None:
    """Load the units, services, counties, closed days and rules, and the demo's staff (password `password`)."""
    load_reference()
    load_rules()
    seed_staff("password")


def make_user(username: str, unit: str = "", role: Role = Role.OFFICER) -> User:
    """Make a member of staff, with a membership when a unit's code is given."""
    user = User.objects.create_user(username, password="password", is_staff=True)
    if unit:
        Membership.objects.create(user=user, unit=Unit.objects.get(code=unit), role=role)
    return user


def make_receipt(*, token: str = "", at: datetime = AT, **changes: object) -> services.Receipt:
    """Submit a contractor's complaint (it goes to CONT), with `changes` to the submission."""
    facts: dict[str, object] = {
        "kind": Kind.COMPLAINT,
        "subject": "سه بار برگشت خوردن مدارک رتبه‌بندی",
        "body": "اسفند پارسال مدارک ارتقای پایهٔ شرکت را در ساجات بارگذاری کردیم و سه بار برگشت خورده است.",
    }
    submission = services.Submission(**{**facts, **changes})
    return services.submit(submission=submission, token=token or f"token-{next(_tokens)}", at=at)


def make_case(**changes: object) -> Case:
    """Submit a case and return it."""
    return make_receipt(**changes).case
