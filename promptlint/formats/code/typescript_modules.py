"""The names of modules in imports: which package one belongs to, which files a path may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from promptlint.lazy import regex

__all__ = ["candidates", "package", "packages"]

_VERSION = regex(r"(?<=[^/])@[^/]*+")
_PREFIXES = ("npm:", "jsr:", "https://esm.sh/", "https://cdn.skypack.dev/", "https://jspm.dev/")
_EXTENSIONS = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx")
_LIKELY = (".ts", ".tsx", ".js")
_WRITTEN_FOR = {".js": (".ts", ".tsx"), ".mjs": (".mts",), ".cjs": (".cts",), ".jsx": (".tsx",)}
_UP = 6  # folders above the file in which `@/...` is looked for


def package(module: str) -> str | None:
    """The name of a module of a package, without the registry or version before or behind it; None for a file of the project."""
    if module.startswith((".", "/", "~/", "@/", "#", "file:", "data:")) or not module:
        return None
    for prefix in _PREFIXES:
        if module.startswith(prefix):
            return _VERSION.sub("", module.removeprefix(prefix).lstrip("/").partition("?")[0])
    return None if "://" in module else module


def packages(modules: Iterable[str]) -> Iterator[str]:
    """The packages that modules belong to and all names on the way to them: ``@langchain/core``, ``@langchain/core/prompts``."""
    for module in modules:
        parts = (package(module) or "").split("/")
        first = 2 if parts[0].startswith("@") else 1
        for length in range(first, len(parts) + 1):
            if parts[length - 1]:
                yield "/".join(parts[:length])


def candidates(path: str, module: str) -> Iterator[str]:
    """The paths that a module may have which the file at `path` imports, the likeliest first; none for packages."""
    folders = path.split("/")[:-1]
    if module.startswith("."):
        yield from _files(folders, module)
    elif module.startswith(("@/", "~/")):
        below = module[2:]
        for up in range(min(len(folders), _UP) + 1):
            base = folders[: len(folders) - up]
            if "src" not in (
                *base[-1:],
                *folders[len(base) : len(base) + 1],
            ):  # the file's own is among the folders above it
                yield from _files([*base, "src"], below, _LIKELY)
            yield from _files(base, below, _LIKELY)


def _files(base: list[str], module: str, extensions: tuple[str, ...] = _EXTENSIONS) -> Iterator[str]:
    folders = list(base)
    for part in module.split("/"):
        if part == ".." and folders and folders[-1] not in ("", ".."):
            folders.pop()
        elif part not in (".", ""):
            folders.append(part)
    joined = "/".join(folders)
    if not joined:
        return
    for written, meant in _WRITTEN_FOR.items():
        if module.endswith(written):
            for extension in meant:
                yield joined.removesuffix(written) + extension
    if module.endswith(_EXTENSIONS):
        yield joined
        return
    for extension in extensions:
        yield joined + extension
    for extension in extensions:
        yield f"{joined}/index{extension}"
