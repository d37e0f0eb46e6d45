"""Reads of the short pages of public relations."""

from datetime import datetime

from django.db.models import QuerySet

from directory.models import Announcement
from portal.rows import Given, Prepared

#: Pages that a list shows at once, and those that the home page shows.
A_PAGE, AT_HOME = 10, 2


def announcements(at: datetime) -> QuerySet[Announcement]:
    """Return what is shown at a moment, pinned ones first, then the newest."""
    return Announcement.objects.shown(at)


NEWS_AT_HOME = Prepared(lambda: Announcement.objects.shown(Given("at"))[:AT_HOME])


def news_at_home(at: datetime) -> list[Announcement]:
    """Return the few that the home page shows."""
    return NEWS_AT_HOME.rows(at=at)
