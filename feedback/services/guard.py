"""Counting wrong codes and spent questions. Called outside any transaction, so that no rollback loses a count."""

from datetime import datetime, timedelta

from django.db import connection

from feedback.models import SpentQuestion, WrongCodes

EVERYWHERE = -1


def count_wrong_code(*, neighbourhood: int, at: datetime) -> None:
    """Add one wrong code to the hour's counters of the neighbourhood and of the whole site."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO feedback_wrongcodes (hour, neighbourhood, count) VALUES (%s, %s, 1)"
            " ON CONFLICT (hour, neighbourhood) DO UPDATE SET count = feedback_wrongcodes.count + 1",
            [(hour, neighbourhood), (hour, EVERYWHERE)],
        )


def spend_question(*, nonce: str) -> bool:
    """Use up a plain question; False when it was used before."""
    _spent, fresh = SpentQuestion.objects.get_or_create(nonce=nonce)
    return fresh


def forget_old_counts(*, at: datetime) -> None:
    """Delete counters older than a day and spent questions older than two."""
    WrongCodes.objects.filter(hour__lt=at - timedelta(days=1)).delete()
    SpentQuestion.objects.filter(spent_at__lt=at - timedelta(days=2)).delete()
