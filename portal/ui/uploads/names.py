"""Names of files as they are shown: cleaned, short, and with an ending that fits the content."""

import re

from portal.kernel.text import clean
from portal.ui.uploads.limits import ALLOWED

LONGEST = 120
#: What parts folders, and what Windows, macOS or a terminal do not take in a name.
_PATH = re.compile(r"[/\\]")
_ODD = re.compile(r'[<>:"|?*\n]+')
_EDGES = " .\u200c"


def display_name(name: str, content_type: str) -> str:
    """Return the name a file is shown and kept under; never used as a path.

    Folders, hidden marks and dots at either end go, half-spaces stay. An ending that does not belong to the content's
    type gets the right one added, so that a picture called «a.html» is offered as «a.html.png».
    """
    last = _PATH.split(clean(name))[-1]
    stem, ending = _parted(_ODD.sub(" ", last).rstrip(_EDGES), ALLOWED[content_type])
    return (stem.strip(_EDGES)[: LONGEST - len(ending)].rstrip(_EDGES) or "file") + ending


def _parted(name: str, endings: tuple[str, ...]) -> tuple[str, str]:
    for ending in endings:
        if name.lower().endswith(ending):
            return name[: -len(ending)], ending
    return name, endings[0]
