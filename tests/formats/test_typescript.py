"""Programs in TypeScript and JavaScript: which are taken, and what comments in them cover."""

from __future__ import annotations

import pytest

from promptlint import formats
from promptlint.config import Config
from promptlint.engine import lint
from promptlint.fixes import apply_fixes
from promptlint.formats import ignore_here, read
from promptlint.guard import guard
from promptlint.source import Source

CALL = (
    "import { generateText } from 'ai';\nawait generateText({ model: 'openai/gpt-4o', prompt: 'In order to win.' });\n"
)
MINIFIED = "a=1;" * 2_000 + CALL.replace("\n", "")
LONG = CALL.replace("In order", "It rains. " * 600 + "In order")


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("app/a.ts", CALL, "typescript"),
        ("app/a.tsx", CALL, "typescript"),
        ("app/a.mts", CALL, "typescript"),
        ("app/a.js", CALL, "javascript"),
        ("app/a.cjs", CALL, "javascript"),
        ("app/a.ts", LONG, "typescript"),
        ("app/a.ts", "import { generateText } from 'ai';\n", None),
        ("app/a.ts", f"/*\n{CALL}*/", None),
        ("app/a.d.ts", CALL, None),
        ("app/a.test.ts", CALL, None),
        ("app/__tests__/a.ts", CALL, None),
        ("dist/a.js", MINIFIED, None),
    ],
)
def test_what_is_taken_on_the_way(path: str, text: str, name: str | None) -> None:
    found = formats.recognise(path, text)
    assert (found.format if found else None) == name


def test_a_named_program_is_read_whatever_it_holds() -> None:
    for path, text, count in (("app/a.test.ts", CALL, 1), ("dist/a.js", MINIFIED, 1), ("a.ts", "const x = 1;", 0)):
        assert formats.recognise(path, text, named=True) is not None
        assert len(read(Source(path, text)).prompts) == count


COMMENTED = """\
import { streamText } from 'ai';
// promptlint: ignore[a]
const SYSTEM_PROMPT = `You are an editor.
Sum up.`;
streamText({
  system: SYSTEM_PROMPT,
  /* promptlint: ignore[b] it is long */
  prompt: `Go.
// promptlint: ignore[c]`,
});
"""


def test_what_comments_cover() -> None:
    document = read(Source("app/a.ts", COMMENTED))
    covered = {
        each.rules[0]: COMMENTED[each.scope.start : each.scope.end] for each in document.suppressions if each.scope
    }
    assert covered.keys() == {"a", "b"}
    assert covered["a"].endswith("Sum up.`;") or covered["a"].endswith("Sum up.`")
    assert covered["b"].rstrip(",").endswith("ignore[c]`")


def test_a_comment_above_the_literal() -> None:
    text = "client.responses.create({\n  instructions: `\nIn order to win.`,\n});\n"
    document = read(Source("app/a.ts", text))
    found = [each for each in lint(document, Config()).diagnostics if each.rule == "verbose-phrase"]
    (fix,) = set(ignore_here(document, found, "", "line").values())
    changed = apply_fixes(text, [fix])
    assert changed == text.replace("  instr", "  // promptlint: ignore[verbose-phrase]\n  instr")
    after = read(Source("app/a.ts", changed))
    assert guard(document, after, [fix]) is None
    assert not [each for each in lint(after, Config()).diagnostics if each.rule == "verbose-phrase"]
