"""The dashboard, the alert rules and their page name what a real bridge exposes, and all of it."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import promql_parser
import pytest
import pytest_asyncio
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.settings.loader import known_keys
from support import ROOT, World, world

MONITORING = ROOT / "deploy" / "monitoring"
PROMETHEUS_ADDS = {"job", "instance"}
"""Labels that no process has, but every series in Prometheus."""
VARIABLES = {"$__rate_interval": "5m", "$job": ".*"}

SOURCES = "".join(path.read_text() for path in (ROOT / "bot").rglob("*.py"))

Series = dict[str, list[dict[str, str]]]
"""The labels of all series, by their metric's name."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def series(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Series]:
    """What a real bridge exposes after traffic both ways, a refusal and a stranger."""
    async with world(tmp_path_factory.mktemp("data")) as running:
        await _traffic(running)
        _, text = await running.bridge.get("/metrics")
        found: Series = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                found.setdefault(sample.name, []).append(sample.labels)
        yield found


async def _traffic(running: World) -> None:
    """Something of everything that is counted."""
    planfix = running.planfix
    customer = running.telegram.add_customer("Иван")
    customer.send_text("Здравствуйте")
    await planfix.wait_for(lambda: planfix.accepted("newMessage"))
    await planfix.answer(str(customer.chat_id), "Добрый день")
    await planfix.wait_for(lambda: planfix.accepted("messageStatus"))
    planfix.faults.add("status", match="newMessage", code=400, body='{"error": "нет"}')
    customer.send_text("Это не возьмут")
    await running.bridge.wait_for_event("worker.refused")
    async with aiohttp.ClientSession() as http:
        await http.post(f"{running.bridge.url}/planfix", data={"token": "wrong"})


def panels() -> list[dict[str, Any]]:
    """The dashboard's panels that show something."""
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def rules() -> list[dict[str, Any]]:
    """The alert rules."""
    [group] = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def expressions() -> dict[str, str]:
    """All expressions, by where they are."""
    named = {f"alert {rule['alert']}": rule["expr"] for rule in rules()}
    for panel in panels():
        for target in panel["targets"]:
            named[f"panel {panel['title']} {target['refId']}"] = target["expr"]
    return named


class Names:
    """The metrics and labels that an expression names."""

    def __init__(self, expression: str) -> None:
        for variable, value in VARIABLES.items():
            expression = expression.replace(variable, value)
        self.selectors: list[promql_parser.VectorSelector] = []
        self.grouped: set[str] = set()
        promql_parser.walk(promql_parser.parse(expression), self._visit)

    def _visit(self, node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            self.selectors.append(node)
        elif isinstance(node, promql_parser.AggregateExpr) and node.modifier:
            self.grouped |= set(node.modifier.labels)


EXPRESSIONS = expressions()


@pytest.mark.parametrize("place", EXPRESSIONS)
def test_an_expression_names_what_there_is(place: str, series: Series) -> None:
    """Every metric, every label, and every value that a label is compared with, is real."""
    names = Names(EXPRESSIONS[place])
    known = {label for name in names.selectors for each in series[name.name] for label in each}
    assert names.selectors
    assert names.grouped <= known | PROMETHEUS_ADDS
    for selector in names.selectors:
        for matcher in selector.matchers.matchers:
            if matcher.name not in PROMETHEUS_ADDS:
                seen = {labels[matcher.name] for labels in series[selector.name]}
                assert set(matcher.value.split("|")) & seen, f"{matcher.name}: {seen}"


def test_every_metric_is_shown_and_explained(series: Series) -> None:
    """What the bridge counts is on the dashboard, and is a row of the page, with its labels."""
    page = (ROOT / "docs" / "monitoring.md").read_text()
    rows = dict(re.findall(r"^\| `(bridge_\w+)` \| (.*?) \|", page, re.MULTILINE))
    explained = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows.items()}
    ours: dict[str, set[str]] = {}
    for name, found in series.items():
        if name.startswith("bridge_"):
            family = re.sub(r"_(bucket|sum|count)$", "", name)
            ours.setdefault(family, set()).update(*found)
    assert explained == {name: labels - {"le"} for name, labels in ours.items()}
    shown = {
        re.sub(r"_(bucket|sum|count)$", "", selector.name)
        for place, expression in EXPRESSIONS.items()
        if place.startswith("panel")
        for selector in Names(expression).selectors
    }
    assert set(ours) <= shown


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_to_do(rule: dict[str, Any], series: Series) -> None:
    """Each rule has a severity, a sentence with labels that it has, and what to do about it."""
    assert rule["labels"]["severity"] in {"critical", "warning"}
    texts = rule["annotations"]
    assert len(texts["description"]) > 80
    names = Names(rule["expr"])
    kept = names.grouped or PROMETHEUS_ADDS | {
        label for name in names.selectors for each in series[name.name] for label in each
    }
    assert set(re.findall(r"\$labels\.(\w+)", " ".join(texts.values()))) <= kept
    for name in re.findall(r"`([a-z]+\.[a-z_]+)`", texts["description"]):
        assert name in known_keys() or f'"{name}"' in SOURCES, "neither a setting nor an event"


def test_the_dashboard_is_whole() -> None:
    """Panels have titles, a data source that can be chosen, and do not cover each other."""
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        assert panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}"
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken
        taken |= cells


def test_the_reader_of_expressions_sees_names() -> None:
    """An expression that is wrong, or names something unknown, would be noticed."""
    names = Names('sum by (lane) (rate(a_total{job=~"$job", x="1"}[$__rate_interval])) / b')
    assert [selector.name for selector in names.selectors] == ["a_total", "b"]
    assert names.grouped == {"lane"}
    with pytest.raises(ValueError, match=r"."):
        Names("sum(rate(x[5m])")
