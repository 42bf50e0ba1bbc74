"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path

from strategy_portal import operations, views

urlpatterns = [
    path("", views.home, name="home"),
    path("operations/", operations.operations, name="operations"),
    path("operations/mail/<int:pk>/retry/", operations.retry_mail, name="retry_mail"),
    path("healthz", views.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("people/", include("people.urls")),
    path("programs/", include("programs.urls")),
    path("engagement/", include("metrics.urls")),
]
