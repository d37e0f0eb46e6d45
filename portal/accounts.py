"""How staff accounts come to be: made by an administrator, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):
    """Sign-up is closed; only active members of staff may sign in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
