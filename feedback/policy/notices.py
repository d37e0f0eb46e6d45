"""When a notice may be sent again."""

from feedback.enums import NoticeState

#: Times that staff may send one notice again.
MOST_RESENDS = 3


class NoticeRefused(Exception):
    """The notice is not sent again; the argument says why: it is still on its way ("state"), it was sent again too
    often ("often"), there is no address any more ("address"), or the sender is unknown ("anonymous")."""


def resend_refusal(state: str, resends: int) -> str:
    """Return why a notice is not sent again, as `NoticeRefused` says it; nothing where it may be."""
    if state not in (NoticeState.SENT, NoticeState.ARRIVED, NoticeState.FAILED):
        return "state"
    return "often" if resends >= MOST_RESENDS else ""
