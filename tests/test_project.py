from pathlib import Path

import pytest

from promptlint.project import Projects


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    deep = tmp_path / "outer" / "inner" / "prompts"
    deep.mkdir(parents=True)
    return tmp_path / "outer"


def test_in_a_repository_paths_start_at_its_root(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "inner" / "promptlint.toml").touch()
    file = folder / "inner" / "prompts" / "a.md"
    for cwd in (folder, folder / "inner" / "prompts", folder.parent):
        assert Projects(cwd).path(file) == "inner/prompts/a.md"
    assert Projects(folder / "inner").path(Path("prompts/../b.md")) == "inner/b.md"


def test_a_repository_in_a_repository_is_its_own(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "inner" / ".git").write_text("gitdir: ../.git/modules/inner\n")
    assert Projects(folder).path(folder / "inner" / "a.md") == "a.md"


@pytest.mark.parametrize(
    ("name", "text", "counts"),
    [
        ("promptlint.toml", "", True),
        (".promptlint.toml", "", True),
        ("pyproject.toml", "[tool.promptlint]\n", True),
        ("pyproject.toml", "[tool.ruff]\n", False),
    ],
)
def test_outside_of_repositories_they_start_at_the_configuration(
    folder: Path, name: str, text: str, counts: bool
) -> None:
    (folder / name).write_text(text)
    path = Projects(folder / "inner").path(folder / "inner" / "a.md")
    assert path == ("inner/a.md" if counts else "a.md")


def test_elsewhere_they_start_at_the_working_directory(folder: Path) -> None:
    assert Projects(folder).path(folder / "inner" / "a.md") == "inner/a.md"
    assert Projects(folder / "inner").path(folder / "a.md") == "a.md"
