from __future__ import annotations

from pathlib import Path

import pytest

from promptlint import runner
from promptlint.config import Config, ConfigError
from promptlint.diagnostic import Severity
from promptlint.discovery import Found, Skipped
from promptlint.engine import StoppedError
from promptlint.formats import Recognition
from promptlint.runner import Fixing, Report, check, check_source, disk
from promptlint.source import Source


def nothing(path: str) -> Source | None:
    return None


def found(path: str, text: str = "Name the capital of France.\n") -> Found:
    name = "jinja" if path.endswith(".j2") else "markdown"
    return Found(path, Path(path), True, Recognition(name, "named"), Source(path, text))


def defaults(path: Path) -> Config:
    return Config()


def test_files_come_in_the_order_of_their_paths() -> None:
    report = check([found("b.md"), found("a/c.md"), found("a.md")], defaults, nothing)
    assert [file.path for file in report.files] == ["a.md", "a/c.md", "b.md"]
    assert report.summary.files == 3 and report.summary.prompts == 3


def test_the_same_whatever_the_order_they_were_found_in() -> None:
    targets = [found("b.md", "Hi\u200b there"), found("a.md", "{{x}"), Skipped("c.md", "binary file", named=False)]
    assert check(targets, defaults, nothing) == check(targets[::-1], defaults, nothing)


def test_what_was_skipped_on_the_way_is_no_error() -> None:
    report = check([Skipped("b.md", "binary file", named=False)], defaults, nothing)
    assert report.skipped == (Skipped("b.md", "binary file", named=False),)
    assert report.errors == ()


def test_what_was_named_and_could_not_be_read_is_an_error_and_the_rest_is_checked() -> None:
    report = check([Skipped("no.md", "no such file or folder", named=True), found("a.md")], defaults, nothing)
    assert report.errors == ("no.md: no such file or folder",)
    assert [file.path for file in report.files] == ["a.md"]


def test_an_invalid_configuration_is_named_once_and_the_rest_is_checked() -> None:
    def config_for(path: Path) -> Config:
        if path.parts[0] == "bad":
            raise ConfigError("bad/promptlint.toml:1:1: unknown key 'selct'")
        return Config()

    report = check([found("bad/a.md"), found("bad/b.md"), found("good.md")], config_for, nothing)
    assert report.errors == ("bad/promptlint.toml:1:1: unknown key 'selct'",)
    assert [each.path for each in report.skipped] == ["bad/a.md", "bad/b.md"]
    assert [file.path for file in report.files] == ["good.md"]


def test_what_nobody_waits_for_is_no_failure() -> None:
    with pytest.raises(StoppedError):
        check_source(Source("a.md", "Summarise it."), "markdown", Config(), nothing, stop=lambda: True)


@pytest.mark.parametrize("function", ["read", "linting"])
def test_a_failure_inside_is_a_diagnostic_of_that_file(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original = getattr(runner, function)

    def failing(first: object, *rest: object, **named: object) -> object:
        source = first if isinstance(first, Source) else first.source  # type: ignore[attr-defined]
        if source.path == "bad.md":
            raise RecursionError("too deep")
        return original(first, *rest, **named)

    monkeypatch.setattr(runner, function, failing)
    report = check([found("bad.md"), found("good.md")], defaults, nothing)
    assert [file.path for file in report.files] == ["bad.md", "good.md"]
    (diagnostic,) = report.files[0].diagnostics
    assert diagnostic.rule == "internal-error"
    assert diagnostic.severity is Severity.ERROR
    assert "RecursionError: too deep" in diagnostic.message
    assert diagnostic.fingerprint
    assert report.fails(Severity.ERROR)
    with pytest.raises(RecursionError):
        check([found("bad.md")], defaults, nothing, debug=True)


def test_a_report_knows_the_sources_its_places_point_into() -> None:
    target = found("a.md")
    report = check([target], defaults, nothing)
    assert report.source("a.md") == target.source
    assert report.source("b.md") is None


def test_files_beside_a_prompt_are_looked_up_relative_to_the_folder_and_remembered(tmp_path: Path) -> None:
    (tmp_path / "sample.json").write_text('{"topic": "tea"}')
    text = "---\nname: a\nsample: sample.json\ninputs:\n  topic:\n    type: string\n---\nuser:\nWrite one line on {{topic}}.\n"
    target = Found("a.prompty", tmp_path / "a.prompty", True, Recognition("prompty", "name"), Source("a.prompty", text))
    report = check([target], defaults, disk(tmp_path))
    assert report.source("sample.json") == Source("sample.json", '{"topic": "tea"}')


def test_the_disk_gives_text_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "text.json").write_text("{}")
    (tmp_path / "binary.json").write_bytes(b"\0\1")
    (tmp_path / "folder").mkdir()
    lookup = disk(tmp_path)
    assert lookup("text.json") == Source("text.json", "{}")
    for path in ("binary.json", "folder", "missing.json", "a\0b"):
        assert lookup(path) is None


def test_one_file_alone() -> None:
    report = check_source(Source("a.md", "Name the capital of France."), None, Config(), nothing)
    assert report.path == "a.md"


def test_fail_on() -> None:
    report = check([found("a.j2", "{{ x }")], defaults, nothing)
    assert {each.severity for each in report.diagnostics} == {Severity.ERROR}
    assert report.fails(Severity.INFO) and report.fails(Severity.ERROR)
    assert not report.fails(None)
    assert not Report().fails(Severity.INFO)


def test_what_several_files_have_in_common_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two BAML files use one client whose model is retired."""
    monkeypatch.chdir(tmp_path)
    folder = Path("baml_src")
    folder.mkdir()
    client = 'client<llm> Old {\n  provider openai\n  options {\n    model "gpt-3.5-turbo-0301"\n  }\n}\n'
    (folder / "clients.baml").write_text(client, "utf-8")
    targets = []
    for name in ("a", "b"):
        text = f'function {name.upper()}(x: string) -> string {{\n  client Old\n  prompt #"Say {{{{ x }}}}."#\n}}\n'
        path = folder / f"{name}.baml"
        path.write_text(text, "utf-8")
        targets.append(Found(path.as_posix(), path, True, Recognition("baml", "named"), Source(path.as_posix(), text)))
    report = check(targets, lambda _: Config(select=("retired-model",)), disk(tmp_path))
    assert [len(file.diagnostics) for file in report.files] == [1, 1]
    assert [item.location.path for item in report.diagnostics] == ["baml_src/clients.baml"]


def test_what_is_said_of_another_file_is_said_of_what_it_holds_after_it_was_fixed(tmp_path: Path) -> None:
    """A program that is fixed before the one that its constant stands in."""
    texts = {
        "app.py": "from prompts import GAMES_PROMPT\nclient.responses.create(input=[{'role': 'system', 'content': GAMES_PROMPT}, {'role': 'user', 'content': f'In order to win, play {x}.'}])\n",
        "prompts.py": "GAMES_PROMPT = 'You judge games. In order to win, play well, and answer in two sentences.'\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    targets = [
        Found(name, tmp_path / name, True, Recognition("python", "named"), Source(name, text))
        for name, text in texts.items()
    ]
    config = Config(select=("verbose-phrase",))
    before = check(targets, lambda _: config, disk(tmp_path))
    assert {each.location.path for each in before.files[0].diagnostics} == {"app.py", "prompts.py"}
    saved: list[str] = []
    # as `--diff` does, nothing is written
    after = check(targets, lambda _: config, disk(tmp_path), fixing=Fixing(lambda target, _: saved.append(target.path)))
    assert saved == ["app.py", "prompts.py"]
    assert after.diagnostics == ()
