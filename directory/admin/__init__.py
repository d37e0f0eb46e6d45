"""Staff pages of the directory; importing this package registers them."""

from directory.admin import calendar, organization

__all__ = ["calendar", "organization"]
