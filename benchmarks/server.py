"""How fast the language server answers, and what it keeps: python benchmarks/server.py [--edits N] [--keys N]

One client types in a prompt of 50 kB. Latency is the time from the end of the debounce to the diagnostics, so it is what
somebody waits who stops typing. Beside it stands the time that ``read`` and ``lint`` alone take in this process for the same
texts, and that of a loop that never changes, so that runs on different machines, or on a busy one, can be compared.
Memory is the server's resident set, measured while it takes 10,000 edits.
"""

from __future__ import annotations

import argparse
import asyncio
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

    def __init__(self, folder: Path, text: str) -> None:
        self.client = LanguageClient("benchmark", "1")
        self.folder, self.text, self.version = folder, text, 1
        self.uri = (folder / "prompts" / "long.md").as_uri()
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
        item = types.TextDocumentItem(self.uri, "markdown", 1, self.text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        await self.wait(1)

    async def wait(self, version: int) -> None:
        while version not in self.arrived:
            self._news.clear()
            await self._news.wait()

    def type(self, rng: random.Random) -> float:
        """Insert or delete a word at the end of a line; when that was."""
        lines = self.text.split("\n")
        number = rng.randrange(4, len(lines) - 1)
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


async def latency(client: Client, keys: int, lint: Callable[[str], float]) -> None:
    """Type, stop, and wait for the diagnostics, again and again."""
    rng = random.Random(2)
    server: list[float] = []
    alone: list[float] = []
    fixed: list[float] = []
    for _ in range(keys):
        sent = client.type(rng)
        await client.wait(client.version)
        server.append(client.arrived[client.version] - sent - DEBOUNCE)
        alone.append(lint(client.text))
        fixed.append(loop())
    print(f"\nLatency in a prompt of {len(client.text.encode()):,} bytes with {client.found:,} findings")
    row("server, from the end of the debounce", server)
    row("read and lint alone, same texts, this process", alone)
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

    def lint(text: str) -> float:
        start = time.perf_counter()
        check_source(Source("prompts/long.md", text), "markdown", config, disk(folder), "prompts/long.md")
        return time.perf_counter() - start

    client = Client(folder, prompt(size))
    lint(client.text)
    await client.start()
    await latency(client, keys, lint)
    await memory(client, edits)
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
