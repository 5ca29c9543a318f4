from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import cache
from promptlint.cache import MAX_AGE, Store, configured_nearby, digest, located, package_state, stamp, user_folder

KEY = digest("a")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "kept"))


def files(store: Store) -> list[Path]:
    return [Path(place) for place, _, _ in store.entries()]


def test_what_is_put_is_got_by_anybody(store: Store) -> None:
    assert store.get(KEY) is None
    store.put(KEY, b"content")
    assert Store(store.folder).get(KEY) == b"content"
    store.put(KEY, b"other")
    assert store.get(KEY) == b"other"
    assert len(files(store)) == 1 and store.fault is None


@given(st.binary(max_size=300), st.integers(0, 20_000))
@settings(max_examples=50, deadline=None)
def test_content_of_any_length_is_got_as_it_was_put(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, length: int
) -> None:
    content = (start * (length // max(len(start), 1) + 1))[:length]
    store = Store(str(tmp_path_factory.mktemp("any")))
    store.put(KEY, content)
    assert store.get(KEY) == content
    (file,) = files(store)
    assert file.stat().st_size <= max(cache._BLOCK, length + 1_000)


def test_a_folder_that_another_run_removed_is_made_again(store: Store) -> None:
    store.put(KEY, b"content")
    store.clean()
    store.put(KEY, b"content")
    assert store.get(KEY) == b"content" and store.fault is None


def test_the_parts_of_a_key_are_not_mixed_up() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")
    assert digest("a", b"b") == digest(b"a", "b")
    assert digest("\ud800") != digest("")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-9],
        lambda data: data[:25] + b"x" + data[26:],
        lambda data: b"\x80\x04" + data,
        lambda data: data.replace(b"cache 3", b"cache 9"),
    ],
)
def test_a_broken_or_foreign_entry_is_none_and_is_replaced(store: Store, damage) -> None:
    store.put(KEY, b"content")
    (file,) = files(store)
    file.write_bytes(damage(file.read_bytes()))
    assert store.get(KEY) is None
    store.put(KEY, b"content")
    assert store.get(KEY) == b"content"


def test_an_entry_that_would_fill_the_memory_is_none(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(KEY, b"x" * 100_000)
    monkeypatch.setattr(cache, "_MAX_ENTRY", 50_000)
    assert store.get(KEY) is None
    store.put(digest("b"), b"x" * 50_001)
    assert len(files(store)) == 1


def test_the_folder_is_marked(store: Store) -> None:
    store.put(KEY, b"content")
    folder = Path(store.folder)
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert (folder / ".gitignore").read_text().endswith("\n*\n")


def test_a_folder_of_others_gets_no_marks(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    store = Store(str(tmp_path))
    store.put(KEY, b"content")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["entries", "mine.txt"]
    store.clean()
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_what_goes_wrong_in_writing_is_noted_and_no_more(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        store.put(KEY, b"content")
    assert store.fault == "No space left on device"
    assert files(store) == []  # nor is half of one left
    store.put(KEY, b"content")
    store.close()
    assert store.get(KEY) is None


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(str(tmp_path / "file" / "kept"))
    store.put(KEY, b"content")
    assert store.fault
    assert store.get(KEY) is None
    assert list(store.entries()) == []


def test_somebody_who_reads_an_entry_is_no_fault(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(KEY, b"content")

    def refuse(source: str, target: str) -> None:
        raise PermissionError(13, "The process cannot access the file")  # what Windows says

    monkeypatch.setattr(os, "replace", refuse)
    store.put(KEY, b"content")
    assert store.fault is None and store.get(KEY) == b"content"


def test_many_at_once(store: Store) -> None:
    contents = [b"%d" % number * 10_000 for number in range(8)]

    def write(content: bytes) -> bytes | None:
        mine = Store(store.folder)
        for _ in range(20):
            mine.put(KEY, content)
        return mine.get(KEY)

    with ThreadPoolExecutor(8) as pool:
        assert all(each in contents for each in pool.map(write, contents))
    assert len(files(store)) == 1


def aged(file: Path, seconds: float) -> None:
    when = time.time() - seconds
    os.utime(file, (when, when))


def test_what_nobody_used_for_long_is_dropped(store: Store) -> None:
    store.put(KEY, b"content")
    store.put(digest("b"), b"content")
    old, new = sorted(files(store))
    aged(old, MAX_AGE + 60)
    rest = old.with_name(".new-00ff00ff00ff00ff")
    rest.write_bytes(b"half")
    aged(rest, 7200)
    store.trim()
    assert files(store) == [new]


def test_use_keeps_an_entry_alive(store: Store) -> None:
    store.put(KEY, b"content")
    (file,) = files(store)
    aged(file, MAX_AGE + 60)
    assert store.get(KEY) == b"content"
    store.trim()
    assert files(store) == [file]


def test_of_too_many_the_oldest_are_dropped(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "kept"))
    for number in range(10):
        store.put(digest(str(number)), os.urandom(200))
    for age, file in enumerate(files(store)):
        aged(file, age * 60)
    kept = files(store)[:4]
    Store(store.folder, limit=4 * 4096).trim()
    assert files(store) == kept
    assert [size for _, size, _ in store.entries()] == [4096] * 4


def test_there_is_never_much_more_than_the_limit(tmp_path: Path) -> None:
    limit, blocks = 80 * 4096, []
    # two processes of one run, which are ended without `close`
    stores = [Store(str(tmp_path / "kept"), limit=limit) for _ in range(2)]
    for number in range(400):
        stores[number % 2].put(digest(str(number)), os.urandom(200))
        blocks.append(len(files(stores[0])))
    assert max(blocks) <= 80 + 2 * (80 // 8 + 1)
    assert blocks[-1] >= 60, "and what was written last is there"
    assert stores[0].get(digest("399")) is not None


def test_it_does_not_tidy_up_at_each_run(store: Store) -> None:
    store.put(KEY, b"content")
    store.close()
    (file,) = files(store)
    aged(file, MAX_AGE + 60)
    again = Store(store.folder)
    again.put(digest("b"), b"content")
    again.close()
    assert file in files(store)
    aged(Path(store.folder, "cleaned"), 7200)
    again.close()
    assert file not in files(store)


def test_clean_removes_everything_of_its_own(store: Store) -> None:
    store.put(KEY, b"content")
    store.close()
    assert store.clean()[0] == 1
    assert not Path(store.folder).exists()
    assert store.clean() == (0, 0)


def test_clean_leaves_what_others_put_there(store: Store) -> None:
    store.put(KEY, b"content")
    other = files(store)[0].with_name("notes.txt")
    other.write_text("mine")
    store.clean()
    assert other.read_text() == "mine"


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({"HOME": "/h"}, "linux", ("/h", ".cache", "promptlint")),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "linux", ("/x", "promptlint")),
        ({"HOME": "/h", "XDG_CACHE_HOME": "relative"}, "linux", ("/h", ".cache", "promptlint")),
        ({"HOME": "/h"}, "darwin", ("/h", "Library", "Caches", "promptlint")),
        ({"LOCALAPPDATA": "/l"}, "win32", ("/l", "promptlint", "Cache")),
        ({}, "linux", None),
        ({}, "win32", None),
        ({}, "darwin", None),
    ],
)
def test_the_users_folder(environ: dict[str, str], platform: str, expected: tuple[str, ...] | None) -> None:
    assert user_folder(environ, platform) == (None if expected is None else os.path.sep.join(expected))


def test_which_folder_it_is() -> None:
    assert located({"PROMPTLINT_CACHE_DIR": "e"}, "c") == "e"
    assert located({}, "c") == "c"
    assert located({"HOME": "/h", "LOCALAPPDATA": "/h"}) == user_folder({"HOME": "/h", "LOCALAPPDATA": "/h"})


def test_the_folder_of_the_configuration(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    assert configured_nearby(str(below)) is None
    (tmp_path / "pyproject.toml").write_text('[tool.other]\ncache-dir = "other"')
    assert configured_nearby(str(below)) is None
    (tmp_path / "pyproject.toml").write_text('[tool.promptlint]\n  cache-dir = "kept"')
    assert configured_nearby(str(below)) == str(tmp_path / "kept")
    (tmp_path / "a" / "promptlint.toml").write_text("select = []")
    assert configured_nearby(str(below)) is None
    (tmp_path / "a" / "promptlint.toml").write_bytes(b"cache-dir = '\xff'")
    assert configured_nearby(str(below)) == str(tmp_path / "kept")


def test_the_stamp_knows_every_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path), str(tmp_path / "missing")])
    before = stamp()
    assert before == stamp()
    (tmp_path / "plugin-1.0.dist-info").mkdir()
    assert stamp() != before


def test_a_checkout_is_known_by_the_times_of_its_files(tmp_path: Path) -> None:
    package = tmp_path / "promptlint"
    (package / "__pycache__").mkdir(parents=True)
    (package / "a.py").write_text("1")
    (tmp_path / "rules").mkdir()
    before = package_state(str(package))
    (package / "__pycache__" / "a.pyc").write_text("compiled")
    assert package_state(str(package)) == before
    (tmp_path / "rules" / "new.yaml").write_text("id: new")
    assert package_state(str(package)) != before
    (tmp_path / "rules" / "new.yaml").unlink()
    aged(package / "a.py", 60)
    assert package_state(str(package)) != before


def test_an_installation_is_known_by_what_was_installed(tmp_path: Path) -> None:
    from promptlint import __version__

    package, record = tmp_path / "promptlint", tmp_path / f"promptlint-{__version__}.dist-info" / "RECORD"
    package.mkdir()
    record.parent.mkdir()
    record.write_text("a.py,sha256=1,1")
    before = package_state(str(package))
    (package / "a.py").write_text("1")
    assert package_state(str(package)) == before
    record.write_text("a.py,sha256=2,1")
    assert package_state(str(package)) != before
