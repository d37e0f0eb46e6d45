"""Notices by e-mail and SMS: rows with states, so that a failed gateway loses nothing."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import User
from feedback.enums import NoticeChannel, NoticeState, NoticeTopic
from feedback.models.case import Case
from feedback.models.conversation import Message
from feedback.policy import resend_refusal

#: States of a notice that a gateway took.
WENT_OUT = [NoticeState.SENT, NoticeState.ARRIVED]


class Notice(models.Model):
    """One notice to one recipient; its text is a fixed template with no content and no code in it.

    A notice is about one case, or, to a member of staff, about many at once and then of none.
    """

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="notices", null=True, blank=True, verbose_name=_("case")
    )
    message = models.ForeignKey(
        Message, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("message")
    )
    topic = models.CharField(_("topic"), max_length=12, choices=NoticeTopic)
    channel = models.CharField(_("channel"), max_length=5, choices=NoticeChannel)
    recipient = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, verbose_name=_("member of staff")
    )
    address = models.CharField(_("address"), max_length=254)
    #: Tells notices of one topic apart that follow each other: the number of what this one is about.
    occasion = models.PositiveBigIntegerField(_("occasion"), default=0, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="fa")
    state = models.CharField(_("state"), max_length=8, choices=NoticeState, default=NoticeState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("reason of failure"), max_length=300, blank=True)
    #: The number under which the SMS gateway reports on the message.
    gateway_id = models.CharField(_("number at the gateway"), max_length=64, blank=True, editable=False)
    resends = models.PositiveSmallIntegerField(_("sent again"), default=0)
    #: The notice that stands for this one, where an officer had many within an hour.
    digest = models.ForeignKey(
        "self", models.PROTECT, related_name="gathered", null=True, blank=True, verbose_name=_("gathered in")
    )
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["gateway_id"], name="notice_at_gateway", condition=~Q(gateway_id=""))]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "topic", "channel", "address", "occasion"], name="notice_once"
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False, message__isnull=False)
                | Q(case__isnull=True, message__isnull=True, recipient__isnull=False),
                name="notice_of_a_case_or_to_staff",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WENT_OUT) | Q(sent_at__isnull=False),
                name="notice_sent_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state=NoticeState.GATHERED, digest__isnull=False)
                | (~Q(state=NoticeState.GATHERED) & Q(digest__isnull=True)),
                name="notice_gathered_says_where",
            ),
            models.CheckConstraint(
                condition=~Q(state=NoticeState.HELD) | Q(recipient__isnull=False),
                name="notice_held_is_for_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case or self.recipient} · {self.get_topic_display()} · {self.get_channel_display()}"

    @property
    def may_go_again(self) -> bool:
        """Whether staff may send the notice once more."""
        return self.case_id is not None and not resend_refusal(self.state, self.resends)
