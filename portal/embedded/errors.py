"""The one error a person at the terminal sees."""


class StartError(Exception):
    """Something needed for the start is missing or refused; the text says what, and what to do about it."""
