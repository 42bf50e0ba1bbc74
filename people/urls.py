"""The addresses of `people`."""

from django.urls import path

from people.views import enter, preferences, set_up

app_name = "people"
urlpatterns = [
    path("enter/<str:token>/", enter.enter, name="enter"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("setup/", set_up.administrator, name="set_up"),
    path("setup/organisation/", set_up.organisation, name="set_up_organisation"),
    path("setup/start/", set_up.start, name="set_up_start"),
]
