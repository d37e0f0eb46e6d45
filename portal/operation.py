"""Whether the portal itself runs well, read in one go for the operator's page and for the metrics."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.enums import NoticeChannel, NoticeState
from feedback.models import Notice
from portal.outbox.models import Delivery, DeliveryState, Event, Heartbeat
from portal.outbox.selectors import lateness, undone
from portal.ui.replica import seconds_behind
from portal.views import LATE, SILENT
from portal.wiring import CLOCK

#: Days of failed notices that are told of, and days after which a backup or its rehearsal is too old.
NOTICE_DAYS, BACKUP_DAYS = 14, 2
#: Share of the disk under which room is running out.
TIGHT = 0.1
#: Parked deliveries that are listed; the others are counted.
LISTED = 50
#: Seconds after which figures read from the replica are too old.
BEHIND = 300
BACKUP, REHEARSAL = "backup", "backup.rehearsal"
#: What each task of the clock does, in words.
TASKS: dict[str, Promise] = {
    "outbox.relay": _("Bringing new events on their way"),
    "outbox.worker": _("The worker of the deliveries"),
    "outbox.sweep": _("Sending again what got lost on the way"),
    "directory.forget_sessions": _("Forgetting the sessions of staff that are over"),
    "feedback.repair": _("Making up for what should have followed"),
    "feedback.tell_times": _("Keeping what the answers of an earlier release took"),
    "feedback.close_settled": _("Closing cases in which all was quiet after the answer"),
    "feedback.gather_notices": _("Gathering the notices of an officer in one"),
    "feedback.count_figures": _("Counting the figures of the home page"),
    "feedback.escalate": _("Telling of deadlines that come near"),
    "feedback.forget_exports": _("Deleting lists that are older than a day"),
    "feedback.forget_counts": _("Forgetting the counts of wrong codes"),
    "feedback.forget_held": _("Deleting files that waited in vain for their form"),
    "feedback.seal_records": _("Sealing the records"),
    "feedback.forget_words": _("Forgetting words that no case holds any more"),
    "feedback.forget_drafts": _("Forgetting drafts that nobody touches"),
    "feedback.sweep_files": _("Deleting files that no message knows"),
    "surveys.forget_counters": _("Forgetting the counters of days that are over"),
    "surveys.look_for_groups": _("Looking for survey answers of one hand"),
    "surveys.close_quarters": _("Counting the quarters that are over"),
}


@dataclass(frozen=True)
class Beat:
    """A process or a periodic task: when it was last heard of, and whether that is too long ago."""

    name: str
    at: datetime | None
    is_late: bool

    @property
    def words(self) -> str:
        """Say in words what it does; the name itself where it has none."""
        return str(TASKS.get(self.name, self.name))


@dataclass(frozen=True)
class Operation:
    """The state of the portal at one moment."""

    at: datetime
    late: timedelta
    unrelayed: int
    waiting: int
    sent: int
    parked: int
    failed: dict[NoticeChannel, int]
    disk_free: int
    disk_total: int
    has_replica: bool
    behind: float | None
    backup: Beat
    rehearsal: Beat
    beats: list[Beat]

    @property
    def is_late(self) -> bool:
        return self.late.total_seconds() > LATE

    @property
    def is_tight(self) -> bool:
        return self.disk_free < TIGHT * self.disk_total

    @property
    def is_behind(self) -> bool:
        """Tell whether the replica of the reports is away or old; the reports themselves go on without it."""
        return self.has_replica and (self.behind is None or self.behind > BEHIND)

    @property
    def is_well(self) -> bool:
        silent = any(beat.is_late for beat in (*self.beats, self.backup, self.rehearsal))
        lacking = self.is_late or self.is_tight or self.is_behind or self.parked
        return not (silent or lacking or any(self.failed.values()))


def operation(*, at: datetime) -> Operation:
    """Return how the portal runs; a handful of queries on small or indexed rows."""
    heard = _Heard(dict(Heartbeat.objects.values_list("name", "at")), _installed_at() or at, at)
    disk = shutil.disk_usage(_standing(Path(settings.MEDIA_ROOT)))
    states = undone()
    return Operation(
        at=at,
        late=lateness(at=at),
        unrelayed=Event.objects.filter(relayed_at=None).count(),
        waiting=states.get(DeliveryState.WAITING, 0),
        sent=states.get(DeliveryState.SENT, 0),
        parked=states.get(DeliveryState.PARKED, 0),
        failed=_failed_notices(at),
        disk_free=disk.free,
        disk_total=disk.total,
        has_replica=bool(settings.REPLICA_DATABASE_URL),
        behind=seconds_behind(),
        backup=heard.beat(BACKUP, timedelta(days=BACKUP_DAYS)),
        rehearsal=heard.beat(REHEARSAL, timedelta(days=BACKUP_DAYS)),
        beats=[
            heard.beat(name, 3 * every + timedelta(seconds=SILENT)) for name, every in sorted(CLOCK.items())
        ],
    )


def parked_deliveries() -> list[Delivery]:
    """Return the oldest parked deliveries; their reasons hold places in our code, never a citizen's words."""
    parked = Delivery.objects.filter(state=DeliveryState.PARKED).select_related("event").order_by("pk")
    return list(parked[:LISTED])


@dataclass(frozen=True)
class _Heard:
    """When each was last heard of; one that never was is waited for since the portal was installed."""

    last: dict[str, datetime]
    installed: datetime
    at: datetime

    def beat(self, name: str, longest: timedelta) -> Beat:
        last = self.last.get(name)
        return Beat(name, last, self.at - (last or self.installed) > longest)


def _installed_at() -> datetime | None:
    first: datetime | None = MigrationRecorder.Migration.objects.aggregate(first=Min("applied"))["first"]
    return first


def _failed_notices(at: datetime) -> dict[NoticeChannel, int]:
    """Count notices that gave up, those of confidential cases left out: they are known to their unit alone."""
    since = at - timedelta(days=NOTICE_DAYS)
    failed = Notice.objects.filter(
        state=NoticeState.FAILED, created_at__gte=since, case__is_confidential=False
    )
    counted = dict(failed.order_by().values_list("channel").annotate(count=Count("pk")))
    return {channel: counted.get(channel.value, 0) for channel in NoticeChannel}


def _standing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists already."""
    return next(path for path in (folder, *folder.parents) if path.exists())
