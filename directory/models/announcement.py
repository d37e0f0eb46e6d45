"""Short pages by public relations: announcements, and what the organization has been doing."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.enums import ActivityKind
from directory.models.organization import User, in_language


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def shown(self, at: object) -> "AnnouncementQuerySet":
        """What the public sees at a moment, pinned ones first, then the newest."""
        since = Q(published_from__lte=at)
        until = Q(published_until__isnull=True) | Q(published_until__gt=at)
        return self.filter(since, until).order_by("-is_pinned", "-published_from", "-id")


class Announcement(models.Model):
    """A short page with a title and plain paragraphs."""

    kind = models.CharField(_("kind"), max_length=8, choices=ActivityKind, default=ActivityKind.NEWS)
    slug = models.SlugField(
        _("name in the address"),
        max_length=60,
        unique=True,
        help_text=_("Latin letters, digits and dashes; it stays once given."),
    )
    title_fa = models.CharField(_("title in Persian"), max_length=150)
    title_en = models.CharField(_("title in English"), max_length=150, blank=True)
    body_fa = models.TextField(
        _("text in Persian"), max_length=6000, help_text=_("Plain text; an empty line parts paragraphs.")
    )
    body_en = models.TextField(_("text in English"), max_length=6000, blank=True)
    published_from = models.DateTimeField(
        _("shown from"), null=True, blank=True, help_text=_("Empty: not shown yet.")
    )
    published_until = models.DateTimeField(_("shown until"), null=True, blank=True)
    is_pinned = models.BooleanField(_("kept on top"), default=False)
    author = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, editable=False, verbose_name=_("written by")
    )
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-published_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_until__isnull=True) | Q(published_until__gt=F("published_from")),
                name="announcement_ends_after_it_begins",
                violation_error_message=_("The announcement would end before it begins."),
            ),
        ]
        indexes = [
            models.Index(F("is_pinned").desc(), F("published_from").desc(), name="announcement_order"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_fa, self.title_en)

    @property
    def body(self) -> str:
        return in_language(self.body_fa, self.body_en)
