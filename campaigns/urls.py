from django.urls import path, re_path

from campaigns.views import blasts

app_name = "campaigns"
urlpatterns = [
    path("blasts/", blasts.blasts, name="blasts"),
    path("blasts/<int:pk>/", blasts.blast, name="blast"),
    path("blasts/<int:pk>/outcomes/", blasts.outcomes, name="outcomes"),
    re_path(
        r"^blasts/(?P<pk>\d+)/(?P<name>approve|start|pause|resume|stop|resend)/$",
        blasts.step,
        name="blast-step",
    ),
]
