"""The build's data, and what an installation holds."""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import sysconfig
import tomllib
from pathlib import Path

import pytest
import yaml

import promptlint
from promptlint.vocabulary import Table

PACKAGE = Path(promptlint.__file__).parent
CHECKOUT = Path(__file__).parent.parent
SHA256 = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}
VOCABULARIES = CHECKOUT / "promptlint" / "vocabularies"


@pytest.fixture(scope="module")
def hook():
    spec = importlib.util.spec_from_file_location("hatch_build", CHECKOUT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_the_vocabularies_are_the_published_files():
    found = {
        path.name: hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest() for path in VOCABULARIES.glob("*.gz")
    }
    assert found == {f"{name}.tiktoken.gz": digest for name, digest in SHA256.items()}
    for folder in {VOCABULARIES, PACKAGE / "vocabularies"}:
        readme = (folder / "README.md").read_text("utf-8")
        assert all(digest in readme for digest in SHA256.values())
        assert "OpenAI" in (folder / "LICENSE").read_text("utf-8")


def test_the_tables_hold_the_vocabularies(hook, tmp_path):
    files = hook.compile_vocabularies(CHECKOUT)
    assert sorted(files) == ["vocabularies/cl100k_base.table", "vocabularies/o200k_base.table"]
    for name, content in files.items():
        path = tmp_path / "x.table"
        path.write_bytes(content)
        tokens = Table(str(path)).tokens()
        published = b"".join(b"%s %d\n" % (base64.b64encode(token), rank) for rank, token in enumerate(tokens))
        assert hashlib.sha256(published).hexdigest() == SHA256[Path(name).stem]


def test_a_vocabulary_with_gaps_ends_the_build(hook, tmp_path):
    module = CHECKOUT / "promptlint" / "vocabulary.py"
    write(tmp_path, "promptlint/vocabulary.py", module.read_text("utf-8"))
    folder = tmp_path / "promptlint" / "vocabularies"
    folder.mkdir()
    folder.joinpath("x.tiktoken.gz").write_bytes(gzip.compress(b"YQ== 0\nYg== 2\n"))
    with pytest.raises(ValueError, match=r"x\.tiktoken\.gz: the ranks do not count from 0"):
        hook.compile_vocabularies(tmp_path)


def test_the_vocabularies_are_compressed_without_a_trace_of_when_and_where():
    for path in VOCABULARIES.glob("*.gz"):
        header = path.read_bytes()[:10]
        assert header[3] == 0  # no file name or comment
        assert header[4:8] == b"\0\0\0\0"  # no time


def test_rules_are_compiled_in_the_order_of_their_ids(hook, tmp_path):
    write(tmp_path, "rules/b/x.yaml", "id: b\nsummary: größer\n")
    write(tmp_path, "rules/c/y.yaml", "id: a\nexamples: [1]\n")
    write(tmp_path, "rules/schema.json", '{ "type": "object" }')
    write(tmp_path, "promptlint/analysis/lexicons/de.yaml", "phrases: [größer]\n")
    files = hook.compile_data(tmp_path)
    assert files == {
        "examples.json": '{"a":[1]}\n',
        "rules.json": '[{"id":"a","path":"rules/c/y.yaml"},{"id":"b","summary":"größer","path":"rules/b/x.yaml"}]\n',
        "rules.schema.json": '{"type":"object"}\n',
        "lexicons/de.json": '{"phrases":["größer"]}\n',
    }


@pytest.mark.parametrize("text", ["- a\n", "a: [\n", ""])
def test_a_broken_file_ends_the_build_and_is_named(hook, tmp_path, text):
    write(tmp_path, "rules/a/broken.yaml", text)
    with pytest.raises(ValueError, match=r"broken\.yaml"):
        hook.compile_data(tmp_path)


def test_the_compiled_data_says_what_the_yaml_says(hook):
    files = hook.compile_data(CHECKOUT)
    examples = json.loads(files["examples.json"])
    data = [{**rule, "examples": examples[rule["id"]]} for rule in json.loads(files["rules.json"])]
    rules = {rule.pop("path"): rule for rule in data}
    sources = sorted(CHECKOUT.glob("rules/**/*.yaml"))
    assert rules and rules == {
        path.relative_to(CHECKOUT).as_posix(): yaml.safe_load(path.read_text("utf-8")) for path in sources
    }
    for path in CHECKOUT.glob("promptlint/analysis/lexicons/*.yaml"):
        assert json.loads(files[f"lexicons/{path.stem}.json"]) == yaml.safe_load(path.read_text("utf-8"))


def test_a_wheel_gets_the_data_and_the_checkout_stays_clean(hook, tmp_path):
    write(tmp_path, "rules/a/x.yaml", "id: a\n")
    build = hook.CustomBuildHook(str(tmp_path), {}, None, None, str(tmp_path / "dist"), "wheel", None)
    data = {"force_include": {}}
    build.initialize("standard", data)
    assert list(data["force_include"].values()) == ["promptlint/_data/examples.json", "promptlint/_data/rules.json"]
    assert [json.loads(Path(path).read_text("utf-8")) for path in data["force_include"]] == [
        {},
        [{"id": "a", "path": "rules/a/x.yaml"}],
    ]
    build.finalize("standard", data, "")
    assert not any(Path(path).exists() for path in data["force_include"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rules"]


def test_an_editable_install_gets_no_data(hook, tmp_path):
    write(tmp_path, "rules/a/x.yaml", "id: a\n")
    data = {"force_include": {}}
    hook.CustomBuildHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel", None).initialize("editable", data)
    assert data == {"force_include": {}}


if (PACKAGE / "_data").is_dir():

    def test_the_installed_data_is_that_of_the_checkout(hook):
        found = {
            path.relative_to(PACKAGE / "_data").as_posix(): path.read_text("utf-8")
            for path in (PACKAGE / "_data").rglob("*.json")
        }
        assert found == hook.compile_data(CHECKOUT)
        for name, content in hook.compile_vocabularies(CHECKOUT).items():
            assert (PACKAGE / "_data" / name).read_bytes() == content
        assert not list(PACKAGE.rglob("*.tiktoken.gz"))  # the tables stand for them

    def test_the_installation_holds_the_packages_and_no_tests():
        project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
        installed = importlib.metadata.distribution("promptlint")
        tops = {
            path.parts[0]
            for path in installed.files
            if path.parts[0] != ".." and path.suffix in (".py", ".json", ".gz")
        }
        assert {top for top in tops if not top.endswith(".dist-info")} == {"promptlint", "promptlint_lsp"}
        assert installed.version == promptlint.__version__
        assert installed.metadata["License-Expression"] == project["license"]
        assert {entry.value for entry in installed.entry_points} == set(project["scripts"].values())
        assert not any(path.suffix == ".yaml" for path in installed.files)


if "PROMPTLINT_INSTALLED" in os.environ:

    def test_the_tests_run_against_the_installed_package():
        """Set by .ci/run, where importing the checkout's package instead would hide what the wheel lacks."""
        assert PACKAGE.parent == Path(sysconfig.get_path("purelib"))
