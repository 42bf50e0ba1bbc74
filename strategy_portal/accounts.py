"""How allauth behaves here: nobody signs up, and single sign-on admits known people."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone

from people.commands.desk import send_mail
from people.models import Organisation, User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Loads the login of a request with its person and today's roles in one query."""

    def get_user(self, user_id: int) -> User | None:
        on = Organisation.current().day(timezone.now())
        return User.objects.with_roles(on=on).filter(pk=user_id, is_active=True).first()


class ClosedAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from set-up, an import, an invitation or single sign-on."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        portal = Organisation.current().name
        return f"{portal}: {subject}" if portal else subject

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Put allauth's mail into the outbox; its codes and links let somebody in."""
        request = allauth_context.request
        frame = {
            "request": request,
            "email": email,
            "current_site": get_current_site(request),
        }
        message = self.render_mail(template_prefix, email, frame | context)
        send_mail(
            key=f"{template_prefix}:{uuid.uuid4()}",
            to=email,
            subject=message.subject,
            text=message.body,
            secret=True,
        )


class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The identity provider says who it is; the portal must already know them."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """At the first visit, connect the provider's account to the login it names.

        Only addresses that the provider has verified count, and only the one provider
        of the settings exists, so nobody else's provider can name a colleague.
        """
        if sociallogin.is_existing:
            return
        verified = [a.email for a in sociallogin.email_addresses if a.verified]
        user = User.objects.active_with_email(verified)
        if user is None:
            raise ImmediateHttpResponse(
                render(request, "people/unknown_login.html", status=403)
            )
        sociallogin.connect(request, user)
