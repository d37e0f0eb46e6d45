"""Cases that are answered together: the same text for many, each citizen told alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import User
from feedback.models.case import Case
from feedback.models.conversation import Message


class Cluster(models.Model):
    """One answer to several similar cases; `lead` is the case it was written in."""

    lead = models.ForeignKey(Case, models.PROTECT, related_name="clusters", verbose_name=_("case"))
    answer = models.OneToOneField(Message, models.PROTECT, related_name="cluster", verbose_name=_("answer"))
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("author"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("answer to similar cases")
        verbose_name_plural = _("answers to similar cases")
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return f"{self.lead} +{self.pk}"


class ClusterCase(models.Model):
    """One of the other cases: its own answer once it is sent, or why it was not."""

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="cases", verbose_name=_("cluster"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="in_clusters", verbose_name=_("case"))
    answer = models.OneToOneField(
        Message, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("answer")
    )
    is_refused = models.BooleanField(_("not sent"), default=False)

    class Meta:
        verbose_name = _("similar case")
        verbose_name_plural = _("similar cases")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "case"], name="cluster_case_once"),
            models.CheckConstraint(
                condition=models.Q(is_refused=False) | models.Q(answer__isnull=True),
                name="cluster_case_is_sent_or_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster} · {self.case}"
