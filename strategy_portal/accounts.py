"""How allauth behaves here: nobody signs up, and single sign-on admits known people."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class ClosedAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from set-up, an import, an invitation or single sign-on."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The identity provider says who it is; the portal must already know them."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False
