"""Files written for coding agents: memory files, rules, skills, agents, and the prompts and commands of editors.

Their text is documentation or standing instructions: braces in it are prose or code, never template variables. Prompts and
commands are the exception: they are prompts like any other, with placeholders of their own.
"""

from __future__ import annotations

import re

from promptlint.diagnostic import Severity
from promptlint.formats import _cues
from promptlint.formats._body import BodyFormat, read_body
from promptlint.formats._format import Coverage, Recognition, split_path
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Document, Kind, Lookup
from promptlint.source import Source

RANK = 20


@dataclass(frozen=True, slots=True)
class _Agent:
    """A family of agent files: its description for people and how it is read."""

    description: str
    body: BodyFormat


def _reference(severity: Severity | None = Severity.INFO) -> BodyFormat:
    return BodyFormat("none", Kind.REFERENCE, agent_file=True, front_matter=severity, declares=False)


_SYSTEM = BodyFormat("none", Kind.SYSTEM, agent_file=True, declares=False)

_FAMILIES = {
    "agent-memory": _Agent("memory of a coding agent (CLAUDE.md, AGENTS.md, GEMINI.md)", _reference()),
    "copilot-instructions": _Agent("Copilot instructions (copilot-instructions.md, *.instructions.md)", _reference()),
    "editor-rules": _Agent(
        "rules of an editor (.cursorrules, .windsurfrules, .clinerules, .claude/rules)", _reference()
    ),
    "cursor-rule": _Agent("Cursor rule (*.mdc)", _reference(None)),
    "skill": _Agent("agent skill (SKILL.md)", _reference()),
    "microagent": _Agent("OpenHands microagent or skill", _reference()),
    "claude-agent": _Agent("Claude agent (.claude/agents, agents/*.md with name and description)", _SYSTEM),
    "output-style": _Agent("Claude output style (.claude/output-styles)", _SYSTEM),
    "vscode-agent": _Agent("VS Code agent (*.agent.md, *.chatmode.md)", _SYSTEM),
    "vscode-prompt": _Agent("VS Code prompt (*.prompt.md)", BodyFormat("dollar", declares=False)),
    "command": _Agent(
        "command of a coding agent (.claude/commands, commands/*.md)", BodyFormat("arguments", declares=False)
    ),
}
FORMATS = {name: family.description for name, family in _FAMILIES.items()}
_VARIABLES = {"none": "", "dollar": "`${input:name}` and other `${}`", "arguments": "`$ARGUMENTS`, `$1` and its like"}
COVERAGE = {
    name: Coverage(
        messages="the whole text behind the front matter, as one message",
        variables=_VARIABLES[family.body.template or "none"],
        model="`model` in the front matter",
        cap="`max_tokens` and its like in the front matter",
        comments="`<!-- -->`, `#` in the front matter",
        unread="files that the text imports or links to",
    )
    for name, family in _FAMILIES.items()
}

_MEMORY = frozenset(
    (
        "CLAUDE.md",
        "CLAUDE.local.md",
        "AGENTS.md",
        "AGENTS.override.md",
        "AGENT.md",
        "GEMINI.md",
        "QWEN.md",
        "JULES.md",
        "WARP.md",
    )
)
_RULES_FILES = frozenset((".cursorrules", ".windsurfrules", ".clinerules", ".roorules", ".goosehints"))
_TOOLS = r"\.(?:claude|cursor|codex|gemini|opencode|windsurf|roo|factory|qwen|github|augment|continue|kilocode|amazonq)"
_FRONT_MATTER = regex(
    r"\s*(?:(?:`{3,}|~{3,})\w*\s*)?---[ \t]*(?:\r\n|\n|\r)(?P<inner>.{0,8000}?)(?:\r\n|\n|\r)---[ \t]*(?:\r|\n|\Z)",
    re.DOTALL,
)
_NAME = regex(r"(?:\A|[\r\n])[ \t]*name[ \t]*:")
_DESCRIPTION = regex(r"(?:\A|[\r\n])[ \t]*description[ \t]*:")
_COMMAND_KEY = regex(r"(?:\A|[\r\n])[ \t]*(?:description|argument-hint|allowed-tools|disable-model-invocation)[ \t]*:")
_MICROAGENT_KEY = regex(r"(?:\A|[\r\n])[ \t]*(?:triggers|agent|inputs|mcp_tools|type)[ \t]*:")
_VSCODE_KEY = regex(r"(?:\A|[\r\n])[ \t]*(?:mode|agent|tools|description|argument-hint)[ \t]*:")
_ARGUMENT = regex(r"\$ARGUMENTS\b|(?<![\w$])\$[1-9]\b(?!\.)")


def _header(text: str) -> str:
    """What stands in a file's front matter, or nothing."""
    match = _FRONT_MATTER.match(text[:10_000])
    return match["inner"] if match else ""


def _below(path: str, pattern: str) -> bool:
    """Whether the file lies below folders that match `pattern`, which is joined by slashes and starts with a dot."""
    folders = "/".join(split_path(path)[0])
    return "/." in f"/{folders}" and re.search(rf"(?:^|/){pattern}(?:/|$)", folders) is not None


def _by_name(path: str) -> tuple[str, str] | None:
    """The family of a file whose name or folder alone decides, and why."""
    folders, name = split_path(path)
    if name in _MEMORY:
        return "agent-memory", f"named {name}"
    if name in _RULES_FILES:
        return "editor-rules", f"named {name}"
    if name.lower() == "copilot-instructions.md":
        return "copilot-instructions", f"named {name}"
    if name == "SKILL.md":
        return "skill", "named SKILL.md"
    for suffix, family in (
        (".mdc", "cursor-rule"),
        (".instructions.md", "copilot-instructions"),
        (".agent.md", "vscode-agent"),
        (".chatmode.md", "vscode-agent"),
    ):
        if name.lower().endswith(suffix):
            return family, f"name ends in {suffix}"
    # all of these folders start with a dot
    if not name.lower().endswith(".md") or "/." not in f"/{path}" or _cues.is_about(name):
        return None
    for pattern, family in (
        (rf"{_TOOLS}/rules", "editor-rules"),
        (r"\.clinerules", "editor-rules"),
        (r"\.roo/rules[^/]*", "editor-rules"),
        (r"\.claude/output-styles", "output-style"),
        (r"\.openhands/(?:microagents|skills)", "microagent"),
        (rf"{_TOOLS}/agents?", "claude-agent"),
        (rf"{_TOOLS}/(?:commands?|workflows)", "command"),
        (r"\.codex/prompts", "command"),
    ):
        if _below(path, pattern):
            if family == "claude-agent" and ".github" in folders:
                family = "vscode-agent"
            return family, "folder '" + "/".join(folders[-2:]) + "'"
    return None


def may_hold_prompts(path: str) -> bool:
    if _by_name(path):
        return True
    name = split_path(path)[1]
    return name.lower().endswith(".md") and not _cues.is_about(name)


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:  # noqa: ARG001
    found = _by_name(path)
    if found:
        return Recognition(*found)
    folders, name = split_path(path)
    if not name.lower().endswith(".md"):
        return None
    if name.lower().endswith(".prompt.md"):
        return _vscode_prompt(path, text)
    if _cues.is_about(name) or _cues.in_documentation(path):
        return None
    header = _header(text)
    described = bool(_NAME.search(header) and _DESCRIPTION.search(header))
    if described and any(folder in ("agents", "subagents") for folder in folders):
        return Recognition("claude-agent", "folder 'agents', front matter with name and description")
    if any(folder in ("commands", "command") for folder in folders):
        argument = _ARGUMENT.search(text)
        if argument:
            return Recognition("command", f"folder 'commands', holds {argument.group()}")
        if _COMMAND_KEY.search(header):
            return Recognition("command", "folder 'commands', front matter of a command")
    if folders[-1:] in (("microagents",), ("skills",)) and (_MICROAGENT_KEY.search(header) or described):
        return Recognition("microagent", "folder 'skills', front matter of a microagent")
    return None


def _vscode_prompt(path: str, text: str) -> Recognition | None:
    """A ``.prompt.md`` is VS Code's unless nothing but the name says so: others use the suffix too."""
    if _below(path, r"\.github/prompts") or _VSCODE_KEY.search(_header(text)) or "${" in text:
        return Recognition("vscode-prompt", "name ends in .prompt.md")
    return None


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    return read_body(source, name, _FAMILIES[name].body)
