"""How fast the language server answers, and what it keeps: python benchmarks/server.py [--edits N] [--keys N]

One client types in a prompt of 50 kB, then in programs of that size: one with prompts, one without any. Latency is the time from the end of the debounce to the diagnostics, so it is what
somebody waits who stops typing. Beside it stands the time that ``read`` and ``lint`` alone take in this process for the same
texts, as it passes and as the processor counts it (what a busy machine does not change), and that of a loop that never
changes, so that runs on different machines, or on a busy one, can be compared.
Memory is the server's resident set, measured while it takes 10,000 edits.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from promptlint.config import Configurations
from promptlint.runner import check_source, disk
from promptlint.source import Source

DEBOUNCE = 0.1
SUBJECTS = (
    "the customer",
    "an order",
    "the invoice",
    "each ticket",
    "the report",
    "a shipment",
    "the contract",
    "this account",
)
VERBS = ("mentions", "contains", "refers to", "asks about", "depends on", "is missing", "repeats", "contradicts")
OBJECTS = (
    "a date",
    "the delivery address",
    "an amount",
    "a refund",
    "the warranty",
    "another language",
    "a discount code",
    "legal terms",
)
DOES = (
    "quote it",
    "note its page",
    "mark it as open",
    "compare it with the list",
    "copy the number",
    "name the section",
    "leave it out",
)
SECTIONS = (
    "Scope",
    "Definitions",
    "Steps",
    "Special cases",
    "Amounts",
    "Dates",
    "Names",
    "Addresses",
    "Refunds",
    "Output",
)


def prompt(size: int, seed: int = 1) -> str:
    """A long prompt as people write them: sections, rules, some lists, some wordiness, a few variables."""
    rng = random.Random(seed)
    parts = ["# Task\n\nSummarise {{ documents }} for {{ audience }} in at most 200 words.\n"]
    number = 0
    while sum(map(len, parts)) < size:
        number += 1
        parts.append(f"\n## {rng.choice(SECTIONS)} {number}\n\n")
        for _ in range(rng.randrange(4, 10)):
            rule = f"When {rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)} {number}.{rng.randrange(99)}, {rng.choice(DOES)}"
            words = rng.choice(("", "", "", "", "", " in order to keep it short"))
            parts.append(f"- {rule}{words}.\n")
    return "".join(parts)[:size]


def program(size: int, *, prompts: bool, seed: int = 4) -> str:
    """A long program in Python: functions, each of which sends a prompt, or (not `prompts`) only reckons."""
    rng = random.Random(seed)
    parts = ["from openai import OpenAI\n\nclient = OpenAI()\n" if prompts else "import json\n"]
    number = 0
    while sum(map(len, parts)) < size:
        number += 1
        parts.append(f"\n\ndef step_{number}(document: str, audience: list[str]) -> str:\n")
        for name in ("first", "second", "third"):
            parts.append(
                f"    {name} = sum(len(each) * {rng.randrange(99)} for each in audience if each != document)\n"
            )
        if not prompts:
            parts.append(f'    return json.dumps({{"first": first, "second": second, "third": third + {number}}})\n')
            continue
        rules = [
            f"When {rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)}, {rng.choice(DOES)}."
            for _ in "12345"
        ]
        parts.append(
            "    done = client.responses.create(\n        model='gpt-5-mini',\n        max_output_tokens=500,\n"
        )
        parts.append('        input=f"""Summarise step {first} in order to help {audience[0]} in at most 50 words.\n')
        parts.append(
            "\n".join(rules) + '\n\n{document}""",\n    )\n    return done.output_text + str(second + third)\n'
        )
    return "".join(parts)


def loop() -> float:
    """Seconds that a fixed piece of work takes here and now."""
    start = time.perf_counter()
    total = 0
    for number in range(1_000_000):
        total += number & 7
    return time.perf_counter() - start


def resident(process: int) -> float:
    """Megabytes that a process holds in memory."""
    done = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, check=True)
    return int(done.stdout) / 1024


def row(name: str, values: Sequence[float]) -> None:
    """Print the distribution of times in seconds, in milliseconds."""
    ranked = sorted(values)
    p95 = ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))]
    print(f"{name:48} p50 {statistics.median(ranked) * 1000:7.1f} ms   p95 {p95 * 1000:7.1f} ms   n {len(ranked)}")


class Client:
    """Types in one document."""

    def __init__(self, folder: Path, text: str, path: str = "prompts/long.md") -> None:
        self.client = LanguageClient("benchmark", "1")
        self.folder, self.text, self.version = folder, text, 1
        self.path, self.uri = path, (folder / path).as_uri()
        self.arrived: dict[int, float] = {}
        self.found = 0
        self._news = asyncio.Event()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _published(params: types.PublishDiagnosticsParams) -> None:
            self.arrived[params.version or 0] = time.perf_counter()
            self.found = len(params.diagnostics)
            self._news.set()

    async def start(self) -> None:
        await self.client.start_io(sys.executable, "-m", "promptlint", "server")
        await self.client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(
                    general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf32])
                ),
                root_uri=self.folder.as_uri(),
                initialization_options={"debounceMs": DEBOUNCE * 1000},
            )
        )
        self.client.initialized(types.InitializedParams())
        await self.open()

    async def open(self) -> float:
        """Open the document; the seconds until something is said of it."""
        start = time.perf_counter()
        item = types.TextDocumentItem(self.uri, "", self.version, self.text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        await self.wait(self.version)
        return self.arrived[self.version] - start

    async def turn_to(self, path: str, text: str) -> float:
        """Open another document and go on there; the seconds until something is said of it."""
        self.path, self.uri, self.text = path, (self.folder / path).as_uri(), text
        self.version += 1
        return await self.open()

    async def wait(self, version: int) -> None:
        while version not in self.arrived:
            self._news.clear()
            await self._news.wait()

    def type(self, rng: random.Random) -> float:
        """Insert or delete a word at the end of a line, in a program at that of a sentence; when that was."""
        lines = self.text.split("\n")
        is_program = self.path.endswith(".py")
        number = rng.choice([at for at in range(4, len(lines) - 1) if not is_program or lines[at].endswith(".")])
        before = lines[number]
        lines[number] = before[:-6] if before.endswith(" word.") else before + " word."
        place = types.Range(types.Position(number, 0), types.Position(number, len(before)))
        self.text, self.version = "\n".join(lines), self.version + 1
        change = types.TextDocumentContentChangePartial(place, lines[number])
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        return time.perf_counter()

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()


async def latency(client: Client, keys: int, lint: Callable[[str], tuple[float, float]]) -> None:
    """Type, stop, and wait for the diagnostics, again and again."""
    rng = random.Random(2)
    server: list[float] = []
    alone: list[float] = []
    worked: list[float] = []
    fixed: list[float] = []
    for _ in range(keys):
        sent = client.type(rng)
        await client.wait(client.version)
        server.append(client.arrived[client.version] - sent - DEBOUNCE)
        passed, used = lint(client.text)
        alone.append(passed)
        worked.append(used)
        fixed.append(loop())
    print(f"\nLatency in {client.path} of {len(client.text.encode()):,} bytes with {client.found:,} findings")
    row("server, from the end of the debounce", server)
    row("read and lint alone, same texts, this process", alone)
    row("the same, processor time", worked)
    row("reference: a fixed loop, this process", fixed)
    print(f"{'server / reference':48} p50 {statistics.median(server) / statistics.median(fixed):7.2f}")


async def memory(client: Client, edits: int) -> None:
    """Type, stop every 100 edits so that the server lints, and look at what it holds."""
    rng = random.Random(3)
    print(f"\nMemory over {edits:,} edits")
    process = client.client._server.pid  # noqa: SLF001
    start = time.perf_counter()
    for number in range(edits + 1):
        if number % max(1, edits // 10) == 0:
            await client.wait(client.version)
            print(f"{number:8,} edits   {resident(process):7.1f} MB   {time.perf_counter() - start:6.1f} s")
        client.type(rng)
        if number % 100 == 0:
            await client.wait(client.version)  # stop, so that it lints
    await client.wait(client.version)


async def run(folder: Path, keys: int, edits: int, size: int) -> None:
    """Measure one server in an empty project."""
    config = Configurations(cwd=folder).for_file(folder / "prompts" / "long.md")

    def lint(text: str) -> tuple[float, float]:
        start, used = time.perf_counter(), time.process_time()
        name = "python" if client.path.endswith(".py") else "markdown"
        check_source(Source(client.path, text), name, config, disk(folder), client.path)
        return time.perf_counter() - start, time.process_time() - used

    client = Client(folder, prompt(size))
    lint(client.text)
    gc.collect()
    gc.freeze()  # as the server does
    await client.start()
    await latency(client, keys, lint)
    await memory(client, edits)
    await client.turn_to("long.py", program(size, prompts=True))
    await latency(client, keys, lint)
    text = program(size, prompts=False)
    opened = [await client.turn_to(f"plain_{number}.py", text) for number in range(keys)]
    print(f"\nOpening a program of {len(text):,} bytes and {text.count(chr(10)):,} lines that holds no prompt")
    row("server, from opening to its empty answer", opened)
    await client.stop()


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=60, help="pauses in typing that are timed")
    parser.add_argument("--edits", type=int, default=10_000, help="edits over which memory is watched")
    parser.add_argument("--size", type=int, default=50_000, help="bytes of the prompt")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        (folder / ".git").mkdir()
        asyncio.run(run(folder, asked.keys, asked.edits, asked.size))


if __name__ == "__main__":
    main()
