"""The `files` of the hooks in .pre-commit-hooks.yaml, made from what the readers say about names.

    python docs/hooks.py            writes the pattern into the manifest
    python docs/hooks.py --check    gives 1 when it is stale

pre-commit names files to promptlint, and a named file is read as a prompt whatever it holds. So the hooks take only names
that are prompts beyond doubt: those that a reader claims without a look into the file, and a few that belong to one tool.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import promptlint.formats
from promptlint.discovery import _DOT_FOLDERS
from promptlint.formats import _cues, _template_files, claims

__all__ = ["DISTINCT", "lines", "main", "takes", "updated"]

MANIFEST = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"

DISTINCT = {
    r"\.baml": ("a.baml", "function A(a: string) -> string {"),
    r"(?:^|/)promptfooconfig[^/]*\.(?:json|ya?ml)": ("promptfooconfig.eval.yaml", "prompts: [a]\nproviders: [b]\n"),
    r"(?:^|/)\.gemini/commands/(?:[^/]+/)*[^/]+\.toml": (".gemini/commands/a/b.toml", 'prompt = "Do it."\n'),
    r"(?:^|/)(?:(?i:[^/.]*prompt[^/.]*)|(?i:prompts?)/(?:[^/]+/)*[^/.]+)(?:\.[^/.]+)?\.(?:py|[cm]?[jt]s|[jt]sx)": (
        "app/prompts.py",
        'SUMMARY_PROMPT = "You are an editor. Sum up the text in two sentences: {text}"\n',
    ),
}
"""Names that a reader takes by what the file holds, but that no other tool uses: pattern -> path and text of one.

Of programs those that say prompt by their names or folders: the hooks pass ``--force-exclude``, so one that holds no prompt is
passed over. Taking every program would start promptlint at every commit.
"""


def takes(path: str) -> bool:
    """Whether the hooks are to take a file, distinct names aside. A file without a suffix is as often a program."""
    name = path.rpartition("/")[2]
    return claims(path) and "." in name


@cache
def _words() -> frozenset[str]:
    """The file names, suffixes and folders that stand in the readers' source."""
    found = set(_DOT_FOLDERS)
    for folder in promptlint.formats.__path__:
        for file in Path(folder).glob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    # descriptions and patterns name files in passing
                    text = node.value.replace("\\", "")
                    found.update(re.findall(r"\.?[A-Za-z0-9][\w-]*(?:\.[\w-]+)*", text))
                    found.update(re.findall(r"\.\w[\w-]*", text))
    return frozenset(word for word in found if len(word) <= 40)


def _either(words: Iterable[str]) -> str:
    parts = sorted(re.escape(word) for word in words)
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def _name(compiled: re.Pattern[str]) -> str:
    """The pattern of one name as part of one for a path."""
    return f"(?i:{compiled.pattern.replace('.*', '[^/]*')})"


def lines() -> list[str]:
    """The lines of the pattern, which `re.search` is to find in a path with forward slashes."""
    words = sorted(_words())
    suffixes = sorted({word.lstrip(".").lower() for word in words})
    suffixes = [each for each in suffixes if re.fullmatch(r"[a-z0-9]+(?:\.[a-z0-9]+)*", each)]

    everywhere = {each for each in suffixes if takes(f"docs/x.{each}")}
    everywhere = {each for each in everywhere if not any(each.endswith(f".{other}") for other in everywhere)}
    ends = tuple(f".{each}" for each in everywhere)
    names = [word for word in words if "." in word and not word.lower().endswith(ends) and takes(f"docs/{word}")]

    rest = [each for each in suffixes if "." not in each and each not in everywhere]
    # of what a template generates its name says nothing, so it may have no second suffix but that of a text
    texts = {each for each in rest if takes(f"prompts/x.py.{each}")}
    templates = {each for each in rest if takes(f"prompts/x.{each}")} - texts
    stems = {each for each in rest if takes(f"a/x_prompt.{each}")}
    second = texts | (everywhere & {"prompt"})

    about = rf"{_name(_cues._ABOUT_NAME)}(?:\.[^./]*)?$"
    generator = rf"{_name(_template_files._GENERATOR_NAME)}\.{_either(templates)}$"
    document = rf"{_name(_cues._DOCUMENT_NAME)}\."
    documentation = _name(_cues._DOCUMENTATION_FOLDER)
    folder = rf"{_name(_cues._SURE_FOLDER)}/(?:(?!{documentation}/)[^/]+/)*"
    unlike = r"(?![^/]*(?i:prompting|prompt-engineering))"
    of_texts = rf"(?:\.{_either(second)})?\.{_either(templates & stems)}"
    return [
        rf"(?i:\.{_either(everywhere)})$",
        rf"(?:^|/){_either(names)}$",
        *(f"{each}$" for each in DISTINCT),
        rf"^(?!(?:.*/)?{about})(?!(?:.*/)?{generator})(?:",
        *(rf"  {'|' if number else ''}(?:.*/)?{each}" for number, each in enumerate(_tools(words))),
        rf"  |(?:.*/)?{folder}(?i:[^/]+\.{_either(texts)}|[^/.]+{of_texts})",
        rf"  |(?!(?:.*/)?{documentation}/)(?:.*/)?{unlike}(?:",
        rf"    (?!{document})(?i:[^/]*prompt[^/]*\.{_either(texts & stems)})",
        rf"    |(?i:[^/.]*prompt[^/.]*{of_texts})",
        "  )",
        ")$",
    ]


def _tools(words: Iterable[str]) -> list[str]:
    """The folders of tools in which every Markdown file is a prompt."""
    below = [word for word in words if "." not in word and not takes(f"a/{word}/x.md")]
    whole = {tool for tool in _DOT_FOLDERS if takes(f"{tool}/x.md")}
    parts = {
        tool: frozenset(word for word in below if takes(f"{tool}/{word}/x.md")) for tool in sorted(_DOT_FOLDERS - whole)
    }
    places = [_either(whole)] if whole else []
    for each in sorted({tuple(sorted(each)) for each in parts.values() if each}):
        places.append(f"{_either(tool for tool, found in parts.items() if found == frozenset(each))}/{_either(each)}")
    return [rf"{place}/(?:[^/]+/)*[^/]+\.md" for place in places]


def updated(manifest: str) -> str:
    """The manifest with the pattern of today in every hook."""
    # verbose patterns drop spaces, in Rust (prek) even those in brackets; and a hyphen needs no escape
    pattern = [each.replace("\\-", "-") for each in lines()]
    indents = [len(each) - len(each.lstrip(" ")) for each in pattern]
    pattern = [each.lstrip(" ").replace(" ", r"\x20").replace("#", r"\x23") for each in pattern]
    starts = [
        "|" if number and not indent and each != ")$" else ""
        for number, (each, indent) in enumerate(zip(pattern, indents, strict=True))
    ]
    block = "\n".join(
        f"      {' ' * indent}{start}{each}" for each, indent, start in zip(pattern, indents, starts, strict=True)
    )
    return re.sub(
        r"(?m)^(  files: .*>-\n)    \(\?x\)\(\n(?:      .*\n)*    \)$",
        lambda match: f"{match[1]}    (?x)(\n{block}\n    )",
        manifest,
    )


def main(arguments: list[str]) -> int:
    """Write the manifest, or with ``--check`` give 1 when it is stale."""
    before = MANIFEST.read_text("utf-8")
    after = updated(before)
    if "--check" not in arguments:
        MANIFEST.write_text(after, "utf-8", newline="\n")
        return 0
    if before != after:
        sys.stderr.write(f"{MANIFEST.name} is stale: run python docs/hooks.py\n")
    return int(before != after)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
