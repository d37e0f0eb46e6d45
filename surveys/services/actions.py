"""Improvement actions: done, and shown to everybody."""

from datetime import datetime

from django.db import transaction

from portal.kernel import jalali
from surveys.models import ImprovementAction


@transaction.atomic
def finish_action(*, action_id: int, at: datetime) -> ImprovementAction:
    """Mark an action as done today; one that is done keeps its day."""
    action = ImprovementAction.objects.select_for_update().get(pk=action_id)
    if action.done_on is None:
        action.done_on = jalali.local(at).date()
        action.save(update_fields=["done_on"])
    return action


@transaction.atomic
def show_action(*, action_id: int, is_public: bool) -> ImprovementAction:
    """Put an action on the public page «you said, we did», or take it off."""
    action = ImprovementAction.objects.select_for_update().get(pk=action_id)
    action.is_public = is_public
    action.save(update_fields=["is_public"])
    return action
