"""What changes the directory; one file a subject, imported from here."""

from directory.services.holidays import Holiday, Imported, import_holidays
from directory.services.reference import DATA, load_reference

__all__ = ["DATA", "Holiday", "Imported", "import_holidays", "load_reference"]
