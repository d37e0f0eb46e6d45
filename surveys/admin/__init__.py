"""Staff pages of the surveys, a file for each subject; the order of the imports is the order of the pages."""

from surveys.admin import questionnaires, parts, themes, gathered, counter, record, reviews  # isort: skip

__all__ = ["counter", "gathered", "parts", "questionnaires", "record", "reviews", "themes"]
