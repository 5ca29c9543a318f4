"""The guard of conftest.py works."""

from __future__ import annotations

import socket
import urllib.request

import pytest


def test_a_connection_is_refused(network_used):
    with socket.socket() as client, pytest.raises(network_used):
        client.connect(("127.0.0.1", 9))
    with pytest.raises(network_used):
        socket.create_connection(("127.0.0.1", 9))


def test_a_datagram_is_refused(network_used):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client, pytest.raises(network_used):
        client.sendto(b"", ("127.0.0.1", 9))


def test_a_name_is_not_looked_up(network_used):
    with pytest.raises(network_used):
        socket.getaddrinfo("localhost", 80)


def test_libraries_are_refused_too(network_used):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(network_used):
        opener.open("http://127.0.0.1:9/", timeout=1)


def test_tiktoken_cannot_download(network_used, monkeypatch, tmp_path):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "*")
    import tiktoken

    with pytest.raises(network_used):
        tiktoken.get_encoding("p50k_base")
