from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.config import Configurations
from promptlint.provenance import all_reasons, because, of_options, setting, severity_of, strata
from promptlint.rules import load_rules, selectors

RULES = load_rules()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    return folder


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, "utf-8")


def layers(root: Path, path: str = "a.md", environ: dict[str, str] | None = None):
    chosen = Configurations(cwd=root, environ=environ or {})
    return strata(root / path, chosen, root, environ or {}), chosen.for_file(root / path)


def test_without_configuration_everything_is_a_default(root: Path) -> None:
    found, config = layers(root)
    assert found == ()
    assert setting("model", None, found).origin == "default"
    for rule, reason in all_reasons(found, RULES):
        assert (reason.origin, reason.place) == ("default", "")
        assert reason.on == (rule.always or "recommended" in rule.presets)
        assert severity_of(rule, config, found).value == rule.severity.label


def test_each_layer_is_named_with_its_places(root: Path) -> None:
    write(root, "base.toml", 'model = "gpt-4o"\nselect = ["all"]\n')
    write(
        root,
        "promptlint.toml",
        'extend = "base.toml"\nignore = [\n  "verbosity",\n]\n[severity]\noutput = "error"\n'
        '[rules.undeclared-variable]\nknown = ["x"]\n[[overrides]]\nfiles = ["*.j2"]\nmodel = "o3"\n'
        '[[overrides]]\nfiles = ["a.md"]\nextend-select = ["filler-phrase"]\n',
    )
    found, config = layers(root)
    assert [(each.origin, each.name) for each in found] == [
        ("extended", "base.toml"),
        ("file", "promptlint.toml"),
        ("override", "promptlint.toml:12:1"),
    ]
    model = setting("model", None, found)
    assert (model.value, model.origin, model.place) == ("gpt-4o", "extended", "base.toml:1:1")
    filler = because(RULES["filler-phrase"], found)
    assert (filler.on, filler.selector, filler.key) == (True, "filler-phrase", "extend-select")
    assert (filler.origin, filler.place) == ("override", "promptlint.toml:14:18")
    verbose = because(RULES["verbose-phrase"], found)
    assert (verbose.on, verbose.selector, verbose.place) == (False, "verbosity", "promptlint.toml:3:3")
    severity = severity_of(RULES["missing-output-limit"], config, found)
    assert (severity.value, severity.place) == ("error", "promptlint.toml:6:1")
    (known,) = (each for each in of_options(RULES["undeclared-variable"], found) if each.key.endswith(".known"))
    assert (known.value, known.place) == (["x"], "promptlint.toml:8:1")
    assert setting("model", None, layers(root, "b.j2")[0]).place == "promptlint.toml:11:1"


def test_pyproject_and_a_person_s_own_file(root: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    environ = {"XDG_CONFIG_HOME": str(home), "HOME": str(home), "APPDATA": str(home)}
    own = Configurations(cwd=root, environ=environ)
    from promptlint.config import user_config_file

    file = user_config_file(environ)
    assert file is not None
    file.parent.mkdir(parents=True)
    file.write_text("pedantic = true\n", "utf-8")
    assert own.for_file(root / "a.md").pedantic
    found, _ = layers(root, environ=environ)
    assert setting("pedantic", False, found).origin == "user"
    write(root, "pyproject.toml", '[project]\nname = "x"\n[tool.promptlint]\npedantic = false\n')
    found, _ = layers(root, environ=environ)
    pedantic = setting("pedantic", True, found)
    assert (pedantic.value, pedantic.origin, pedantic.place) == (False, "file", "pyproject.toml:4:1")


names = st.lists(st.sampled_from(selectors()), max_size=4)
tables = st.fixed_dictionaries({}, optional={"select": names, "extend-select": names, "ignore": names})


def toml(table: dict[str, Iterable[str]]) -> str:
    return "".join(f"{key} = {list(value)!r}\n" for key, value in table.items())


@settings(max_examples=150, deadline=None)
@given(tables, tables, tables)
def test_the_reasons_agree_with_what_is_active(base, top, override) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / ".git").mkdir()
        write(root, "base.toml", toml(base))
        write(
            root, "promptlint.toml", f'extend = "base.toml"\n{toml(top)}[[overrides]]\nfiles = ["*"]\n{toml(override)}'
        )
        found, config = layers(root)
        on = {rule.id for rule, reason in all_reasons(found, RULES) if reason.on}
        assert on == {active.rule.id for active in config.active}
