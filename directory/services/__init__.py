"""What changes the directory; one file a subject, imported from here."""

from directory.services.cards import (
    add_draft,
    confirm_card,
    copy_card,
    discard_draft,
    import_cards,
    load_cards,
    publish_card,
    withdraw_card,
)
from directory.services.contacts import import_contacts, mark_checked
from directory.services.demo import seed_demo_pages
from directory.services.holidays import Holiday, Imported, import_holidays
from directory.services.recognition import (
    close_recognition,
    note_recognition,
    open_recognition,
    reply_to_recognition,
)
from directory.services.reference import DATA, load_reference
from directory.services.sessions import forget_sessions

__all__ = [
    "DATA",
    "Holiday",
    "Imported",
    "add_draft",
    "close_recognition",
    "confirm_card",
    "copy_card",
    "discard_draft",
    "forget_sessions",
    "import_cards",
    "import_contacts",
    "import_holidays",
    "load_cards",
    "load_reference",
    "mark_checked",
    "note_recognition",
    "open_recognition",
    "publish_card",
    "reply_to_recognition",
    "seed_demo_pages",
    "withdraw_card",
]
