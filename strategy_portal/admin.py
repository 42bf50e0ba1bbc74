"""The administration has no door of its own: one signs in like everywhere else."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.utils.translation import gettext_lazy as _

admin.site.site_header = _("Administration")
admin.site.site_title = _("Strategy Portal")
admin.site.index_title = _("Reference data")
# Who is signed in without the role is told so; who is not signed in is led to sign in.
admin.site.login = login_not_required(  # type: ignore[method-assign]
    secure_admin_login(admin.site.login)
)
