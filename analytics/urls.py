"""Addresses of the reach pages, of closed periods and of the names of networks."""

from django.urls import path

from analytics.views import networks, outside, packs, periods, reach

app_name = "analytics"
urlpatterns = [
    path("reach/", reach.reach, name="reach"),
    path("reach/table.csv", reach.download, name="download"),
    path("networks/", networks.networks, name="networks"),
    path("networks/add/", networks.add, name="network-add"),
    path("networks/change/<slug:code>/", networks.change, name="network-change"),
    path("networks/put-back/<slug:code>/", networks.put_back, name="network-put-back"),
    path("outside/", outside.outsiders, name="outside"),
    path("outside/<str:indicator>/<slug:code>/", outside.tables, name="outside-tables"),
    path(
        "outside/<str:indicator>/<slug:code>/table.csv", outside.download, name="outside-download"
    ),
    path("outside/<str:indicator>/<slug:code>/release/", outside.release, name="outside-release"),
    path("periods/", periods.overview, name="periods"),
    path("periods/new/", periods.propose, name="period-new"),
    path("periods/packs/", packs.packs, name="packs"),
    path("periods/packs/bring/", packs.bring, name="pack-bring"),
    path("periods/pack/<slug:digest>/", periods.pack, name="period-pack"),
    path("periods/<int:pk>/", periods.period, name="period"),
    path("periods/<int:pk>/<slug:name>/", periods.step, name="period-step"),
]
