"""What JupyterLab loads of ours: registered by hand, it may never be what keeps JupyterLab from starting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from tests.tools import loaded
from workbench import __version__
from workbench.run.pages import served_pages

# What a browser has and an engine by itself has not, and what is told to the console.
AROUND = """
var said = [], outcome = null;
var console = {info: (text) => said.push(text), warn: (text) => said.push(text)};
var document = {currentScript: {src: "http://127.0.0.1/lab/extensions/process-mining-workbench/static/launcher.js"}};
var navigator = {languages: %s};
var URL = function (path, base) { this.href = base.replace(/[^/]*$/, "") + path; };
"""
LOAD = """
var mine = _JUPYTERLAB["process-mining-workbench"];
mine.init(%s);
mine.get("./extension").then((factory) => {
  const module = factory();
  // As JupyterLab looks at it.
  outcome = module.hasOwnProperty("__esModule") ? module.default : module;
}, (reason) => { outcome = String(reason); });
"""
# Launcher and translator as JupyterLab shares them: by version, the one in use beside one that could be loaded.
SHARED = """{
  "@jupyterlab/launcher": {
    "4.0.0": {get: () => Promise.resolve(() => ({ILauncher: "another"}))},
    "4.5.0": {get: () => Promise.resolve(() => ({ILauncher: "the launcher"})), loaded: 1},
  },
  "@jupyterlab/translation": {"4.5.0": {get: () => Promise.resolve(() => ({ITranslator: "the translator"}))}},
}"""
ACTIVATE = """
var tiles = [], commands = {};
outcome[0].activate(
  {commands: {addCommand: (name, command) => { commands[name] = command; }}},
  %s, {languageCode: "%s"}
);
JSON.stringify(tiles.map((tile) => [tile.category, tile.args.name, commands[tile.command].label(tile.args)]))
"""
LAUNCHER = "{add: (tile) => tiles.push(tile)}"


@pytest.fixture
def engine(root: Path, request: pytest.FixtureRequest) -> MiniRacer:
    """The extension, loaded in a browser of these languages."""
    engine = MiniRacer()
    engine.eval(AROUND % json.dumps(getattr(request, "param", ["en-GB"])))
    engine.eval((root / "workbench/labextension/static/launcher.js").read_text(encoding="utf-8"))
    return engine


def got(engine: MiniRacer, shared: str) -> tuple[Any, list[str]]:
    engine.eval(LOAD % shared)
    found = json.loads(str(engine.eval("JSON.stringify(outcome)")))
    return found, json.loads(str(engine.eval("JSON.stringify(said)")))


def test_without_a_launcher_to_ask_for_there_is_nothing_to_register(engine: MiniRacer) -> None:
    found, said = got(engine, "{}")
    assert found == []
    assert said == ["process-mining-workbench: no tiles here: @jupyterlab/launcher is not shared"]


def test_without_a_launcher_in_use_it_says_so_and_does_nothing(engine: MiniRacer) -> None:
    got(engine, SHARED)
    assert json.loads(str(engine.eval(ACTIVATE % ("null", "en")))) == []
    assert json.loads(str(engine.eval("JSON.stringify(said)"))) == [
        "process-mining-workbench: no tiles here: there is no launcher"
    ]


def test_it_asks_for_what_is_in_use(engine: MiniRacer) -> None:
    ((plugin,), said) = got(engine, SHARED)
    assert plugin["optional"] == ["the launcher", "the translator"]
    assert plugin["autoStart"] is True
    assert "requires" not in plugin, "what is required and missing is an error in the browser's log"
    assert said == []


@pytest.mark.parametrize(
    ("engine", "chosen", "category", "title"),
    [
        (["en-GB"], "en", "Process mining", "Discover"),
        (["fr-CA", "en"], "en", "Process mining", "Découvrir"),
        (["de", "es-MX"], "en", "Minería de procesos", "Descubrir"),
        (["de"], "en", "Process mining", "Discover"),
        (["fr"], "zh_CN", "流程挖掘", "发现"),
        (["fr"], "de_DE", "Process mining", "Découvrir"),
    ],
    indirect=["engine"],
)
def test_a_tile_for_each_page_in_the_language_of_who_looks(
    engine: MiniRacer, chosen: str, category: str, title: str
) -> None:
    got(engine, SHARED)
    tiles = json.loads(str(engine.eval(ACTIVATE % (LAUNCHER, chosen))))
    assert [name for _, name, _ in tiles] == list(served_pages())
    assert {found for found, _, _ in tiles} == {category}
    assert tiles[2][2] == title


def test_its_words_are_those_of_the_catalogues(root: Path) -> None:
    assert loaded(root, "catalogues").say_tiles(check=True) is False


def test_it_is_as_new_as_the_package(root: Path) -> None:
    folder = root / "workbench" / "labextension"
    package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    assert package["version"] == __version__
    assert (folder / package["jupyterlab"]["_build"]["load"]).is_file()
