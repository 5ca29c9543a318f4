"""What repositories of strangers hold is data: nothing of it is run, and none of it leads out of the project."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jinja2
import pytest

TEXT = "In order to win, utilize the ball.\n"
TEMPLATE = "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1) }} {% include 'b.j2' %} {{ ''.__class__.__mro__ }} In order to win, run.\n"

posix = pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a right there")


@pytest.mark.parametrize(
    "command", [["check"], ["check", "--fix"], ["cost"], ["explain", "prompts"], ["optimize"], ["files"]]
)
def test_templates_are_never_rendered(command, folder: Path, invoke, monkeypatch) -> None:
    """Jinja's parser is all that is used: no code is made of a template."""
    (folder / "prompts" / "a.j2").write_text(TEMPLATE)
    made: list[str] = []
    for owner, name in (
        *(
            (jinja2.Environment, name)
            for name in ("compile", "from_string", "get_template", "call_filter", "_generate")
        ),
        *((jinja2.Template, name) for name in ("render", "generate", "__new__")),
    ):
        monkeypatch.setattr(owner, name, lambda *_, name=name, **__: made.append(name))
    done = invoke(*command)
    assert done.code in (0, 1) and "internal" not in done.said
    assert made == []


SECRET = json.dumps({"password-of-somebody": {"type": "string"}})


@pytest.fixture
def outside(folder: Path) -> Path:
    """A file beside the project, which is nobody's business."""
    file = folder.parent / "outside.json"
    file.write_text(SECRET)
    return file


def prompty(folder: Path, reference: str) -> None:
    text = f"---\nname: a\nmodel: gpt-4o\ninputs: ${{file:{reference}}}\n---\nsystem:\nPlay {{{{city}}}}.\n"
    (folder / "prompts" / "a.prompty").write_text(text)


def test_a_reference_inside_the_project_is_followed(folder: Path, invoke) -> None:
    (folder / "inputs.json").write_text(SECRET)
    prompty(folder, "../inputs.json")
    assert "'password-of-somebody'" in invoke("check", "prompts/a.prompty").out


@posix
@pytest.mark.parametrize("way", ["up", "absolute", "link", "linked folder"])
def test_a_reference_out_of_the_project_is_not_followed(way, folder: Path, outside: Path, invoke) -> None:
    (folder / "link.json").symlink_to(outside)
    (folder / "linked").symlink_to(folder.parent)
    reference = {
        "up": "../../outside.json",
        "absolute": outside.as_posix(),
        "link": "../link.json",
        "linked folder": "../linked/outside.json",
    }[way]
    prompty(folder, reference)
    done = invoke("check", "prompts/a.prompty")
    assert "password" not in done.said


@posix
@pytest.mark.parametrize("command", [["check"], ["check", "--fix"]])
def test_a_link_out_of_the_project_is_not_followed(command, folder: Path, invoke) -> None:
    theirs = folder.parent / "theirs.md"
    theirs.write_text(TEXT)
    (folder / "prompts" / "a.md").symlink_to(theirs)
    done = invoke(*command)
    assert "verbose-phrase" not in done.out and done.code == 0
    assert theirs.read_text() == TEXT
    assert "symbolic link that leads out of the project, which is not followed" in invoke("files").out


@posix
def test_a_link_inside_the_project_is_followed(folder: Path, invoke) -> None:
    (folder / "team").mkdir()
    (folder / "team" / "guide.txt").write_text(TEXT)
    (folder / "prompts" / "a.md").symlink_to("../team/guide.txt")
    assert "prompts/a.md:1:1" in invoke("check", "--output-format", "concise").out


@pytest.mark.parametrize("name", ["promptlint.toml", "rules.yaml", "known.json", "prompts/a.yaml", "prompts/a.prompty"])
def test_random_bytes_are_refused_in_words(name, folder: Path, invoke) -> None:
    (folder / name).write_bytes(b"\xc3(\xff\xfe" * 200)
    done = invoke("check", "--baseline" if name == "known.json" else "--config", name, "--no-cache")
    assert done.code == 2
    assert done.err.startswith(f"{name}:") and "not valid UTF-8" in done.err
