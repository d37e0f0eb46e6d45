"""Addresses of the account pages: signing in and out, the password, the second factor.

Whatever else the package brings along stays shut. Administrators make accounts and set passwords; a way in by mail, to
an address that whoever sits at an open screen may add, would be a second key to every account.
"""

from allauth.account import views
from django.urls import include, path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
]
