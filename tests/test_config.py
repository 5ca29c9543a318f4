import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint import config as module
from promptlint.basis import Basis, Size
from promptlint.config import (
    Config,
    ConfigError,
    Configurations,
    RunConfig,
    fail_on,
    mistakes,
    user_config_file,
    with_overrides,
)
from promptlint.diagnostic import Severity
from promptlint.formats._tables import Slot
from promptlint.prices import find_model
from promptlint.prompt import Kind
from promptlint.rules import FAMILIES, PRESETS, load_rules, selectors
from promptlint.tokens import MissingTokenizerError

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"
MISTAKE = re.compile(r"[^\n]+?:(\d+):(\d+): [^\n]+")

Files = Callable[..., Configurations]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """Write files into an empty repository, which is the working directory, and give its Configurations."""
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    monkeypatch.chdir(root)

    def write(contents: Mapping[str, str | bytes] | None = None, **arguments: Any) -> Configurations:
        for name, content in (contents or {}).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Configurations(**{"environ": {}, **arguments})

    return write


def ids(config: Config) -> set[str]:
    return {active.rule.id for active in config.active}


def in_family(name: str) -> set[str]:
    return {rule.id for rule in load_rules().values() if rule.family == name}


def always() -> set[str]:
    return {rule.id for rule in load_rules().values() if rule.always}


# ---------------------------------------------------------------------------------------------------------------------
# which rules are on


def test_recommended_is_the_default() -> None:
    assert ids(Config()) == {rule.id for rule in load_rules().values() if "recommended" in rule.presets} | always()
    assert [active.rule.id for active in Config().active] == sorted(ids(Config()))


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "on", "off"),
    [
        (["verbose-phrase"], [], [], {"verbose-phrase", "invalid-file"}, {"filler-phrase", "invalid-template"}),
        (["verbosity"], [], ["verbose-phrase"], {"filler-phrase"}, {"verbose-phrase"}),
        (["verbose-phrase"], [], ["verbosity"], {"verbose-phrase"}, {"filler-phrase"}),
        (["verbosity"], [], ["recommended"], {"verbose-phrase"}, {"invalid-template"}),
        (["recommended"], [], ["all"], {"verbose-phrase"}, set()),
        (["verbose-phrase"], [], ["verbose-phrase"], set(), {"verbose-phrase"}),
        (["verbosity"], [], ["verbosity"], set(), {"verbose-phrase"}),
        (None, ["verbosity"], ["recommended"], {"verbose-phrase"}, {"unused-variable"}),
        ([], ["output"], [], {"missing-output-limit"}, {"verbose-phrase"}),
        ([], [], [], {"invalid-file"}, {"verbose-phrase"}),
        (["all"], [], [], set(load_rules()), set()),
        (None, [], ["all"], {"invalid-file"}, {"verbose-phrase"}),
        (None, ["output"], ["all"], {"missing-output-limit"}, {"verbose-phrase"}),
        (["all"], [], ["all"], {"invalid-file"}, {"verbose-phrase"}),
        (None, [], ["template"], {"invalid-file"}, {"invalid-template"}),
        (None, [], ["invalid-file"], {"invalid-template"}, {"invalid-file"}),
    ],
)
def test_the_more_specific_selector_wins(
    select: list[str] | None, extend: list[str], ignore: list[str], on: set[str], off: set[str]
) -> None:
    config = Config(select=None if select is None else tuple(select), extend_select=tuple(extend), ignore=tuple(ignore))
    assert on <= ids(config)
    assert not off & ids(config)


def test_former_names_select(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = replace(load_rules()["verbose-phrase"], aliases=("wordy",))
    monkeypatch.setattr(module, "load_rules", lambda: {rule.id: rule})
    assert ids(Config(select=("wordy",))) == {rule.id}
    assert not ids(Config(ignore=("wordy",)))


def test_severity_of_the_most_specific_selector() -> None:
    levels = {"all": Severity.INFO, "template": Severity.WARNING, "unused-variable": Severity.ERROR}
    found = {active.rule.id: active.severity for active in Config(select=("all",), severity=levels).active}
    assert found["unused-variable"] is Severity.ERROR
    assert found["invalid-template"] is Severity.WARNING
    assert found["missing-output-limit"] is Severity.INFO


def test_options_are_filled_in() -> None:
    def known(config: Config) -> object:
        return next(active.options for active in config.active if active.rule.id == "undeclared-variable")

    assert known(Config()) == {"known": ()}
    assert known(Config(options={"undeclared-variable": {"known": ("today",)}})) == {"known": ("today",)}


def test_active_is_computed_once() -> None:
    config = Config()
    assert config.active is config.active
    assert hash(config) == hash(Config())


# ---------------------------------------------------------------------------------------------------------------------
# which file holds


def test_without_a_file(files: Files, tmp_path: Path) -> None:
    configurations = files()
    assert configurations.for_file("a/b.md") == Config()
    assert configurations.run_config() == RunConfig(root=tmp_path / "repository")


def test_the_order_within_a_folder(files: Files) -> None:
    contents = {
        "pyproject.toml": '[tool.promptlint]\nmodel = "c"',
        "promptlint.toml": 'model = "b"',
        ".promptlint.toml": 'model = "a"',
    }
    for name, model in (("pyproject.toml", "c"), ("promptlint.toml", "b"), (".promptlint.toml", "a")):
        config = files({name: contents[name]}).for_file("x.md")
        assert (config.path, config.model) == (name, model)


def test_the_closest_file_holds_and_is_not_merged(files: Files) -> None:
    configurations = files({"promptlint.toml": 'model = "a"\npedantic = true', "sub/promptlint.toml": 'model = "b"'})
    assert configurations.for_file("x.md") == Config("promptlint.toml", model="a", pedantic=True)
    below = Config("sub/promptlint.toml", model="b")
    assert configurations.for_file("sub/x.md") == configurations.for_file("sub/deep/er/x.md") == below
    assert configurations.for_file("sub/../x.md").model == "a"


def test_files_share_their_configuration(files: Files) -> None:
    calls: list[Config] = []

    def adjust(config: Config) -> Config:
        calls.append(config)
        return with_overrides(config, model="m")

    configurations = files({"promptlint.toml": "pedantic = true"}, adjust=adjust)
    first = configurations.for_file("a.md")
    assert first == Config("promptlint.toml", model="m", pedantic=True)
    assert all(configurations.for_file(f"d{n % 7}/{n}.md") is first for n in range(100))
    assert len(calls) == 1


def test_the_search_ends_at_the_root_of_the_repository(files: Files, tmp_path: Path) -> None:
    (tmp_path / "promptlint.toml").write_text('model = "outside"')
    assert files().for_file("x.md") == Config()
    (tmp_path / "plain").mkdir()
    assert files().for_file(tmp_path / "plain" / "x.md").model == "outside"


def test_a_pyproject_without_our_table_is_passed_over(files: Files) -> None:
    configurations = files(
        {
            "promptlint.toml": 'model = "a"',
            "b/pyproject.toml": '[project]\ndependencies = ["promptlint"]\n',
            "c/pyproject.toml": "[project\nbroken",
        }
    )
    assert configurations.for_file("b/x.md").model == configurations.for_file("c/x.md").model == "a"


def test_a_broken_pyproject_that_may_be_ours_is_an_error(files: Files) -> None:
    with pytest.raises(ConfigError, match=r"^pyproject\.toml:2:"):
        files({"pyproject.toml": "[tool.promptlint]\nselect = [1"}).for_file("x.md")


@pytest.mark.parametrize("text", ["tool.promptlint = 1", "[tool]\npromptlint = []"])
def test_our_table_must_be_a_table(files: Files, text: str) -> None:
    with pytest.raises(ConfigError, match=r"^pyproject\.toml:\d+:\d+: 'tool\.promptlint' must be a table$"):
        files({"pyproject.toml": text}).for_file("x.md")


def test_the_users_own_file(files: Files, tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "APPDATA": str(tmp_path), "HOME": str(tmp_path)}
    own = user_config_file(environ)
    assert own is not None
    own.parent.mkdir(parents=True)
    own.write_text('model = "own"\nexclude = ["x"]')
    configurations = files({"sub/promptlint.toml": 'model = "project"'}, environ=environ)
    assert configurations.for_file("x.md").model == "own"
    assert configurations.for_file("sub/x.md").model == "project"
    assert configurations.run_config().root == tmp_path / "repository"
    assert files(isolated=True, environ=environ).for_file("x.md") == Config()


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"HOME": "/h"}, "/h/.config/promptlint/promptlint.toml"),
        ("linux", {"HOME": "/h", "XDG_CONFIG_HOME": "/c"}, "/c/promptlint/promptlint.toml"),
        ("linux", {"HOME": "/h", "XDG_CONFIG_HOME": "c"}, "/h/.config/promptlint/promptlint.toml"),
        ("linux", {}, None),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support/promptlint/promptlint.toml"),
        ("darwin", {}, None),
        ("win32", {"APPDATA": "/a"}, "/a/promptlint/promptlint.toml"),
        ("win32", {"HOME": "/h"}, None),
    ],
)
def test_where_the_users_own_file_stands(platform: str, environ: dict[str, str], expected: str | None) -> None:
    found = user_config_file(environ, platform)
    assert (found and found.as_posix()) == expected


def test_an_explicit_file_holds_for_everything(files: Files, tmp_path: Path) -> None:
    contents = {"promptlint.toml": 'model = "a"', "ci/lint.toml": 'model = "ci"\nexclude = ["x"]'}
    configurations = files(contents, config=Path("ci/lint.toml"))
    assert configurations.for_file("x.md").model == configurations.for_file(tmp_path / "x.md").model == "ci"
    assert configurations.run_config() == RunConfig(exclude=("x",), root=tmp_path / "repository", path="ci/lint.toml")


@pytest.mark.parametrize(
    ("contents", "name", "mistake"),
    [
        ({}, "gone.toml", "gone.toml:1:1: no such file: gone.toml"),
        (
            {"pyproject.toml": "[project]"},
            "pyproject.toml",
            "pyproject.toml:1:1: no table [tool.promptlint] in pyproject.toml",
        ),
        (
            {"a.toml": b"model = '\xff'"},
            "a.toml",
            "a.toml:1:1: cannot be read: not valid UTF-8: byte 0xFF at line 1, column 10",
        ),
    ],
)
def test_explicit_files_that_cannot_be_used(files: Files, contents: dict[str, str], name: str, mistake: str) -> None:
    with pytest.raises(ConfigError) as caught:
        files(contents, config=Path(name)).for_file("x.md")
    assert str(caught.value) == mistake


def test_isolated(files: Files) -> None:
    configurations = files({"promptlint.toml": "selct = 1"}, isolated=True)
    assert configurations.for_file("x.md") == Config()


def test_run_config(files: Files, tmp_path: Path) -> None:
    text = 'exclude = ["a/", "*.b"]\nfail-on = "never"\noutput-format = "json"'
    configurations = files({"promptlint.toml": text, "sub/promptlint.toml": ""})
    root = tmp_path / "repository"
    assert configurations.run_config() == RunConfig(("a/", "*.b"), None, "json", root, "promptlint.toml")
    assert configurations.run_config("sub") == RunConfig(root=root / "sub", path="sub/promptlint.toml")


def test_byte_order_mark_and_line_ends(files: Files) -> None:
    configurations = files({"promptlint.toml": b'\xef\xbb\xbf\r\nmodel = "a"\r\n'})
    assert configurations.for_file("x.md").model == "a"


# ---------------------------------------------------------------------------------------------------------------------
# what a file says


def test_every_key(files: Files) -> None:
    text = """
select = ["all"]
extend-select = ["strict"]
ignore = ["hygiene"]
model = "gpt-4o"
kind = "system"
language = "pt-BR"
pedantic = true
[severity]
verbosity = "error"
[rules.undeclared-variable]
known = ["today"]
"""
    assert files({"promptlint.toml": text}).for_file("x.md") == Config(
        path="promptlint.toml",
        select=("all",),
        extend_select=("strict",),
        ignore=("hygiene",),
        severity={"verbosity": Severity.ERROR},
        options={"undeclared-variable": {"known": ("today",)}},
        model="gpt-4o",
        kind=Kind.SYSTEM,
        language="pt-BR",
        pedantic=True,
    )


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("selct = []", "1:1: unknown key 'selct' (did you mean 'select'?)"),
        ("\nextend_select = []", "2:1: unknown key 'extend_select' (did you mean 'extend-select'?)"),
        ("[tool.promptlint]", "1:2: unknown key 'tool'"),
        ("select = 'all'", "1:10: 'select' must be a list of strings"),
        ("ignore = ['all', 1]", "1:18: 'ignore' must hold nothing but strings"),
        ("select = ['verbosty']", "1:11: unknown rule, family or preset 'verbosty' (did you mean 'verbosity'?)"),
        ("model = ''", "1:9: 'model' must be a string that is not empty"),
        ("model = 4", "1:9: 'model' must be a string that is not empty"),
        ("kind = 'taks'", "1:8: 'kind' must be 'task', 'system', 'reference' or 'fragment' (did you mean 'task'?)"),
        ("language = 'german'", "1:12: 'language' must be a language code such as 'en' or 'de'"),
        ("pedantic = 'yes'", "1:12: 'pedantic' must be true or false"),
        ("exclude = 'a'", "1:11: 'exclude' must be a list of strings"),
        ("fail-on = 'warn'", "1:11: 'fail-on' must be 'info', 'warning', 'error' or 'never' (did you mean 'warning'?)"),
        (
            "output-format = 'html'",
            "1:17: 'output-format' must be 'full', 'concise', 'json', 'jsonl', 'sarif', 'github', ",
        ),
        ("extend = 1", "1:10: 'extend' must be a string that is not empty"),
        ("severity = 'error'", "1:12: 'severity' must be a table"),
        ("[severity]\nfoo = 'error'", "2:1: unknown rule, family or preset 'foo'"),
        (
            "[severity]\nhygiene = 'off'",
            "2:11: the severity of 'hygiene' must be 'info', 'warning' or 'error'; to turn a rule off, name it in 'ignore'",
        ),
        ("[rules.unused-varable]", "1:8: unknown rule 'unused-varable' (did you mean 'unused-variable'?)"),
        ("[rules]\nunused-variable = 1", "2:19: 'rules.unused-variable' must be a table"),
        ("[rules.undeclared-variable]\nknown = [1]", "2:9: 'known' must be a list of strings"),
        (
            "rules.undeclared-variable.knwn = []",
            "1:27: 'undeclared-variable' has no option 'knwn' (did you mean 'known'?)",
        ),
        ("[rules.undeclared-variable]\nx = 1", "2:1: 'undeclared-variable' has no option 'x' (it has known)"),
        ("[rules.unused-variable]\nx = 1", "2:1: 'unused-variable' has no option 'x', nor any other"),
        (
            "[rules.unused-variable]\nseverity = 'error'",
            "2:1: a rule's severity is set in the table 'severity': unused-variable = ...",
        ),
        ("model = 'a'\nmodel = 'b'", "2:1: "),
        ("baseline = 1", "1:12: 'baseline' must be a string that is not empty"),
        ("no-stale-baseline = 1", "1:21: 'no-stale-baseline' must be true or false"),
        ("cache-dir = ''", "1:13: 'cache-dir' must be a string that is not empty"),
        ("overrides = 1", "1:13: 'overrides' must be tables: write [[overrides]]"),
        ("[[overrides]]\nmodel = 'a'", "1:1: an override must have 'files', a list of patterns"),
        ("[[overrides]]\nfiles = []", "2:9: 'overrides.files' must name at least one pattern"),
        ("[[overrides]]\nfiles = ['a', '!']", "2:15: 'overrides.files': '!' is no pattern"),
        ("[[overrides]]\nfiles = ['a']\nmodle = 'x'", "3:1: unknown key 'modle' (did you mean 'model'?)"),
        ("[[overrides]]\nfiles = ['a']\nexclude = ['x']", "3:1: unknown key 'exclude'"),
        ("[[overrides]]\nfiles = ['a']\nignore = ['x']", "3:11: unknown rule, family or preset 'x'"),
        ("select = [", "1:11: "),
    ],
)
def test_mistakes_have_a_place(files: Files, text: str, mistake: str) -> None:
    with pytest.raises(ConfigError) as caught:
        files({"promptlint.toml": text}).for_file("x.md")
    first, *more = str(caught.value).split("\n")
    assert (
        first.startswith(f"promptlint.toml:{mistake}")
        if mistake.endswith(" ")
        else first == f"promptlint.toml:{mistake}"
    )
    assert not more


FORMATS = """
[[formats]]
files = ["llm/*.yaml"]
text = "prompts.*.body"
role = "prompts.*.who"
name = "prompts.*.title"
model = ["prompts.*.engine", "engine"]
max-output-tokens = "prompts.*.limit"
template = "braces"
kind = "task"
language = "de"

[[formats]]
files = ["*.tmpl", "!no.tmpl"]
template = "jinja"
"""


def test_formats(files: Files, tmp_path: Path) -> None:
    configurations = files({"sub/promptlint.toml": FORMATS, "promptlint.toml": ""})
    first, second = configurations.for_file("sub/deep/x.md").formats
    (table,) = first.tables
    assert (first.name, first.files, first.folder) == ("formats-1", ("llm/*.yaml",), tmp_path / "repository" / "sub")
    assert table.slots == (Slot("prompts.*.body", None, "prompts.*.who"),)
    assert (table.name, table.model) == (("prompts.*.title",), ("prompts.*.engine", "engine"))
    assert (table.max_output_tokens, table.template) == (("prompts.*.limit",), "braces")
    assert (table.kind, table.language) == (Kind.TASK, "de")
    assert (second.name, second.tables, second.template) == ("formats-2", (), "jinja")
    assert configurations.formats_of("x.md") == ()


def test_formats_of_a_broken_configuration(files: Files) -> None:
    assert files({"promptlint.toml": "formats = 1"}).formats_of("x.md") == ()


def test_formats_are_replaced_by_those_of_the_extending_file(files: Files) -> None:
    base = '[[formats]]\nfiles = ["*.a"]\n'
    own = 'extend = "base.toml"\n[[formats]]\nfiles = ["*.b"]\n'
    assert [each.files for each in files({"promptlint.toml": own, "base.toml": base}).for_file("x").formats] == [
        ("*.b",)
    ]
    inherited = files({"promptlint.toml": 'extend = "base.toml"'}).for_file("x").formats
    assert [each.files for each in inherited] == [("*.a",)]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("formats = 'a'", "1:11: 'formats' must be tables: write [[formats]]"),
        ("formats = ['a']", "1:11: 'formats' must be tables: write [[formats]]"),
        ("[[formats]]\ntext = 'a'", "1:1: a format must have 'files', a list of patterns"),
        ("[[formats]]\nfiles = 'a'", "2:9: 'formats.files' must be a list of strings"),
        ("[[formats]]\nfiles = []", "2:9: 'formats.files' must name at least one pattern"),
        ("[[formats]]\nfiles = ['a']\ntxt = 'a'", "3:1: unknown key 'txt' (did you mean 'text'?)"),
        (
            "[[formats]]\nfiles = ['a']\ntext = 'a..b'",
            "3:8: 'formats.text': a path must have a key before and behind each '.'",
        ),
        ("[[formats]]\nfiles = ['a']\ntext = []", "3:8: 'formats.text' must be a path or a list of paths"),
        ("[[formats]]\nfiles = ['a']\ntext = ['a', 1]", "3:14: 'formats.text' must be a string that is not empty"),
        ("[[formats]]\nfiles = ['a']\ntext = 'a'\nkind = 'b'", "4:8: 'formats.kind' must be "),
        ("[[formats]]\nfiles = ['a']\ntext = 'a'\nnotation = 'xml'", "4:12: 'formats.notation' must be "),
        ("[[formats]]\nfiles = ['a']\ntext = 'a'\ntemplate = 'jinja3'", "4:12: 'formats.template' must be one of "),
        ("[[formats]]\nfiles = ['a']\ntext = 'a'\nrole = 'usr'", "4:8: 'formats.role' must be one of "),
        ("[[formats]]\nfiles = ['a']\ntext = 'a'\nnotation = 'text'", "4:12: plain text has no paths: "),
        ("[[formats]]\nfiles = ['a']\nmodel = 'a'", "3:1: 'formats.model' needs a path of the text: "),
        ("[[formats]]\nfiles = ['a']\ntemplate = 'a.b'", "3:12: 'a.b' is no template language"),
    ],
)
def test_mistakes_in_formats_have_a_place(files: Files, text: str, mistake: str) -> None:
    test_mistakes_have_a_place(files, text, mistake)


MODELS = """
[models."gpt-5-mini"]
input = 0.2
[models."House-Model"]
like = "claude-haiku-4-5"
discount = 0.5
reasoning = "never"
languages = ["de"]
[models."llama-3.1-8b"]
price-per-hour = 3.6
tokens-per-second = 1000
window = 8192
"""


def test_models(files: Files) -> None:
    config = files({"promptlint.toml": MODELS}).for_file("a.md")
    assert list(config.models) == ["gpt-5-mini", "house-model", "llama-3.1-8b"]
    mini = config.find_model("openai/gpt-5-mini").model
    assert mini is not None and mini.price is not None
    assert (mini.price.input, mini.price.output, mini.price.cached_read, mini.window) == (0.2, 2.0, None, 400_000)
    house = config.find_model("House-Model").model
    assert house is not None and house.price is not None
    assert (house.price.input, house.reasoning, house.languages) == (0.5, "never", ("de",))
    llama = config.find_model("llama-3.1-8b").model
    assert llama is not None and llama.price is not None
    assert (llama.price.output, llama.window, llama.provider) == (pytest.approx(1.0), 8_192, "own")
    assert config.find_model("gpt-4o") == find_model("gpt-4o")
    assert Config().find_model("gpt-4o") == find_model("gpt-4o")


VOLUMES = """
calls = "100k/month"
[variables]
report = 800
"mail.body" = 300
documents = {tokens = 400, max = 2000, items = 5}
"""


def test_calls_and_sizes_of_variables(files: Files) -> None:
    config = files({"promptlint.toml": VOLUMES}).for_file("a.md")
    assert config.calls == 100_000
    assert config.variables == {"report": Size(800), "mail.body": Size(300), "documents": Size(400, 2_000, 5)}
    assert config.basis.sizes == config.variables
    assert (config.basis.model, config.basis.calls) == (None, 100_000)
    assert config.basis.find("gpt-4o") == find_model("gpt-4o")
    assert with_overrides(config, calls=5, model="gpt-4o").basis == Basis("gpt-4o", ANY, config.variables, 5, ANY)
    assert with_overrides(config, select=["all"]).calls == 100_000


def test_tokenizers(files: Files) -> None:
    text = 'model = "llama-3.1-8b"\n[[overrides]]\nfiles = ["b.md"]\ntokenizers = "reconstructed"\n'
    chosen = files(
        {
            "base.toml": 'tokenizers = "reconstructed"',
            "promptlint.toml": text,
            "sub/promptlint.toml": "extend = '../base.toml'",
        }
    )
    here, there, below = (chosen.for_file(name) for name in ("a.md", "b.md", "sub/c.md"))
    assert [each.tokenizers for each in (here, there, below)] == ["openai", "reconstructed", "reconstructed"]
    assert [each.tokenizers_at for each in (there, below)] == ["promptlint.toml:4:14", "base.toml:1:14"]
    assert [each.counting("llama-3.1-8b").encoding for each in (here, there)] == ["o200k_base", "llama3 (splintr)"]
    assert there.basis.counting("llama-3.1-8b") == there.counting("llama-3.1-8b")
    assert with_overrides(there, model="gpt-4o").tokenizers == "reconstructed"


def test_a_tokenizer_that_is_not_installed(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(encoding: str) -> None:
        if encoding == "llama3 (splintr)":
            raise MissingTokenizerError("the package x, which is not installed: do y")

    monkeypatch.setattr(module, "require", missing)
    config = files({"promptlint.toml": '\ntokenizers = "reconstructed"'}).for_file("a.md")
    with pytest.raises(ConfigError) as caught:
        config.counting("llama-3.1-8b")
    assert str(caught.value) == (
        "promptlint.toml:2:14: with 'tokenizers' at 'reconstructed', 'llama-3.1-8b' is counted by the package x, "
        "which is not installed: do y"
    )
    assert config.counting("gpt-4").encoding == "cl100k_base"
    assert Config().counting("llama-3.1-8b").encoding == "o200k_base"


def test_calls_and_sizes_of_extended_files_and_overrides(files: Files) -> None:
    chosen = files(
        {
            "base.toml": VOLUMES,
            "promptlint.toml": 'extend = "base.toml"\n[variables]\nreport = 7\n[[overrides]]\nfiles = ["b.md"]\n'
            "calls = 5\n[overrides.variables]\nx = 1\n",
        }
    )
    here, there = chosen.for_file("a.md"), chosen.for_file("b.md")
    assert (here.calls, there.calls) == (100_000, 5)
    assert (here.variables["report"], sorted(there.variables)) == (Size(7), ["documents", "mail.body", "report", "x"])


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("tokenizers = 'tiktoken'", "1:14: 'tokenizers' must be 'openai' or 'reconstructed'"),
        ("tokenizers = 1", "1:14: 'tokenizers' must be "),
        ("calls = true", "1:9: 'calls' must be a number of calls per month, or a string such as "),
        ("calls = '5/year'", "1:9: 'calls' must be a number of calls per day, week or month, such as "),
        ("calls = 0", "1:9: 'calls' must be above 0 and at most "),
        ("variables = 1", "1:13: 'variables' must be a table"),
        (
            "[variables]\na = 'x'",
            "2:5: 'variables.a' must be a number of tokens, or a table with tokens, max or items ",
        ),
        ("[variables]\na = -1", "2:5: 'variables.a' must be a number of "),
        ("[variables]\na = {tokens = 1.5}", "2:15: 'tokens' of 'variables.a' must be a number of tokens "),
        ("[variables]\na = {itms = 1}", "2:6: unknown key 'itms' of 'variables.a' (did you mean 'items'?)"),
        (
            "[variables]\na.b = 1",
            "2:3: unknown key 'b' of 'variables.a' (a name with a dot is written in quotes: \"a.b\")",
        ),
        ("[variables]\na = {}", "2:1: 'variables.a' says nothing about the variable"),
        ("[variables]\na = {tokens = 2, max = 1}", "2:1: 'variables.a': 'tokens' is more than 'max'"),
        ("varables = 1", "1:1: unknown key 'varables' (did you mean 'variables'?)"),
    ],
)
def test_mistakes_in_calls_and_sizes_have_a_place(files: Files, text: str, mistake: str) -> None:
    test_mistakes_have_a_place(files, text, mistake)


def test_models_of_extended_files_and_overrides_hold_as_well(files: Files) -> None:
    chosen = files(
        {
            "base.toml": MODELS,
            "promptlint.toml": 'extend = "base.toml"\n[models.gpt-5-mini]\ninput = 0.1\n[[overrides]]\nfiles = ["b.md"]\n'
            "[overrides.models.x]\ninput = 1\noutput = 1\n",
        }
    )
    here, there = chosen.for_file("a.md"), chosen.for_file("b.md")
    assert sorted(here.models) == ["gpt-5-mini", "house-model", "llama-3.1-8b"]
    assert sorted(there.models) == ["gpt-5-mini", "house-model", "llama-3.1-8b", "x"]
    mini = here.models["gpt-5-mini"]
    assert mini.price is not None and mini.price.input == 0.1
    assert with_overrides(there, select=["all"], model="x").models == there.models


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("models = 1", "1:10: 'models' must be a table"),
        ("[models]\nx = 1", "2:5: 'models.x' must be a table"),
        ("[models.x]", "1:9: 'models.x' says nothing about the model"),
        ("[models.x]\nimput = 1", "2:1: unknown key 'imput' (did you mean 'input'?)"),
        ("[models.x]\ncached_input = 1", "2:1: unknown key 'cached_input' (did you mean 'cached-input'?)"),
        (
            "[models.x]\ninput = -1",
            "2:9: 'input' of 'models.x' must be a number that is not negative, in USD per million tokens",
        ),
        (
            "[models.x]\ninput = true",
            "2:9: 'input' of 'models.x' must be a number that is not negative, in USD per million tokens",
        ),
        (
            "[models.x]\ninput = nan",
            "2:9: 'input' of 'models.x' must be a number that is not negative, in USD per million tokens",
        ),
        ("[models.x]\ndiscount = 20", "2:12: 'discount' of 'models.x' must be a fraction below 1, such as 0.2"),
        ("[models.x]\ntokens-per-second = 0", "2:21: 'tokens-per-second' of 'models.x' must be a number above 0"),
        ("[models.x]\nwindow = '8k'", "2:10: 'window' of 'models.x' must be a number of tokens"),
        ("[models.x]\nwindow = 0", "2:10: 'window' of 'models.x' must be a number of tokens"),
        (
            "[models.x]\nreasoning = 'sometimes'",
            "2:13: 'reasoning' of 'models.x' must be 'never', 'optional', 'always' or 'unknown'",
        ),
        ("[models.x]\nlanguages = 'de'", "2:13: 'languages' of 'models.x' must be a list of strings"),
        (
            "[models.x]\nlike = 'gpt-4oo'",
            "2:8: 'like' of 'models.x': 'gpt-4oo' is no model with a known price (did you mean 'gpt-4o'?)",
        ),
        (
            "[models.x]\nlike = 'qwen3-32b'",
            (
                "2:8: 'like' of 'models.x': 'qwen3-32b' is sold by several hosts: name one, such as "
                "aws/qwen.qwen3-32b-v1:0, groq/qwen/qwen3-32b, cerebras/qwen-3-32b"
            ),
        ),
        ("[models.x]\noutput = 1", "1:9: 'models.x': a price needs 'input', or 'like' for a model that has one"),
        ("[models.x]\nprice-per-hour = 1", "1:9: 'models.x': hardware needs 'price-per-hour' and 'tokens-per-second'"),
        ("[[overrides]]\nfiles = ['a']\n[overrides.models.x]\ny = 1", "4:1: unknown key 'y'"),
    ],
)
def test_mistakes_in_models_have_a_place(files: Files, text: str, mistake: str) -> None:
    with pytest.raises(ConfigError) as error:
        files({"promptlint.toml": text}).for_file("a.md")
    assert str(error.value) == f"promptlint.toml:{mistake}"


def test_all_mistakes_are_reported_in_the_order_of_the_file(files: Files) -> None:
    with pytest.raises(ConfigError) as caught:
        files({"promptlint.toml": "foo = 1\nselect = [1, 'x']\npedantic = 1"}).for_file("x.md")
    places = [line.split(": ")[0] for line in str(caught.value).split("\n")]
    assert places == [f"promptlint.toml:{place}" for place in ("1:1", "2:11", "2:14", "3:12")]


# ---------------------------------------------------------------------------------------------------------------------
# extend


@pytest.mark.parametrize("name", ["promptlint.toml", "pyproject.toml"])
def test_mistakes_of_a_text_with_their_places(name: str) -> None:
    head = "[tool.promptlint]\n" if name == "pyproject.toml" else ""
    text = f'{head}modl = 1\nignore = ["verbose-phrse"]\nextend = "gone.toml"\n'
    (first, one), (second, other) = mistakes(Path(name), text, load_rules())
    assert (text[first.start : first.end], text[second.start : second.end]) == ("modl", '"verbose-phrse"')
    assert "did you mean 'model'?" in one and "did you mean 'verbose-phrase'?" in other
    assert mistakes(Path(name), f"{head}model = 'gpt-5-mini'\n", load_rules()) == ()
    ((place, _),) = mistakes(Path(name), f"{head}model =\n", load_rules())
    assert place.start >= len(head)


def test_a_text_that_does_not_configure_has_no_mistakes() -> None:
    assert mistakes(Path("pyproject.toml"), "[project]\nnam = 3\n", load_rules()) == ()
    ((place, text),) = mistakes(Path("pyproject.toml"), "[tool]\npromptlint = 3\n", load_rules())
    assert (place.start, text) == (20, "'tool.promptlint' must be a table")


def test_extend(files: Files, tmp_path: Path) -> None:
    configurations = files(
        {
            "promptlint.toml": 'extend = "shared/base.toml"\nignore = ["verbose-phrase"]\nmodel = "b"\n'
            'rules.verbose-phrase.allow = ["in order to"]\nseverity.hygiene = "info"',
            "shared/base.toml": 'extend = "../more/pyproject.toml"\nextend-select = ["meta"]\nmodel = "a"\npedantic = true\n'
            'rules.verbose-phrase.classes = ["verbose"]\nseverity.hygiene = "error"\nseverity.output = "error"',
            "more/pyproject.toml": '[tool.promptlint]\nselect = ["verbosity"]\nexclude = ["x"]\nfail-on = "error"\nkind = "task"',
        }
    )
    config = configurations.for_file("x.md")
    assert (config.path, config.model, config.kind, config.pedantic) == ("promptlint.toml", "b", Kind.TASK, True)
    assert config.options == {"verbose-phrase": {"allow": ("in order to",), "classes": ("verbose",)}}
    assert config.severity == {"hygiene": Severity.INFO, "output": Severity.ERROR}
    assert ids(config) == (in_family("verbosity") | in_family("meta") | always()) - {"verbose-phrase"}
    run = configurations.run_config()
    assert run == RunConfig(("x",), Severity.ERROR, "full", tmp_path / "repository", "promptlint.toml")


def test_select_starts_anew_above_an_extended_file(files: Files) -> None:
    config = files(
        {"promptlint.toml": 'extend = "b.toml"\nselect = ["verbosity"]', "b.toml": 'ignore = ["verbose-phrase"]'}
    ).for_file("x.md")
    assert ids(config) == in_family("verbosity") | always()


def test_extend_from_the_home_folder(files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "base.toml").write_text('model = "home"')
    assert files({"promptlint.toml": 'extend = "~/base.toml"'}).for_file("x.md").model == "home"


@pytest.mark.parametrize(
    ("contents", "mistake"),
    [
        (
            {"promptlint.toml": "\nextend = 'promptlint.toml'"},
            "promptlint.toml:2:10: configurations extend each other in a circle: promptlint.toml -> promptlint.toml",
        ),
        (
            {"promptlint.toml": "extend = 'b/x.toml'", "b/x.toml": "extend = './../promptlint.toml'"},
            "b/x.toml:1:10: configurations extend each other in a circle: promptlint.toml -> b/x.toml -> promptlint.toml",
        ),
        ({"promptlint.toml": "extend = 'b.toml'"}, "promptlint.toml:1:10: no such file: b.toml"),
        ({"promptlint.toml": "extend = '.git'"}, "promptlint.toml:1:10: no such file: .git"),
        ({"promptlint.toml": 'extend = "a\\u0000b"'}, "promptlint.toml:1:10: no such file: a\0b"),
        (
            {"promptlint.toml": "extend = 'b/pyproject.toml'", "b/pyproject.toml": ""},
            "promptlint.toml:1:10: no table [tool.promptlint] in b/pyproject.toml",
        ),
        (
            {"promptlint.toml": "extend = 'b.toml'", "b.toml": "\nselct = 1"},
            "b.toml:2:1: unknown key 'selct' (did you mean 'select'?)",
        ),
    ],
)
def test_extend_that_goes_wrong(files: Files, contents: dict[str, str], mistake: str) -> None:
    with pytest.raises(ConfigError) as caught:
        files(contents).for_file("x.md")
    assert str(caught.value) == mistake


def test_a_name_that_is_too_long_for_the_system(files: Files) -> None:
    with pytest.raises(ConfigError, match=r"^promptlint\.toml:1:10: no such file: "):
        files({"promptlint.toml": f"extend = '{'x' * 5000}'"}).for_file("x.md")


# ---------------------------------------------------------------------------------------------------------------------
# overrides, presets, the baseline

OVERRIDES = """
select = ["verbosity"]
model = "gpt-4o"
[rules.undeclared-variable]
known = ["today"]
[severity]
all = "info"
[[overrides]]
files = ["chat/**", "*.de.md"]
kind = "system"
ignore = ["filler-phrase"]
severity = {verbosity = "error"}
[[overrides]]
files = ["*.de.md"]
language = "de"
model = "gpt-4.1"
pedantic = true
extend-select = ["output"]
rules.undeclared-variable.known = ["heute"]
[[overrides]]
files = ["bare/"]
select = ["hygiene"]
"""


def test_overrides_hold_for_their_files_and_later_ones_win(files: Files) -> None:
    chosen = files({"sub/promptlint.toml": OVERRIDES})
    plain, chat, german, bare = (
        chosen.for_file(f"sub/{path}") for path in ("a.md", "chat/x/a.md", "chat/a.de.md", "bare/a.md")
    )
    assert ids(plain) == in_family("verbosity") | always()
    assert ids(chat) == in_family("verbosity") - {"filler-phrase"} | always()
    assert ids(german) == in_family("verbosity") - {"filler-phrase"} | in_family("output") | always()
    assert ids(bare) == in_family("hygiene") | always()
    assert (plain.kind, chat.kind, german.kind) == (None, Kind.SYSTEM, Kind.SYSTEM)
    assert (chat.language, german.language) == (None, "de")
    assert (chat.model, german.model) == ("gpt-4o", "gpt-4.1")
    assert (chat.pedantic, german.pedantic) == (False, True)
    assert german.options == {"undeclared-variable": {"known": ("heute",)}}
    assert chat.severity == {"all": Severity.INFO, "verbosity": Severity.ERROR} and plain.severity != chat.severity
    assert [each.place for each in chosen.overrides_of("sub/chat/a.de.md")] == [
        "sub/promptlint.toml:8:1",
        "sub/promptlint.toml:13:1",
    ]


def test_files_with_the_same_overrides_share_their_configuration(files: Files) -> None:
    chosen = files({"promptlint.toml": OVERRIDES})
    assert chosen.for_file("chat/a.md") is chosen.for_file("chat/b/c.md") is not chosen.for_file("a.md")


def test_overrides_of_an_extended_file_come_first(files: Files) -> None:
    chosen = files(
        {
            "base.toml": "[[overrides]]\nfiles = ['*.md']\nmodel = 'a'\nlanguage = 'de'",
            "sub/promptlint.toml": "extend = '../base.toml'\nmodel = 'b'\n[[overrides]]\nfiles = ['x.md']\nmodel = 'c'",
        }
    )
    assert [chosen.for_file(f"sub/{name}").model for name in ("a.txt", "a.md", "x.md")] == ["b", "a", "c"]
    assert chosen.for_file("sub/x.md").language == "de"


def test_the_command_line_is_stronger_than_overrides(files: Files) -> None:
    chosen = files({"promptlint.toml": OVERRIDES}, adjust=lambda config: with_overrides(config, select=["output"]))
    assert ids(chosen.for_file("bare/a.md")) == in_family("output") | always()


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_can_be_selected(preset: str) -> None:
    on = ids(Config(select=(preset,)))
    assert on == {rule.id for rule in load_rules().values() if preset in rule.presets} | always()
    assert on - always()


def test_what_presets_are_for() -> None:
    assert ids(Config(select=("strict",))) == set(load_rules()), "everything that is worth a look"
    assert {"missing-output-limit", "verbose-phrase"} <= ids(Config(select=("cost",)))
    assert "invisible-character" not in ids(Config(select=("cost",)))
    assert "invisible-character" in ids(Config(select=("security",)))
    assert not in_family("verbosity") & ids(Config(select=("security",)))
    for preset in PRESETS:
        # a comment that does not work, and a file that cannot be read, are worth knowing whatever is looked for
        assert {"invalid-suppression", "unused-suppression", "invalid-template"} <= ids(Config(select=(preset,)))


def test_the_cache_is_relative_to_the_file_that_names_it(files: Files, tmp_path: Path) -> None:
    chosen = files(
        {"base/promptlint.toml": "cache-dir = '../kept'", "promptlint.toml": "extend = 'base/promptlint.toml'"}
    )
    assert chosen.run_config().cache_dir == tmp_path / "repository" / "kept"
    assert RunConfig().cache_dir is None


def test_the_baseline_is_relative_to_the_file_that_names_it(files: Files, tmp_path: Path) -> None:
    chosen = files(
        {
            "base/promptlint.toml": "\nbaseline = '../known.json'\nno-stale-baseline = true",
            "promptlint.toml": "extend = 'base/promptlint.toml'",
        }
    )
    run = chosen.run_config()
    assert run.baseline == tmp_path / "repository" / "known.json"
    assert (run.baseline_at, run.no_stale_baseline) == ("base/promptlint.toml:2:12", True)
    assert RunConfig().baseline is None and not RunConfig().no_stale_baseline


# ---------------------------------------------------------------------------------------------------------------------
# the command line


def test_overrides() -> None:
    config = Config("p", ignore=("verbosity",), model="a", severity={"all": Severity.INFO})
    assert with_overrides(config) == config
    changed = with_overrides(config, pedantic=True, model="b", kind=Kind.TASK, language="de")
    assert (changed.pedantic, changed.model, changed.kind, changed.language) == (True, "b", Kind.TASK, "de")
    assert (changed.path, changed.severity) == ("p", {"all": Severity.INFO})
    assert ids(changed) == ids(config)
    assert with_overrides(config, model="b") is with_overrides(config, model="b")


def test_selecting_on_the_command_line() -> None:
    config = Config(select=("verbose-phrase",), ignore=("output",))
    assert ids(with_overrides(config, select=["output"])) == in_family("output") | always()
    assert ids(with_overrides(config, extend_select=["output"])) == in_family("output") | {"verbose-phrase"} | always()
    # the command line is stronger than the file, however specific the file is
    assert ids(with_overrides(config, ignore=["verbosity"])) == always()


def test_unknown_names_on_the_command_line() -> None:
    with pytest.raises(ConfigError) as caught:
        with_overrides(Config(), select=["verbosty"], extend_select=["all"], ignore=["x"])
    assert str(caught.value).split("\n") == [
        "--select: unknown rule, family or preset 'verbosty' (did you mean 'verbosity'?)",
        "--ignore: unknown rule, family or preset 'x'",
    ]


def test_fail_on() -> None:
    assert [fail_on(name) for name in ("info", "error", "never")] == [Severity.INFO, Severity.ERROR, None]
    with pytest.raises(KeyError):
        fail_on("warn")


# ---------------------------------------------------------------------------------------------------------------------
# bad input, and the documentation


def checked(text: str, folder: Path) -> None:
    """Reading gives a Config that can be resolved, or mistakes that each have a place in the file."""
    (folder / "promptlint.toml").write_bytes(text.encode("utf-8", "replace"))
    try:
        config = Configurations(config=folder / "promptlint.toml", cwd=folder, environ={}).for_file("x.md")
    except ConfigError as error:
        lines = re.split(r"\r\n|\n|\r", text)
        for mistake in str(error).split("\n"):
            match = MISTAKE.fullmatch(mistake)
            assert match, mistake
            line, column = int(match[1]), int(match[2])
            assert 1 <= line <= len(lines)
            assert 1 <= column <= len(lines[line - 1]) + 1
    else:
        assert config.active is not None
        hash(config)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text(folder: Path, text: str) -> None:
    checked(text, folder)


KEYS = st.sampled_from([*module.KEYS, "tool", "selct", '"é"'])
LEAVES = st.sampled_from(
    ["1", "true", "1.5", "1979-05-27", '""', "'never'", "'info'", "'json'", "'task'", "'en'"]
) | st.sampled_from([*selectors(), "foo"]).map(repr)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(
            st.sampled_from([*load_rules(), *FAMILIES, *PRESETS, "known", "severity"]), inner, max_size=3
        ).map(lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}")
    ),
    max_leaves=6,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_toml(folder: Path, table: dict[str, str]) -> None:
    checked("".join(f"{key} = {value}\n" for key, value in table.items()), folder)


def test_every_key_is_documented() -> None:
    page = PAGE.read_text("utf-8")
    assert set(re.findall(r"^### `(.+)`$", page, re.MULTILINE)) == set(module.KEYS)


@pytest.mark.parametrize("text", re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
def test_the_examples_in_the_documentation(files: Files, text: str) -> None:
    name = "pyproject.toml" if "[tool." in text else "promptlint.toml"
    config = files({f"sub/{name}": text, "promptlint.toml": ""}).for_file("sub/x.md")
    assert config.path == f"sub/{name}"
    assert config.active


def test_the_documented_selection_does_what_the_page_says() -> None:
    config = Config(select=("all", "filler-phrase"), ignore=("verbosity",))
    assert ids(config) == set(load_rules()) - in_family("verbosity") | {"filler-phrase"}
