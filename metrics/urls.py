"""The addresses of `metrics`."""

from django.urls import path

from metrics.views import channels, dashboard, evidence, imports, measures

app_name = "metrics"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("scopes/", dashboard.scopes, name="scopes"),
    path("measures/", measures.index, name="measures"),
    path("measures/<slug:key>/", measures.detail, name="measure"),
    path("measures/<slug:key>/records/", evidence.records, name="evidence"),
    path("imports/", imports.index, name="imports"),
    path("imports/upload/", imports.upload, name="upload"),
    path("imports/<int:pk>/", imports.detail, name="import"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:pk>/file/", imports.original, name="import_file"),
    path("imports/<int:pk>/rejected/", imports.rejected_rows, name="rejected_rows"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="cancel_import"),
    path("imports/<int:pk>/retry/", imports.retry, name="retry_import"),
    path("channels/", channels.index, name="channels"),
    path("channels/<int:pk>/", channels.detail, name="channel"),
    path("channels/<int:pk>/edit/", channels.edit, name="edit_channel"),
    path(
        "channels/<int:pk>/links/<int:link>/", channels.change_link, name="change_link"
    ),
    path("channels/<int:pk>/links/<int:link>/unlink/", channels.unlink, name="unlink"),
]
