"""The picture of a terminal in the README: what `promptlint check` prints about two of the examples, as SVG.

python docs/picture.py            writes docs/check.svg
python docs/picture.py --check    gives 1 when it is stale
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

__all__ = ["PICTURE", "draw", "main", "shown"]

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "check.svg"
COMMAND = "promptlint check broken-loop.jinja summarise-report.md"

_COLUMN, _LINE, _MARGIN = 8.4, 18, 16  # pixels
_COLOURS = {
    "31": "#ff7b72",
    "32": "#7ee787",
    "33": "#e3b341",
    "34": "#6e7681",
    "35": "#d2a8ff",
    "36": "#79c0ff",
}
_PLAIN = "#d5dae1"
_CODE = re.compile(r"\x1b\[([\d;]*)m")


def shown() -> str:
    """What the command prints, in colour, after the line in which it was typed."""
    command = [sys.executable, "-m", *COMMAND.split(), "--isolated", "--color", "always"]
    environment = {key: each for key, each in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT / "examples" / "prompts", env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode != 1:
        raise RuntimeError(f"exit code {done.returncode}: {done.stderr}")
    return f"\x1b[32m$\x1b[0m {COMMAND}\n\n{done.stdout}"


def _runs(line: str) -> Iterator[tuple[int, str, str]]:
    """The pieces of a line that look alike: column, codes, text."""
    column, codes = 0, ""
    for number, piece in enumerate(_CODE.split(line)):
        if number % 2:
            codes = "" if piece in ("", "0") else piece
        elif piece:
            yield column, codes, piece
            column += len(piece)


def draw(output: str) -> str:
    """An SVG of a terminal's text. Each piece has the width of its columns, whichever font is there."""
    lines = output.rstrip("\n").split("\n")
    columns = max(len(_CODE.sub("", line)) for line in lines)
    width, height = round(columns * _COLUMN) + 2 * _MARGIN, len(lines) * _LINE + 2 * _MARGIN
    rows = []
    for number, line in enumerate(lines):
        y = _MARGIN + number * _LINE + 13
        for column, codes, text in _runs(line):
            indent = len(text) - len(text.lstrip(" "))
            kept = text.strip(" ")
            if not kept:
                continue
            x = _MARGIN + (column + indent) * _COLUMN
            colour = next((_COLOURS[code] for code in codes.split(";") if code in _COLOURS), _PLAIN)
            bold = ' font-weight="bold"' if "1" in codes.split(";") else ""
            rows.append(
                f'<text x="{x:.1f}" y="{y}" textLength="{len(kept) * _COLUMN:.1f}" fill="{colour}"{bold}>'
                f"{escape(kept, quote=False)}</text>\n"
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">\n'
        f"<title>{escape(COMMAND)}, and what it prints</title>\n"
        f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>\n'
        '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14" '
        'xml:space="preserve">\n'
        f"{''.join(rows)}</g>\n</svg>\n"
    )


def main(arguments: list[str]) -> int:
    """Write the picture, or with ``--check`` give 1 when it is stale."""
    picture = draw(shown())
    if "--check" not in arguments:
        PICTURE.write_text(picture, "utf-8", newline="\n")
        return 0
    stale = not PICTURE.is_file() or PICTURE.read_text("utf-8") != picture
    if stale:
        sys.stderr.write(f"{PICTURE.name} is stale: run python docs/picture.py\n")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
