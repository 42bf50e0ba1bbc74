"""The addresses of `programs`."""

from django.urls import path

from programs.views import portfolio

app_name = "programs"
urlpatterns = [
    path("", portfolio.index, name="list"),
    path("add/", portfolio.add, name="add"),
    path("<slug:slug>/", portfolio.detail, name="detail"),
    path("<slug:slug>/edit/", portfolio.edit, name="edit"),
    path("<slug:slug>/team/add/", portfolio.appoint, name="appoint"),
    path(
        "<slug:slug>/team/<int:pk>/end/",
        portfolio.end_membership,
        name="end_membership",
    ),
]
