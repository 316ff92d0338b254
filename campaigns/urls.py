from django.urls import path, re_path

from campaigns import views

app_name = "campaigns"
urlpatterns = [
    path("blasts/", views.blasts, name="blasts"),
    path("blasts/<int:pk>/", views.blast, name="blast"),
    path("blasts/<int:pk>/outcomes/", views.outcomes, name="outcomes"),
    re_path(
        r"^blasts/(?P<pk>\d+)/(?P<name>approve|start|pause|resume|stop|resend)/$",
        views.step,
        name="blast-step",
    ),
]
