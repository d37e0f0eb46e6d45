"""The tables of what is promised and of who is told when it comes near: filled once, edited in the admin since."""

from django.db import transaction

from feedback import policy
from feedback.models import EscalationRule, PromisedTime


@transaction.atomic
def load_deadline_rules() -> int:
    """Add the promised times and the ladder of `feedback.policy` where there are none yet; return how many."""
    promised = [
        PromisedTime.objects.get_or_create(
            kind=kind,
            service=None,
            defaults={
                "answer_days": promise.answer_days,
                "first_action_days": promise.first_action_days,
            },
        )[1]
        for kind, promise in policy.PROMISES.items()
    ]
    rungs = [
        EscalationRule.objects.get_or_create(
            kind="", receiver=rung.receiver, defaults={"percent": rung.percent, "days_late": rung.days_late}
        )[1]
        for rung in policy.LADDER
    ]
    return sum(promised) + sum(rungs)
