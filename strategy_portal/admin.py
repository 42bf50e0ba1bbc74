"""The administration has no door of its own: one signs in like everywhere else."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

# Sign-in is set up by settings, and rights follow from roles held on dates.
for noise in (Group, EmailAddress, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(noise)

admin.site.site_header = _("Administration")
admin.site.site_title = _("Strategy Portal")
admin.site.index_title = _("Reference data")
# Who is signed in without the role is told so; who is not signed in is led to sign in.
admin.site.login = login_not_required(  # type: ignore[method-assign]
    secure_admin_login(admin.site.login)
)
