"""Staff pages of the directory; importing this package registers them."""

from directory.admin import card, contacts, news, organization

__all__ = ["card", "contacts", "news", "organization"]
