"""Staff pages of the directory; the order of the imports is the order of the pages."""

from directory.admin import organization, contacts, card, news, calendar, recognition  # isort: skip

__all__ = ["calendar", "card", "contacts", "news", "organization", "recognition"]
