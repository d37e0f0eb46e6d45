"""The recognition file: what speaks for, or about, somebody's work, with his own word beside it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.enums import Outcome, Source
from directory.models.organization import Unit, User, in_language


class Recognition(models.Model):
    """One entry of the file. What it rests on never changes, and it is closed only after the person was heard.

    A praise may be closed with the head's note alone. Nothing here proposes a penalty, and nothing is deleted
    (trigger). `reference` names the source, so that one source makes one entry.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="recognitions", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    source = models.CharField(_("source"), max_length=8, choices=Source)
    is_praise = models.BooleanField(_("speaks for the person"), default=True)
    reference = models.CharField(_("reference"), max_length=40)
    finding_fa = models.CharField(_("what it rests on, in Persian"), max_length=400)
    finding_en = models.CharField(_("what it rests on, in English"), max_length=400, blank=True)
    opened_at = models.DateTimeField(_("entered on"))
    opened_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("entered by")
    )
    note = models.CharField(_("note of the head"), max_length=400, blank=True)
    noted_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("noted by")
    )
    reply = models.CharField(_("word of the person"), max_length=400, blank=True)
    is_objected = models.BooleanField(_("the person objects"), default=False)
    replied_at = models.DateTimeField(_("replied on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("entry of the recognition file")
        verbose_name_plural = _("recognition file")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "reference"], name="recognition_once_a_source"),
            models.CheckConstraint(
                condition=Q(note="", noted_by__isnull=True) | (~Q(note="") & Q(noted_by__isnull=False)),
                name="recognition_note_has_its_author",
            ),
            models.CheckConstraint(
                condition=Q(reply="", replied_at__isnull=True, is_objected=False)
                | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="recognition_reply_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_by__isnull=True, closed_at__isnull=True)
                | (
                    ~Q(outcome="")
                    & ~Q(note="")
                    & (Q(is_praise=True) | ~Q(reply=""))
                    & Q(closed_by__isnull=False, closed_at__isnull=False)
                ),
                name="recognition_closed_after_both_were_heard",
            ),
            models.CheckConstraint(
                condition=Q(is_objected=False) | ~Q(closed_by=models.F("noted_by")),
                name="recognition_objection_is_for_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_source_display()}"

    @property
    def finding(self) -> str:
        return in_language(self.finding_fa, self.finding_en)

    @property
    def is_open(self) -> bool:
        return not self.outcome
