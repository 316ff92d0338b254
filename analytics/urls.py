"""Addresses of the reach pages, of indicators and entries, of closed periods and of the names of networks."""

from django.urls import path

from analytics.views import (
    entries,
    exports,
    indicators,
    networks,
    outside,
    packs,
    periods,
    reach,
    tracking,
)

app_name = "analytics"
urlpatterns = [
    path("reach/", reach.reach, name="reach"),
    path("reach/table.csv", reach.download, name="download"),
    path("exports/", exports.exports, name="exports"),
    path("exports/made/", exports.made, name="exports-made"),
    path("exports/<int:pk>/cancel/", exports.cancel, name="export-cancel"),
    path("exports/<int:pk>/file/", exports.file, name="export-file"),
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
    path("indicators/", indicators.overview, name="indicators"),
    path("indicators/project/", indicators.project, name="project"),
    path("indicators/iptt/", tracking.table, name="iptt"),
    path("indicators/iptt/table.csv", tracking.download, name="iptt-download"),
    path("indicators/iptt/reason/", tracking.explain, name="iptt-explain"),
    path("indicators/entries/", entries.entries, name="entries"),
    path("indicators/entries/new/", entries.enter, name="entry-new"),
    path("indicators/entries/<int:pk>/", entries.entry, name="entry"),
    path("indicators/entries/<int:pk>/correct/", entries.correct, name="entry-correct"),
    path("indicators/entries/<int:pk>/withdraw/", entries.withdraw, name="entry-withdraw"),
    path("indicators/entries/<int:pk>/evidence/", entries.evidence, name="entry-evidence"),
    path("indicators/of/<str:code>/", indicators.indicator, name="indicator"),
    path("indicators/of/<str:code>/rule/", indicators.rule, name="indicator-rule"),
    path("indicators/of/<str:code>/title/", indicators.title, name="indicator-title"),
    path("indicators/of/<str:code>/describe/", indicators.describe, name="indicator-describe"),
    path("indicators/of/<str:code>/target/", indicators.target, name="indicator-target"),
    path("indicators/of/<str:code>/baseline/", indicators.baseline, name="indicator-baseline"),
    path("periods/", periods.overview, name="periods"),
    path("periods/new/", periods.propose, name="period-new"),
    path("periods/packs/", packs.packs, name="packs"),
    path("periods/packs/bring/", packs.bring, name="pack-bring"),
    path("periods/pack/<slug:digest>/", periods.pack, name="period-pack"),
    path("periods/<int:pk>/", periods.period, name="period"),
    path("periods/<int:pk>/<slug:name>/", periods.step, name="period-step"),
]
