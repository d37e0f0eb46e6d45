"""Staff pages of the directory; importing this package registers them."""

from directory.admin import calendar, card, contacts, news, organization

__all__ = ["calendar", "card", "contacts", "news", "organization"]
