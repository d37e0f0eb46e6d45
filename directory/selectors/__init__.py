"""Reads of the directory that several rooms share; one file a subject, imported from here."""

from directory.selectors.calendar import Calendars, absent, calendar_of, special_days, working_calendar
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

__all__ = [
    "FRONT_DESK",
    "Branch",
    "Calendars",
    "Found",
    "Reach",
    "absent",
    "calendar_of",
    "front_desk",
    "parents",
    "published_services",
    "published_units",
    "reach",
    "search_directory",
    "services_by_category",
    "special_days",
    "unit_names",
    "unit_tree",
    "units_of_person",
    "working_calendar",
]
