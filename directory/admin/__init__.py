"""Staff pages of the directory; importing this package registers them."""

from directory.admin import organization

__all__ = ["organization"]
