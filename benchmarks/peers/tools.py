"""The tools, at the versions that are compared, how each is run, and which of its rules look for which kind of fault.

This is the one place to change for another version or tool. `rules` maps a tool's own rule names to our kinds
(generate.KINDS). A kind counts for a tool where the tool has a rule that by its own description looks for it, and is on
by default; other kinds are neither right nor missed. Rules that are not named here are remarks: counted, not judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from peers import generate, parsers
from peers.parsers import Parser

# What a command may hold: {bin} programs of the tool's environment, {home} the environment, {drivers} our drivers,
# {files} all files as separate arguments, {file} and {stem} one of them (a process each). Commands run in
# the folder that holds a layout's files.
Registry = Literal["pip", "npm", "checkout"]


@dataclass(frozen=True)
class Tool:
    """One tool. `layouts` are those whose files it reads by its own account; `except_in` names, by layout, the kinds
    that it says it leaves alone there.
    """

    name: str
    package: str
    version: str
    layouts: tuple[str, ...]
    command: tuple[str, ...]
    parse: Parser
    rules: Mapping[str, tuple[str, ...]]
    registry: Registry = "pip"
    prepare: tuple[tuple[str, ...], ...] = ()
    except_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def kinds(self, layout: str) -> frozenset[str]:
        """The kinds of the layout that the tool looks for."""
        if layout not in self.layouts:
            return frozenset()
        claimed = {kind for kinds in self.rules.values() for kind in kinds}
        return frozenset(claimed & set(generate.MAKERS[layout][0]) - set(self.except_in.get(layout, ())))

    @property
    def one_by_one(self) -> bool:
        return any("{file}" in part or "{stem}" in part for part in self.command)


OURS = Tool(
    "promptlint (this one)",
    "promptlint",
    "",
    ("text", "agent", "code"),
    ("{bin}/promptlint", "check", "--isolated", "--output-format", "json", "."),
    parsers.promptlint,
    {
        "missing-output-limit": ("no-limit",),
        "free-text-output": ("free-text",),
        "verbose-phrase": ("wordy",),
        "filler-phrase": ("filler",),
        "contradictory-instructions": ("contradiction",),
        "duplicate-instruction": ("duplicate",),
        "undeclared-variable": ("undeclared",),
        "unused-variable": ("unused",),
        "unbalanced-delimiter": ("unbalanced",),
        "invalid-template": ("unbalanced",),
        "undelimited-input": ("undelimited",),
        "hardcoded-secret": ("secret",),
        "unresolved-placeholder": ("placeholder",),
        "retired-model": ("retired-model",),
        # Not mapped: output-cap-missing (no-cap) and deterministic-task (mechanical) are off by default
    },
    registry="checkout",
    # Its page about the rule says so: in agent files, slots are for the agent
    except_in={"agent": ("placeholder",)},
)

PEERS = (
    Tool(
        "promptlint-cli",
        "promptlint-cli",
        "1.3.0",
        ("text", "agent"),
        ("{bin}/promptlint", "--format", "json", "{files}"),
        parsers.promptlint_cli,
        {
            "verbosity-redundancy": ("wordy",),
            "politeness-bloat": ("filler",),
            "secret-in-prompt": ("secret",),
            "pii-in-prompt": ("personal-data",),
            "clarity-vague-terms": ("vague",),
            "context-injection-boundary": ("undelimited",),
            "output-format-missing": ("no-format",),
            # Not mapped: specificity-constraints asks for any constraint (length, format or scope) at once
        },
    ),
    Tool(
        "promptlint-ai",
        "promptlint-ai",
        "0.3.0",
        ("text", "agent"),
        ("{bin}/promptlint", "check", "--format", "json", "."),
        parsers.promptlint_ai,
        {
            "PL013": ("contradiction",),
            "PL072": ("contradiction",),
            "PL022": ("no-format",),
            "PL030": ("undeclared",),
            "PL031": ("unused",),
            "PL060": ("personal-data",),
            "PL061": ("secret",),
            "PL070": ("vague",),
            # Not mapped: PL023 wants three repetitions, we plant two; PL062 asks for prohibitions, not for a length
        },
        # It counts tokens with a vocabulary that it fetches; without one it reports nothing at all
        environment={"TIKTOKEN_CACHE_DIR": "{vocabularies}"},
        note="finds nothing without the vocabulary that it fetches when it is first used; here it was given one",
    ),
    Tool(
        "promptlint (PyPI)",
        "promptlint",
        "0.1.1",
        ("text",),
        ("{bin}/promptlint", "score", "--format", "json", "{file}"),
        parsers.promptlint_pypi,
        {
            "clarity: Vague quantity": ("vague",),
            "clarity: Ambiguous phrase": ("vague",),
            "clarity: Cannot be both brief and detailed": ("contradiction",),
            "clarity: Cannot be both concise and elaborate": ("contradiction",),
            "clarity: Conflicting inclusion/exclusion instructions": ("contradiction",),
            "clarity: Conflicting consideration instructions": ("contradiction",),
            "security: Unguarded user input": ("undelimited",),
            "suggestion: Specify expected output format (JSON, markdown, etc.)": ("no-format",),
            # Not mapped: "Unvalidated variable placeholder" is about code around the prompt, and stands at every brace
        },
        environment={"TIKTOKEN_CACHE_DIR": "{vocabularies}"},
        note="one file a process",
    ),
    Tool(
        "aiproof",
        "aiproof",
        "0.1.4",
        ("text", "agent", "code"),
        ("{bin}/python", "{drivers}/aiproof_folder.py", "."),
        parsers.lines,
        {
            "AIP001": ("contradiction",),
            "AIP004": ("contradiction",),  # contradictory tone
            "AIP005": ("undelimited",),
            "AIP007": ("undelimited",),
            "AIP006": ("secret",),
            "AIP010": ("duplicate",),
            "AIP015": ("placeholder",),
            # Not mapped: AIP012 looks at {% set %} only, not at declarations in front matter
        },
        note="a library; run by a driver of ours",
    ),
    Tool(
        "lintlang",
        "lintlang",
        "0.8.3",
        ("text", "agent", "code"),
        ("{bin}/lintlang", "scan", "--format", "json", "."),
        parsers.lintlang,
        {"H5 vague": ("vague",), "H6 format": ("no-format",)},
    ),
    Tool(
        "promptdoctor",
        "promptdoctor",
        "0.2.1",
        ("text", "agent"),
        ("{bin}/promptdoctor", "--format", "json", "."),
        parsers.promptdoctor,
        {
            "PD101": ("no-format",),
            "PD102": ("no-limit",),
            "PD103": ("vague",),
            "PD105": ("undelimited",),
            "PD107": ("contradiction",),
            "PD110": ("duplicate",),
        },
    ),
    Tool(
        "promptproof",
        "promptproof",
        "0.2.0",
        ("text", "agent"),
        ("{bin}/promptproof", "--format", "json", "."),
        parsers.promptproof,
        {
            "PP101": ("vague",),
            "PP102": ("vague",),
            "PP104": ("vague",),  # subjective criterion
            "PP105": ("vague",),  # weak modal: "try to"
            "PP201": ("contradiction",),
            "PP202": ("contradiction",),
            "PP203": ("contradiction",),
            "PP204": ("contradiction",),
            "PP301": ("filler",),
            "PP302": ("wordy", "filler"),  # its description: wordy connective with a shorter equivalent
            "PP303": ("duplicate",),
            "PP601": ("secret",),
            "PP603": ("personal-data",),
        },
    ),
    Tool(
        "ai-skill-lint",
        "ai-skill-lint",
        "0.6.0",
        ("text", "agent"),
        (
            "{bin}/skill-lint",
            "scan",
            ".",
            "--include",
            "prompts/*.md",
            "--include",
            "a*/CLAUDE.md",
            "--format",
            "json",
            "--verbose",
        ),
        parsers.skill_lint,
        {
            "TCOST009": ("filler",),
            "TCOST007": ("duplicate",),
            "HRISK001": ("vague",),
            "FRAME002": ("contradiction",),
            "CONTENT001": ("generic",),  # "You are a helpful assistant", "follow instructions carefully"
            "CONTENT007": ("placeholder",),
            "SEC001": ("secret",),
            # Not mapped: TCOST006 and TCOST008 want several occurrences, HRISK002 a file of 50 lines
        },
    ),
    Tool(
        "prompt-tokensaver",
        "prompt-tokensaver",
        "0.1.4",
        ("text",),
        ("{bin}/tokensaver", "optimize", "{file}"),
        parsers.tokensaver,
        {
            "Filler": ("filler", "wordy"),
            "Duplicate line": ("duplicate",),
            "Repeated instruction": ("duplicate",),
        },
        note="one file a process",
    ),
    Tool(
        "promptctl",
        "promptctl",
        "0.1.0",
        ("text",),
        ("{bin}/promptkit", "lint", "{stem}", "--json-output"),
        parsers.promptctl,
        {"balanced-braces": ("unbalanced",), "no-todo": ("placeholder",), "no-ambiguity": ("vague",)},
        prepare=(("{bin}/promptkit", "init"), ("{bin}/python", "{drivers}/promptctl_import.py", "{files}")),
        note="one prompt a process, from its own store",
    ),
    Tool(
        "context-lint",
        "context-lint",
        "0.1.0",
        ("text",),
        ("{bin}/context-lint", "--json", "{files}"),
        parsers.context_lint,
        {"CONTRADICTION": ("contradiction",)},
        # Not mapped: VAGUE_OUTPUT_FORMAT wants a format that is named without an example
    ),
    Tool(
        "promptkit-core",
        "promptkit-core",
        "1.0.0",
        ("promptkit",),
        ("{bin}/promptkit", "lint", "--format", "json", "{file}"),
        parsers.promptkit_core,
        {"PK001": ("undeclared",), "PK002": ("unused",), "PK004": ("unbalanced",), "Error": ("unbalanced",)},
        note="a broken template ends a run over a folder with nothing reported, so each file was a process",
    ),
    Tool(
        "agnix",
        "agnix",
        "0.59.3",
        ("agent",),
        ("{bin}/agnix", "--format", "json", "."),
        parsers.agnix,
        {"PE-004": ("vague",), "PE-005": ("generic",)},
    ),
    Tool(
        "@silupanda/prompt-lint",
        "@silupanda/prompt-lint",
        "0.2.2",
        ("text", "agent"),
        ("node", "{drivers}/silupanda_folder.js", "{home}", "."),
        parsers.lines,
        {
            "vague-instruction": ("vague",),
            "missing-output-format": ("no-format",),
            "contradictory-directives": ("contradiction",),
            "undelimited-variable": ("undelimited",),
            # Not mapped: repeated-instructions wants three; undefined-variable needs the names passed in by a program
        },
        registry="npm",
        note="a library; run by a driver of ours",
    ),
    Tool(
        "llm-promptlint",
        "llm-promptlint",
        "0.1.0",
        ("code",),
        ("{bin}/promptlint", "--no-color", "."),
        parsers.llm_promptlint,
        {"PL002": ("no-cap",), "PL003": ("secret",)},
    ),
    Tool(
        "promptlint-tool",
        "promptlint-tool",
        "0.1.0",
        ("text",),
        ("{bin}/promptlint", "--json", "{file}"),
        parsers.promptlint_tool,
        {"PL001": ("no-format",), "PL002": ("vague",)},
        note="one file a process",
    ),
    Tool(
        "scaffold-lint",
        "scaffold-lint",
        "0.1.0",
        ("text",),
        ("{bin}/scaffold-lint", "lint", "--json", "{file}"),
        parsers.scaffold_lint,
        {},
        note="one file a process; looks for none of these kinds",
    ),
    Tool(
        "overllm",
        "overllm",
        "0.7.0",
        ("code",),
        ("{bin}/overllm", "--format", "json", "."),
        parsers.overllm,
        {
            "deprecated-model": ("retired-model",),
            "llm-in-loop": ("call-in-loop",),
            "llm-mechanical": ("mechanical",),
        },
    ),
    Tool(
        "tokenlint",
        "tokenlint",
        "0.1.1",
        ("code",),
        ("{bin}/tokenlint", "."),
        parsers.tokenlint,
        {
            "R002-no-max-tokens": ("no-cap",),
            "R004-llm-call-in-loop": ("call-in-loop",),
            "R004-unbounded-agent-loop": ("call-in-loop",),
        },
    ),
    Tool(
        "tokentoll",
        "tokentoll",
        "0.8.3",
        ("code",),
        ("{bin}/tokentoll", "scan", "--format", "json", "."),
        parsers.tokentoll,
        {},
        note="says what calls cost, and looks for none of these kinds",
    ),
)

TOOLS = (OURS, *PEERS)

NOT_RUN = {
    "promptfoo": "an evaluation tool with some 840 packages that needs a newer Node; `validate` checks its own configuration",
    "cachelint": "compares several requests with one another; nothing in a single prompt is its business",
}
