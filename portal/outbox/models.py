"""Tables of the outbox: what happened, who has been told of it, and who still breathes."""

from datetime import datetime, timedelta

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: A heartbeat younger than this is not written again, so that an idle portal hardly writes.
FRESH = timedelta(seconds=5)


class Event(models.Model):
    """Something that happened, written in the transaction that made it so. The payload holds ids only."""

    name = models.CharField(_("name"), max_length=80)
    payload = models.JSONField(_("payload"), default=dict)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    relayed_at = models.DateTimeField(_("relayed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="event_has_name")]
        indexes = [
            models.Index(fields=["id"], condition=Q(relayed_at=None), name="event_unrelayed"),
            # Rows arrive in the order of their times: a block range index costs the citizen's request next to nothing.
            BrinIndex(fields=["created_at"], autosummarize=True, name="event_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class DeliveryState(models.TextChoices):
    """A started attempt is *waiting* again at once: whoever dies in it need not be noticed by anybody."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    DONE = "done", _("done")
    PARKED = "parked", _("parked")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by what has to be done with them."""

    def due(self, at: datetime) -> "DeliveryQuerySet":
        """Return what may be sent now."""
        return self.filter(state=DeliveryState.WAITING, not_before__lte=at)

    def undone(self) -> "DeliveryQuerySet":
        """Return what is not done, which is little among all; asked so, each state is found by its own index."""
        return self.filter(
            Q(state=DeliveryState.WAITING) | Q(state=DeliveryState.SENT) | Q(state=DeliveryState.PARKED)
        )

    def sent_before(self, moment: datetime) -> "DeliveryQuerySet":
        """Return what was handed to the broker so long ago and no worker has begun."""
        return self.filter(state=DeliveryState.SENT, sent_at__lt=moment)


class Delivery(models.Model):
    """One follower's duty to one event."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="deliveries", db_index=False, verbose_name=_("event")
    )
    handler = models.CharField(_("handler"), max_length=120)
    state = models.CharField(_("state"), max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="delivery_once_per_follower"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.DONE, done_at__isnull=False)
                | (~Q(state=DeliveryState.DONE) & Q(done_at=None)),
                name="delivery_done_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.SENT) | Q(sent_at__isnull=False),
                name="delivery_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.PARKED) | ~Q(last_error=""), name="delivery_parked_says_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"], condition=Q(state=DeliveryState.WAITING), name="delivery_due"
            ),
            models.Index(
                fields=["sent_at"], condition=Q(state=DeliveryState.SENT), name="delivery_in_flight"
            ),
            models.Index(fields=["id"], condition=Q(state=DeliveryState.PARKED), name="delivery_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.handler} {self.pk}"


class HeartbeatManager(models.Manager["Heartbeat"]):
    """Writes heartbeats sparingly."""

    def beat(self, name: str, *, at: datetime) -> None:
        """Note that the process behind `name` still works."""
        if not self.filter(name=name, at__gt=at - FRESH, at__lte=at + FRESH).exists():
            beat = Heartbeat(name=name, at=at)
            self.bulk_create([beat], update_conflicts=True, unique_fields=["name"], update_fields=["at"])


class Heartbeat(models.Model):
    """The last time a periodic task ran to its end. In PostgreSQL, so that a dead broker cannot hide itself."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    at = models.DateTimeField(_("at"))

    objects = HeartbeatManager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
