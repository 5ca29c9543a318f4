"""Where the modules that a Python program imports may stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

__all__ = ["candidates"]

_MOST_FOLDERS: Final = 6  # above a file, in which modules are looked for

_ELSEWHERE = frozenset(
    [
        "abc",
        "anthropic",
        "argparse",
        "asyncio",
        "boto3",
        "cohere",
        "collections",
        "contextlib",
        "copy",
        "crewai",
        "dataclasses",
        "datetime",
        "django",
        "dspy",
        "enum",
        "fastapi",
        "flask",
        "functools",
        "google",
        "groq",
        "haystack",
        "httpx",
        "inspect",
        "instructor",
        "io",
        "itertools",
        "jinja2",
        "json",
        "langchain",
        "langchain_anthropic",
        "langchain_community",
        "langchain_core",
        "langchain_google_genai",
        "langchain_openai",
        "langgraph",
        "litellm",
        "llama_index",
        "logging",
        "math",
        "mistralai",
        "numpy",
        "ollama",
        "openai",
        "operator",
        "os",
        "pandas",
        "pathlib",
        "pydantic",
        "pydantic_ai",
        "pytest",
        "random",
        "re",
        "requests",
        "shutil",
        "sqlalchemy",
        "streamlit",
        "string",
        "subprocess",
        "sys",
        "tempfile",
        "textwrap",
        "tiktoken",
        "time",
        "torch",
        "tqdm",
        "traceback",
        "transformers",
        "types",
        "typing",
        "typing_extensions",
        "unittest",
        "urllib",
        "uuid",
        "vertexai",
        "warnings",
        "yaml",
    ]
)
"""Packages that are surely not files of the project, so that no file is looked for."""


def candidates(origin: str, module: str, level: int) -> Iterator[str]:
    """The paths at which a module may stand that the file `origin` imports, with `level` dots before its name."""
    if not level and module.partition(".")[0] in _ELSEWHERE:
        return
    folders = origin.split("/")[:-1]
    tail = module.split(".") if module else []
    bases: list[list[str]] = []
    if level:
        if level - 1 <= len(folders):
            bases.append(folders[: len(folders) - (level - 1)])
    else:
        for _ in range(_MOST_FOLDERS):
            bases.append(folders)
            if not folders or folders[-1] in ("..", ""):
                break
            folders = folders[:-1]
    for base in bases:
        if tail:
            yield "/".join((*base, *tail)) + ".py"
        yield "/".join((*base, *tail, "__init__.py"))
