"""What a monitor reads: OpenMetrics that others' parsers take, and a dashboard that asks only for what is there."""

import json
import re
from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from perron.kit.figures import ALL
from tests.rig import Person, Site

DASHBOARD = Path(__file__).resolve().parent.parent.parent / "deploy/grafana.json"


def figures(site: Site) -> dict[str, dict[tuple[str, ...], float]]:
    answer = site.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    return {
        sample.name: {
            tuple(other.labels.values()): other.value for other in family.samples if other.name == sample.name
        }
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_request_is_counted_with_its_door_its_method_and_its_status(site: Site, ada: Person) -> None:
    before = figures(site).get("perron_requests_total", {})
    ada.says("Un")
    ada.get("/api/v1/statuses/1", expect=404)
    site.client.get("/")
    after = figures(site)["perron_requests_total"]
    for labels in (("api", "POST", "200"), ("api", "GET", "404"), ("web", "GET", "200")):
        assert after[labels] == before.get(labels, 0) + 1
    assert figures(site)["perron_request_seconds_count"]["api", "POST"] >= 1


def test_jobs_writes_and_sizes_are_told(site: Site, ada: Person, bea: Person) -> None:
    ada.says("@bea bonjour")
    site.run_jobs()
    found = figures(site)
    assert found["perron_jobs_total"]["notify_mentioned", "done"] >= 1
    assert found["perron_writes_total"][()] >= 1
    assert found["perron_commit_seconds_count"][()] >= 1
    assert found["perron_database_bytes"][()] > 100_000
    assert found["perron_jobs_owed"][()] >= 0
    assert found["perron_process_resident_bytes"][()] > 1_000_000


def test_figures_name_nobody(site: Site, ada: Person) -> None:
    ada.says("Un secret")
    site.client.get("/@ada?token=verborgen")
    said = site.client.get("/metrics").text
    assert "ada" not in said.replace("metadata", "")
    assert "verborgen" not in said


def test_every_figure_has_a_sentence_and_a_name_of_its_own() -> None:
    assert len({one.name for one in ALL}) == len(ALL)
    assert all(one.says.endswith(".") and one.name.startswith("perron_") for one in ALL)


def test_the_dashboard_asks_only_for_what_is_there(site: Site, ada: Person) -> None:
    ada.says("Un")
    site.run_jobs()
    there = {*figures(site), *(f"{one.name}_total" for one in ALL), *(f"{one.name}_bucket" for one in ALL)}
    board = json.loads(DASHBOARD.read_text())
    asked = {
        name
        for panel in board["panels"]
        for target in panel.get("targets", [])
        for name in re.findall(r"\bperron_\w+", target["expr"])
    }
    assert len(asked) > 10
    assert not asked - there


def test_whoever_asks_is_told_how_they_are_seen(site: Site) -> None:
    told = site.client.get("/health/you", headers={"x-forwarded-for": "203.0.113.7"}).json()
    assert told["forwarded"] and not told["believed"]
    assert told["address"] == told["peer"]
