"""What changes the directory; one file a subject, imported from here."""

from directory.services.reference import DATA, load_reference

__all__ = ["DATA", "load_reference"]
