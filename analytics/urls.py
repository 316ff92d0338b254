"""Addresses of the reach pages and of the names of networks."""

from django.urls import path

from analytics.views import networks, reach

app_name = "analytics"
urlpatterns = [
    path("reach/", reach.reach, name="reach"),
    path("reach/table.csv", reach.download, name="download"),
    path("networks/", networks.networks, name="networks"),
    path("networks/add/", networks.add, name="network-add"),
    path("networks/change/<slug:code>/", networks.change, name="network-change"),
    path("networks/put-back/<slug:code>/", networks.put_back, name="network-put-back"),
]
