from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Invoke

CLIENT = """
import asyncio, sys
from lsprotocol import types
from pygls.lsp.client import LanguageClient

async def main():
    client = LanguageClient("test", "1")
    published = asyncio.get_running_loop().create_future()
    client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: published.set_result(params.diagnostics))
    for _ in range(200):
        try:
            await client.start_tcp("127.0.0.1", int(sys.argv[1]))
            break
        except OSError:
            await asyncio.sleep(0.05)
    await client.initialize_async(types.InitializeParams(capabilities=types.ClientCapabilities()))
    item = types.TextDocumentItem("untitled:a", "jinja", 1, "Summarise {{ x }} in order to help.")
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    print(*sorted(each.code for each in await published))
    await client.shutdown_async(None)
    client.exit(None)

asyncio.run(asyncio.wait_for(main(), 30))
"""


def test_it_serves_at_an_address(start):
    # a port that is free now; should another program take it before the server does, the server says so and ends
    port = subprocess.run(
        [
            sys.executable,
            "-c",
            "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])",
        ],
        capture_output=True,
        encoding="ascii",
        check=True,
    ).stdout.strip()
    server = start("server", "--tcp", f"127.0.0.1:{port}")
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, port], capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert "verbose-phrase" in done.stdout.split(), done.stderr
    server.communicate(timeout=30)
    assert server.returncode == 0


def test_it_ends_when_the_editor_is_gone(start):
    server = start("server")
    server.communicate(b"", timeout=30)
    assert server.returncode is not None


def test_what_is_no_message_does_not_end_it(start):
    server = start("server")
    garbage = b"Content-Length: 9\r\n\r\n{broken}}Content-Length: 2\r\n\r\n[]"
    ask = b'{"jsonrpc": "2.0", "id": 7, "method": "shutdown", "params": null}'
    begin = b'{"jsonrpc": "2.0", "id": 6, "method": "initialize", "params": {"capabilities": {}, "processId": null, "rootUri": null}}'
    leave = b'{"jsonrpc": "2.0", "method": "exit"}'
    sent = b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(each), each) for each in (begin, ask, leave))
    out, _ = server.communicate(garbage + sent, timeout=30)
    assert re.search(rb'"id": ?7', out)


@pytest.mark.parametrize("address", ["2087", "host:", ":2087", "host:port", "host:70000"])
def test_wrong_addresses(invoke: Invoke, address: str):
    done = invoke("server", "--tcp", address)
    assert done.code == 2 and "must be HOST:PORT" in done.err


def test_one_way_of_talking(invoke: Invoke):
    done = invoke("server", "--stdio", "--tcp", "127.0.0.1:2087")
    assert done.code == 2 and "contradict each other" in done.err


def test_without_pygls_it_says_what_to_install(invoke: Invoke, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pygls", None)
    done = invoke("server")
    assert done.code == 2 and not done.out
    assert "in its checkout, pip install '.[lsp]'" in done.err


def test_no_other_command_needs_it(invoke: Invoke, monkeypatch: pytest.MonkeyPatch):
    for name in ("pygls", "lsprotocol", "promptlint_lsp"):
        monkeypatch.setitem(sys.modules, name, None)
    assert invoke("--help").code == 0
    assert invoke("check").code == 0
