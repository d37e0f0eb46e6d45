"""Reads of the directory that several rooms share; one file a subject, imported from here."""

from directory.selectors.calendar import Calendars, absent, calendar_of, special_days, working_calendar
from directory.selectors.cards import (
    CONTENT,
    KEEPERS,
    CardPage,
    Offer,
    by_category,
    card_in_force,
    card_page,
    cards_to_review,
    catalogue,
    may_keep_pages,
)
from directory.selectors.contacts import contacts_of, due_for_a_look, organization_name, public_url, unit_data
from directory.selectors.linked import service_data
from directory.selectors.news import A_PAGE, announcements, news_at_home
from directory.selectors.organization import (
    Reach,
    parents,
    reach,
    unit_names,
    units_of_person,
)
from directory.selectors.public import (
    FRONT_DESK,
    Branch,
    Found,
    front_desk,
    published_services,
    published_units,
    search_directory,
    services_by_category,
    unit_tree,
)
from directory.selectors.recognition import recognitions_known_to, staff_of, units_headed

__all__ = [
    "A_PAGE",
    "CONTENT",
    "FRONT_DESK",
    "KEEPERS",
    "Branch",
    "Calendars",
    "CardPage",
    "Found",
    "Offer",
    "Reach",
    "absent",
    "announcements",
    "by_category",
    "calendar_of",
    "card_in_force",
    "card_page",
    "cards_to_review",
    "catalogue",
    "contacts_of",
    "due_for_a_look",
    "front_desk",
    "may_keep_pages",
    "news_at_home",
    "organization_name",
    "parents",
    "public_url",
    "published_services",
    "published_units",
    "reach",
    "recognitions_known_to",
    "search_directory",
    "service_data",
    "services_by_category",
    "special_days",
    "staff_of",
    "unit_data",
    "unit_names",
    "unit_tree",
    "units_headed",
    "units_of_person",
    "working_calendar",
]
