"""What people send besides words: which files are let in, under which names, and what is done to them."""

from portal.ui.uploads.arrival import Capped
from portal.ui.uploads.contents import sniff
from portal.ui.uploads.fields import AttachmentsField, VoiceField, check_count
from portal.ui.uploads.limits import ALLOWED, MOST_BYTES, MOST_FILES, MOST_HELD, MOST_PIXELS
from portal.ui.uploads.names import display_name
from portal.ui.uploads.pictures import UnreadablePicture, redrawn
from portal.ui.uploads.sounds import wiped

__all__ = [
    "ALLOWED",
    "MOST_BYTES",
    "MOST_FILES",
    "MOST_HELD",
    "MOST_PIXELS",
    "AttachmentsField",
    "Capped",
    "UnreadablePicture",
    "VoiceField",
    "check_count",
    "display_name",
    "redrawn",
    "sniff",
    "wiped",
]
