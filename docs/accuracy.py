"""How often promptlint is right, measured: makes docs/accuracy.md.

    PROMPTLINT_CORPUS=... python docs/accuracy.py            writes the page
    PROMPTLINT_CORPUS=... python docs/accuracy.py --check    gives 1 when it is stale

PROMPTLINT_CORPUS is the folder of the corpus: manifest.jsonl, and the files that it names. The judgements are those of
tests/accuracy: labels.jsonl (what people say about whole files) and reviews.jsonl (what people say about single findings).
They hold hashes, offsets and a few words of reason, not the texts.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt
from pathlib import Path
from typing import Any
from zlib import crc32

from promptlint.config import Config
from promptlint.diagnostic import Applicability, Diagnostic
from promptlint.engine import lint
from promptlint.formats import read, recognise
from promptlint.prompt import Lookup
from promptlint.rules import PRESETS, Rule, load_rules
from promptlint.source import Source, SourceError

__all__ = ["Counts", "Examined", "examine", "interval", "main", "page"]

HERE = Path(__file__).parent
PAGE = HERE / "accuracy.md"
JUDGEMENTS = HERE.parent / "tests" / "accuracy"
SETS = {
    "first": "looked at while the rules were made",
    "second": "looked at after a first measurement",
    "third": "looked at after a first measurement",
    "fourth": "looked at after a first measurement",
    "fifth": "never looked at",
}
FOLDS = 5


def judgements(name: str) -> list[dict[str, Any]]:
    """The lines of a file of judgements."""
    return [json.loads(line) for line in (JUDGEMENTS / name).read_text("utf-8").split("\n") if line]


@dataclass(frozen=True, slots=True)
class Examined:
    """What all rules together find in one file of the corpus; `found` holds also what is not shown by default."""

    path: str
    shown: tuple[Diagnostic, ...]
    found: tuple[Diagnostic, ...]


def _lookup(root: Path) -> Lookup:
    def lookup(path: str) -> Source | None:
        try:
            return Source.from_bytes(path, (root / path).read_bytes())
        except (OSError, SourceError):
            return None

    return lookup


def examine(corpus: Path) -> Iterator[Examined]:
    """Every file of the corpus that holds a prompt."""
    config = Config(select=tuple(PRESETS))
    root = corpus.resolve()

    lookup = _lookup(root)
    for line in (root / "manifest.jsonl").read_text("utf-8").split("\n"):
        if not line:
            continue
        path = json.loads(line)["file"]
        source = lookup(path)
        if source is None or recognise(path, source.text) is None:
            continue
        report = lint(read(source, lookup), config)
        yield Examined(path.removeprefix("files/"), report.diagnostics, (*report.diagnostics, *report.hidden))


def _alone(corpus: Path, path: str) -> Sequence[Diagnostic]:
    """What is shown by default for one file as the labellers saw it: without the files that are joined to it."""
    source = Source.from_bytes(f"files/{path}", (corpus / "files" / path).read_bytes())
    return () if recognise(source.path, source.text) is None else lint(read(source), Config()).diagnostics


@dataclass(frozen=True, slots=True)
class Counts:
    """Files that are rightly reported, wrongly reported, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        return self.right / (self.right + self.missed) if self.right + self.missed else None

    @property
    def f1(self) -> float | None:
        whole = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / whole if whole else None


def interval(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson's score interval)."""
    z = 1.959964
    share, denominator = part / whole, 1 + z * z / whole
    middle = (share + z * z / (2 * whole)) / denominator
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / denominator
    return max(0.0, middle - half), min(1.0, middle + half)


def _wanted(rule: str, label: Mapping[str, Any]) -> bool:
    if rule == "missing-output-limit":
        return str(label["limit"]) == "open" and str(label["kind"]) == "task"
    return str(label["format"]) == "should-be-json"


def count(rule: str, labels: Iterable[Mapping[str, Any]], shown: Mapping[str, Sequence[Diagnostic]]) -> Counts:
    """How a rule's findings compare with labels. A file that no reader takes counts as one without findings."""
    right = wrong = missed = 0
    for label in labels:
        if rule == "missing-output-limit" and label["limit"] == "soft":
            continue  # whether vague words are a limit is a matter of opinion
        wanted = _wanted(rule, label)
        found = any(item.rule == rule for item in shown.get(label["file"], ()))
        right += wanted and found
        wrong += found and not wanted
        missed += wanted and not found
    return Counts(right, wrong, missed)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _row(name: str, files: int, counts: Counts) -> str:
    figures = f"{counts.right} | {counts.wrong} | {counts.missed}"
    return (
        f"| {name} | {files} | {figures} | {_share(counts.precision)} | {_share(counts.recall)} | {_share(counts.f1)} |"
    )


_HEADS = "| | files | right | wrong | missed | precision | recall | F1 |\n|---|---:|---:|---:|---:|---:|---:|---:|"


def _fold(label: Mapping[str, Any]) -> int:
    """A fold by source, so that what one repository has many copies of is never on both sides."""
    return crc32(label["file"].partition("/")[0].encode()) % FOLDS


def _headline(labels: Sequence[Mapping[str, Any]], shown: Mapping[str, Sequence[Diagnostic]]) -> Iterator[str]:
    sure = [label for label in labels if label["sure"]]
    for rule in ("missing-output-limit", "free-text-output"):
        yield f"### {rule}\n\nFiles on which a careful labeller was sure:\n\n{_HEADS}"
        for name, what in SETS.items():
            part = [label for label in sure if label["set"] == name]
            yield _row(f"{name} set ({what})", len(part), count(rule, part, shown))
        for fold in range(FOLDS):
            part = [label for label in sure if _fold(label) == fold]
            yield _row(f"fold {fold + 1} by source", len(part), count(rule, part, shown))
        total = count(rule, sure, shown)
        yield _row("**all**", len(sure), total)
        unsure = count(rule, [label for label in labels if not label["sure"]], shown)
        yield _row("where the labeller was not sure", len(labels) - len(sure), unsure)
        if total.right:
            low, high = interval(total.right, total.right + total.wrong)
            least, most = interval(total.right, total.right + total.missed)
            yield f"\n95 % intervals: precision {low:.2f} to {high:.2f}, recall {least:.2f} to {most:.2f}.\n"


def _in_code(corpus: Path, labels: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Sequence[Diagnostic]]:
    """What is shown by default for labelled prompts in programs, by file and name, the files that they import at hand."""
    root = corpus / "files"

    lookup = _lookup(root)
    shown: dict[tuple[str, str], Sequence[Diagnostic]] = {}
    for path in sorted({label["file"] for label in labels}):
        source = lookup(path)
        if source is None or sha256((root / path).read_bytes()).hexdigest() not in {
            label["sha256"] for label in labels if label["file"] == path
        }:
            raise ValueError(f"{path}: not the file that was labelled")
        report = lint(read(source, lookup), Config())
        for prompt in report.prompts:
            name = prompt.prompt.name
            shown[path, name] = tuple(item for item in report.diagnostics if item.prompt == name)
    return shown


def _code(labels: Sequence[Mapping[str, Any]], shown: Mapping[tuple[str, str], Sequence[Diagnostic]]) -> Iterator[str]:
    known = [label for label in labels if (label["file"], label["prompt"]) in shown]
    named = {f"{path} {name}": found for (path, name), found in shown.items()}
    keyed = [{**label, "file": f"{label['file']} {label['prompt']}"} for label in known]
    yield "| | prompts | right | wrong | missed | precision | recall | F1 |\n|---|---:|---:|---:|---:|---:|---:|---:|"
    for rule in ("missing-output-limit", "free-text-output"):
        for sure, what in ((True, "sure"), (False, "not sure")):
            part = [label for label in keyed if label["sure"] is sure]
            yield _row(f"`{rule}`, labeller {what}", len(part), count(rule, part, named))
    right = sum(label["read"] for label in labels)
    yield (
        f"\nOf the {len(labels)} prompts, {right} were read exactly as the program sends them when they were labelled "
        f"(text, roles, variables, position, model, cap, format, compared with the source by the labellers)."
    )


def _wording(labels: Sequence[Mapping[str, Any]], shown: Mapping[str, Sequence[Diagnostic]]) -> Iterator[str]:
    marked: Counter[str] = Counter()
    touched: Counter[str] = Counter()
    found = right = 0
    for label in labels:
        spans = [item.location.span for item in shown.get(label["file"], ()) if item.family == "verbosity"]
        for start, end, why in label["wordy"]:
            marked[why] += 1
            touched[why] += any(span.start < end and start < span.end for span in spans)
        found += len(spans)
        right += sum(any(span.start < end and start < span.end for start, end, _ in label["wordy"]) for span in spans)
    yield "| marked by people as | spans | touched by a finding |\n|---|---:|---:|"
    for why in ("repeat", "wordy", "filler", "pep"):
        yield f"| {why} | {marked[why]} | {touched[why]} |"
    yield f"\nOf {found} findings of the family `verbosity` in these files, {right} touch something that a labeller marked."


def _programs(shown: Mapping[str, Sequence[Diagnostic]], *, take: bool) -> dict[str, Sequence[Diagnostic]]:
    """What is shown in programs, or (not `take`) in all other files."""
    return {path: found for path, found in shown.items() if path.endswith((".py", ".ts")) is take}


def _noise(
    rules: Mapping[str, Rule],
    reviews: Sequence[Mapping[str, Any]],
    shown: Mapping[str, Sequence[Diagnostic]],
    *,
    hits_only: bool = False,
) -> Iterator[str]:
    hits = Counter(item.rule for found in shown.values() for item in found)
    files = Counter(rule for found in shown.values() for rule in {item.rule for item in found})
    yield "| rule | recommended | hits | per 100 files | files | read | defended | share | 95 % interval |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|---|"
    for name, rule in sorted(rules.items()):
        if rule.family in ("meta", "budget") or (hits_only and not hits[name]):
            continue
        mine = [review for review in reviews if review["rule"] == name and _still(review, shown)]
        right = sum(review["defend"] for review in mine)
        share = f"{right / len(mine):.0%}".replace("%", " %") if mine else ""
        spread = "{:.0f} to {:.0f} %".format(*(100 * bound for bound in interval(right, len(mine)))) if mine else ""
        preset = "yes" if "recommended" in rule.presets else ""
        yield (
            f"| `{name}` | {preset} | {hits[name]} | {100 * hits[name] / len(shown):.2f} | {files[name]} "
            f"| {len(mine) or ''} | {right if mine else ''} | {share} | {spread} |"
        )


def _fixes(reviews: Sequence[Mapping[str, Any]], shown: Mapping[str, Sequence[Diagnostic]]) -> Iterator[str]:
    """The safe fixes that were read, and those of them that would still be made."""
    made = {
        (path, item.rule, item.location.span.start)
        for path, found in shown.items()
        for item in found
        if item.fix is not None and item.fix.applicability is Applicability.SAFE
    }
    read_all = [review for review in reviews if review["rule"] == "fix"]
    mine = [review for review in read_all if (review["file"], review["of"], review["start"]) in made]
    right, first = sum(review["defend"] for review in mine), sum(review["defend"] for review in read_all)
    low, high = interval(right, len(mine))
    yield (
        f"The corpus has {len(made):,} safe fixes. Of {len(read_all)} random ones that were read, {first} were right; the causes of "
        f"most of the others are gone, and {right} of the {len(mine)} that would still be made are right "
        f"({right / len(mine):.1%}, 95 % interval {100 * low:.0f} to {100 * high:.0f} %)."
    )


def _still(review: Mapping[str, Any], shown: Mapping[str, Sequence[Diagnostic]]) -> bool:
    """Whether what was read is still reported: a finding that is gone says nothing about the rule as it is."""
    start, end = review["start"], review["end"]
    return any(
        item.rule == review["rule"] and item.location.span.start <= end and start <= item.location.span.end
        for item in shown.get(review["file"].removeprefix("files/"), ())
    )


def page(corpus: Path) -> str:
    """The page, measured on the corpus."""
    labels = judgements("labels.jsonl")
    for label in labels:
        data = (corpus / "files" / label["file"]).read_bytes()
        if sha256(data).hexdigest() != label["sha256"]:
            raise ValueError(f"{label['file']}: not the file that was labelled")
    shown = {item.path: item.shown for item in examine(corpus)}
    alone = {label["file"]: tuple(_alone(corpus, label["file"])) for label in labels}
    text = (HERE / "accuracy.template.md").read_text("utf-8")
    reviews = judgements("reviews.jsonl")
    parts: dict[str, Callable[[], Iterator[str]]] = {
        "headline": lambda: _headline(labels, alone),
        "code": lambda: _code(judgements("code.jsonl"), _in_code(corpus, judgements("code.jsonl"))),
        "wording": lambda: _wording(labels, alone),
        "fixes": lambda: _fixes(judgements("reviews.jsonl"), shown),
        "noise": lambda: _noise(load_rules(), reviews, _programs(shown, take=False)),
        "code-noise": lambda: _noise(load_rules(), reviews, _programs(shown, take=True), hits_only=True),
    }
    text = text.replace("{files}", f"{len(shown):,}").replace("{labels}", str(len(labels)))
    for name, lines in parts.items():
        text = text.replace(f"<!-- {name} -->", "\n".join(lines()))
    return text


def main() -> int:
    """Write the page, or with ``--check`` say whether it is stale."""
    corpus = os.environ.get("PROMPTLINT_CORPUS")
    if not corpus:
        sys.stderr.write("PROMPTLINT_CORPUS names no corpus\n")
        return 2
    made = page(Path(corpus))
    if "--check" in sys.argv[1:]:
        stale = PAGE.read_text("utf-8") != made
        sys.stdout.write(
            "docs/accuracy.md is stale: run docs/accuracy.py\n" if stale else "docs/accuracy.md is up to date\n"
        )
        return int(stale)
    PAGE.write_text(made, "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
