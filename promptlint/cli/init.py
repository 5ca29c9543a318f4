"""``promptlint init``: write a configuration file that suits a repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from promptlint.cli import EXIT_OK, EXIT_TROUBLE
from promptlint.cli._output import error, write
from promptlint.lazy import dataclass

if TYPE_CHECKING:
    from promptlint.config import Config
    from promptlint.runner import Report

__all__ = ["Survey", "command", "render", "survey"]

_NAME: Final = "promptlint.toml"
_TEST_DATA: Final = frozenset(
    ("fixtures", "testdata", "test_data", "test-data", "__fixtures__", "__snapshots__", "cassettes", "golden")
)
"""Folders whose prompts are the input of tests, which are as they are on purpose."""
_MOST_FORMATS: Final = 6
_MOST_MODELS: Final = 4


@dataclass(frozen=True)
class Survey:
    """What a repository holds: prompt files by format, files for coding agents, declared models by the number of prompts.

    `undeclared` is the number of prompts without a model; `test_data` are folders that hold input of tests; `findings` are
    the errors, warnings and infos of today. `ci` names the CI services that are set up; `hooks` says whether pre-commit is,
    and `hooked` whether promptlint is one of its hooks.
    """

    files: int
    formats: tuple[tuple[str, int], ...] = ()
    agent_files: int = 0
    models: tuple[tuple[str, int], ...] = ()
    undeclared: int = 0
    test_data: tuple[str, ...] = ()
    findings: tuple[int, int, int] = (0, 0, 0)
    ci: tuple[str, ...] = ()
    hooks: bool = False
    hooked: bool = False


@click.command("init", short_help="Write a configuration file that suits the repository.")
@click.option("--dry-run", is_flag=True, help="Print the file instead of writing it.")
@click.option("--force", is_flag=True, help="Replace promptlint.toml if it exists.")
def command(*, dry_run: bool, force: bool) -> int:
    """Look at the prompts below the current folder and write a short promptlint.toml that suits them."""
    from promptlint.cli._outputs import save
    from promptlint.discovery import discover
    from promptlint.runner import check, disk

    here = Path.cwd()
    fault = None if dry_run else _in_the_way(here, force=force)
    if fault:
        error(fault)
        return EXIT_TROUBLE
    report = check(discover((".",), cwd=here), _defaults(), disk(here))
    found = survey(report, here)
    text = render(found)
    if dry_run:
        write(text)
        return EXIT_OK
    try:
        save(str(here / _NAME), text)
    except OSError as failure:
        error(f"{_NAME}: {failure.strerror or failure}")
        return EXIT_TROUBLE
    write("".join(f"{line}\n" for line in _next(found)))
    return EXIT_OK


def _defaults() -> Callable[[Path], Config]:
    from promptlint.config import Config

    config = Config()
    return lambda _: config


def _in_the_way(here: Path, *, force: bool) -> str | None:
    """Why the file cannot be written, or would not be read."""
    from promptlint.formats.trees import find, read_toml
    from promptlint.source import Span, TextMap

    if (here / ".promptlint.toml").exists():
        return f".promptlint.toml exists and goes before {_NAME}; it was left as it is."
    if force:
        return None
    if (here / _NAME).exists():
        return f"{_NAME} exists; --force replaces it, --dry-run prints what would be written."
    project = _text(here / "pyproject.toml") or ""
    if find(read_toml(project, TextMap.of("", Span(0, len(project)))).root, ("tool", "promptlint")) is not None:
        return f"pyproject.toml has the table [tool.promptlint], which {_NAME} would go before; --force writes it all the same."
    return None


def survey(report: Report, here: Path) -> Survey:
    """What a run without configuration shows of the folder that it was about."""
    models: Counter[str] = Counter()
    undeclared = 0
    for file in report.files:
        for prompt in file.prompts:
            declared = prompt.prompt.settings.model
            if declared is not None:
                models[declared.value] += 1
            elif not file.document.agent_file:
                undeclared += 1
    formats = Counter(file.document.format for file in report.files if not file.document.agent_file)
    hooks = _text(here / ".pre-commit-config.yaml")
    test_data = _test_data([file.path for file in report.files])
    # what the written file excludes is not found
    severities = [
        each.severity.label
        for file in report.files
        if not file.path.startswith(tuple(f"{folder}/" for folder in test_data))
        for each in file.diagnostics
    ]
    return Survey(
        files=len(report.files),
        formats=tuple(formats.most_common()),
        agent_files=sum(file.document.agent_file for file in report.files),
        models=tuple(models.most_common()),
        undeclared=undeclared,
        test_data=test_data,
        findings=(severities.count("error"), severities.count("warning"), severities.count("info")),
        ci=tuple(_services(here)),
        hooks=hooks is not None,
        hooked=hooks is not None and "id: promptlint" in hooks,
    )


def _test_data(paths: Sequence[str]) -> tuple[str, ...]:
    """The folders of test data that prompt files lie in, the outermost of each path."""
    found: set[str] = set()
    for path in paths:
        folders = path.split("/")[:-1]
        for depth, name in enumerate(folders):
            if name in _TEST_DATA:
                found.add("/".join(folders[: depth + 1]))
                break
    return tuple(sorted(found))


def _services(here: Path) -> Iterator[str]:
    workflows = here / ".github" / "workflows"
    if any((*workflows.glob("*.yml"), *workflows.glob("*.yaml"))):
        yield "GitHub Actions"
    if (here / ".gitlab-ci.yml").is_file():
        yield "GitLab"


def _text(file: Path) -> str | None:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return None


def render(found: Survey) -> str:
    """The configuration file, as TOML with comments."""
    from promptlint.reporters.terminal.lines import count

    kinds = [f"{number} {name}" for name, number in found.formats[:_MOST_FORMATS]]
    rest = sum(number for _, number in found.formats[_MOST_FORMATS:])
    kinds += [f"{rest} of other formats"] if rest else []
    kinds += [f"{count(found.agent_files, 'file')} for coding agents"] if found.agent_files else []
    lines = [
        "# How promptlint checks the prompts here. promptlint config PATH says what holds for a file and why,",
        "# promptlint rule what the rules are about.",
        *_commented(f"Found when this was written: {', '.join(kinds) if kinds else 'no prompt files'}."),
        "",
        "# Rules, families and presets. strict and pedantic show more.",
        'select = ["recommended"]',
        "# ignore = []",
        "# pedantic = true",
        "",
        "# The severity from which on findings fail the run: info, warning, error or never.",
        'fail-on = "warning"',
        "",
        *_model(found),
        *_exclude(found),
        "# What holds for some files only.",
        "# [[overrides]]",
        '# files = ["drafts/"]',
        '# ignore = ["output"]',
    ]
    return "".join(f"{line}\n" for line in lines)


def _commented(text: str) -> list[str]:
    import textwrap

    return [f"# {line}" for line in textwrap.wrap(text, 110, break_long_words=False, break_on_hyphens=False)]


def _model(found: Survey) -> Iterator[str]:
    """The model for whose tokens prompts are counted: set where every file that declares one agrees."""
    if not found.models:
        yield "# The model whose tokens are counted. No file declares one."
        yield '# model = "gpt-4o"'
    elif len(found.models) == 1 and found.undeclared and _is_name(found.models[0][0]):
        yield from _commented(
            f"The model whose tokens are counted. Every prompt that declares one declares this; {found.undeclared} declare none."
        )
        yield f"model = {_quoted(found.models[0][0])}"
    else:
        names = ", ".join(_quoted(name) for name, _ in found.models[:_MOST_MODELS])
        more = " and others" if len(found.models) > _MOST_MODELS else ""
        yield from _commented(
            f"Tokens are counted for the model that each file declares: {names}{more}. This would replace it:"
        )
        yield f"# model = {_quoted(found.models[0][0])}"
    yield ""


def _is_name(model: str) -> bool:
    """Whether a model is named, and not chosen at run time."""
    return not any(mark in model for mark in "${<%")


def _quoted(text: str) -> str:
    import json

    # A path may hold what is no character; "?" is a pattern for it. DEL is what TOML wants escaped and JSON does not.
    known = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(known, ensure_ascii=False).replace("\x7f", "\\u007f")


def _exclude(found: Survey) -> Iterator[str]:
    yield "# Files and folders to leave out, as patterns in the syntax of .gitignore."
    if found.test_data:
        folders = ", ".join(_quoted(f"/{_escaped(folder)}/") for folder in found.test_data)
        yield f"exclude = [{folders}]  # the input of tests"
    else:
        yield '# exclude = ["prompts/archive/"]'
    yield ""


def _escaped(path: str) -> str:
    """A path as a pattern that matches it alone."""
    return "".join(f"\\{char}" if char in "*?[\\" else char for char in path)


def _next(found: Survey) -> Iterator[str]:
    """What to do now."""
    from promptlint.reporters.terminal.lines import count

    errors, warnings, infos = found.findings
    yield f"Wrote {_NAME} for {count(found.files, 'prompt file')}."
    yield ""
    yield "Next:"
    yield "  promptlint check                   what is found today: " + ", ".join(
        (count(errors, "error"), count(warnings, "warning"), count(infos, "info"))
    )
    yield "  promptlint check --fix             apply the safe fixes"
    if errors or warnings:
        yield "  promptlint baseline create         keep what is known apart, so that only what is new fails"
    if found.hooks and not found.hooked:
        yield "  add to .pre-commit-config.yaml, under repos:"
        yield "    - repo: https://<where promptlint's repository is>"
        yield "      rev: <tag>"
        yield "      hooks:"
        yield "        - id: promptlint"
    if "GitHub Actions" in found.ci:
        yield "  run in a step of the workflow: promptlint check --output-format github"
    if "GitLab" in found.ci:
        yield "  run in a job: promptlint check --output-format full --output-format gitlab:gl-code-quality-report.json"
