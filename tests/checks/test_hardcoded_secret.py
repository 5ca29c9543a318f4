"""The rule `hardcoded-secret`. Secrets are put together at run time, so that no scanner takes this file for a leak."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.checks import hardcoded_secret
from promptlint.diagnostic import Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]

ALNUM = string.ascii_letters + string.digits
DUMMIES = (
    "example",
    "placeholder",
    "abcd",
    "1234",
    "test",
    "demo",
    "here",
    "xxxx",
    "fake",
    "mock",
    "todo",
    "your",
    "0123",
)


def chance(alphabet: str, length: int, seed: int = 1) -> str:
    """Characters by chance in which no word is found and nothing is repeated, the same in every run."""
    generator = random.Random(f"{alphabet}{length}{seed}")
    while True:
        text = "".join(generator.choice(alphabet) for _ in range(length))
        if not any(word in text.lower() for word in DUMMIES) and len(set(text)) > min(8, len(set(alphabet)) // 2):
            return text


def key(*pieces: str | int, alphabet: str = ALNUM) -> str:
    """Text with characters by chance wherever a number stands."""
    return "".join(piece if isinstance(piece, str) else chance(alphabet, piece) for piece in pieces)


HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + "234567"
SECRETS = {
    "Anthropic": key("sk-", "ant-api03-", 93),
    "OpenAI project": key("sk-", "proj-", 120),
    "OpenAI": key("sk-", 20, "T3Blbk", "FJ", 20),
    "OpenRouter": key("sk-", "or-v1-", 64, alphabet=HEX),
    "DeepSeek": key("sk-", 32, alphabet=HEX),
    "AWS ID": key("AK", "IA", 16, alphabet=UPPER),
    "AWS secret": key("aws_secret_", "access_key = '", 40, "'"),
    "Google": key("AI", "za", 35),
    "GitHub": key("gh", "p_", 36),
    "GitHub fine-grained": key("github_", "pat_", 22, "_", 59),
    "GitLab": key("gl", "pat-", 20),
    "Slack": key("xo", "xb-123456789012-123456789012-", 24),
    "Slack webhook": key("https://hooks.", "slack.com/services/T02AB3CD4/B05EF6GH7/", 24),
    "Discord webhook": key("https://", "discord.com/api/webhooks/1098765432109876543/", 68),
    "Stripe": key("sk_", "live_", 24),
    "Hugging Face": key("h", "f_", 34, alphabet=string.ascii_letters),
    "SendGrid": key("S", "G.", 22, ".", 43),
    "npm": key("np", "m_", 36),
    "PyPI": key("pyp", "i-AgEIcHlwaS5vcmc", 80),
    "Groq": key("gs", "k_", 52),
    "xAI": key("xa", "i-", 80),
    "Replicate": key("r", "8_", 37),
    "Telegram": key("9876543210", ":AA", 33),
    "Azure": key("Account", "Key=", 86, "=="),
    "private key": key("-----BEGIN RSA ", "PRIVATE KEY-----\n", 64, "\n", 64, "\n-----END RSA ", "PRIVATE KEY-----"),
    "private key in a string": key("-----BEGIN ", "PRIVATE KEY-----\\n", 64, "\\n", 30, "\\n-----END ", "PRIVATE KEY-----"),
    "PostgreSQL": key("postgresql+psycopg://app:", 16, "@db.shop.internal:5432/orders"),
    "MongoDB": key("mongodb+srv://app:", 16, "@cluster0.ab1cd.mongodb.net"),
}  # fmt: skip


@pytest.fixture
def secrets(found_by: Callable[[str], Run]) -> Run:
    return found_by("hardcoded-secret")


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("around", ["Use {} to call the service.", "```\n{}\n```\n", "## Example\n\nInput: `{}`\n"])
def test_a_secret_is_an_error_wherever_it_stands_and_is_not_repeated(secrets: Run, secret: str, around: str) -> None:
    text = around.replace("{}", secret)
    (finding,) = secrets(text)
    assert finding.severity is Severity.ERROR
    found = text[finding.location.span.start : finding.location.span.end]
    assert found in secret
    assert not any(found[-start : len(found) - start + 4] in finding.message for start in range(4, 16))
    assert finding.fix is None


@pytest.mark.parametrize(
    "text",
    [
        "sk-" + "x" * 48,
        "sk-ant-api03-" + "A" * 93,
        "sk-proj-" + "your-api-key-goes-in-this-place-" * 2,
        "sk-" + "1234567890abcdef" * 2,
        "AKIA" + "IOSFODNN7EXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
        "AKIA" + "A" * 16,
        "ghp_" + "0123456789abcdefghijklmnopqrstuvwxyz",
        "ghp_" + "<your token>",
        "AIza" + "Sy" + "X" * 33,
        "sk_live_" + "abcdefghijklmnopqrstuvwx",
        "sk_test_" + chance(ALNUM, 24),
        "hf_" + "x" * 34,
        "task-" + chance(HEX, 32),
        "a-file-" + key("AK", "IA", 16, alphabet=UPPER),
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "grep -r 'BEGIN RSA PRIVATE KEY' .",
        "postgresql://user:password@db.shop.internal/orders",
        "postgresql://user:correcthorsebattery@db.shop.internal/orders",
        "postgresql://user:" + chance(ALNUM, 16) + "@localhost:5432/orders",
        "postgresql://user:" + chance(ALNUM, 16) + "@db.example.com/orders",
        "postgresql://user:${DB_PASSWORD}@db.shop.internal/orders",
        "postgresql://user:<password>@db.shop.internal/orders",
        "https://gitlab.com/group:project@v1",
    ],
)
def test_what_documentation_writes_in_place_of_a_secret_is_left_alone(secrets: Run, text: str) -> None:
    assert secrets(f"Use {text} to call the service.") == ()


def test_a_variable_is_no_secret(secrets: Run) -> None:
    secret = SECRETS["GitHub"]
    assert len(secrets(f"Use {secret} for {{{{ question }}}}.", "prompts/a.j2")) == 1
    assert secrets("Use ghp_{{ token_of_thirty_six_characters_here }}.", "prompts/a.j2") == ()


def test_the_assistants_own_words_are_sent_too(secrets: Run) -> None:
    text = f"messages:\n  - role: user\n    content: Hi\n  - role: assistant\n    content: The key is {SECRETS['Google']}\n"
    assert len(secrets(text, "prompts/a.prompt.yml")) == 1


def test_a_long_line_is_read_in_no_time(secrets: Run) -> None:
    pieces = (
        "sk-ant-api03-",
        "https://a:",
        "-----BEGIN PRIVATE KEY-----\n",
        "AKIA",
        "aws_secret_access_key = ",
        "A" * 50,
    )
    for piece in pieces:
        assert secrets(piece * (200_000 // len(piece))) == ()


@pytest.mark.parametrize(
    "shape",
    [shape for shape in hardcoded_secret._SHAPES if shape.run],
    ids=lambda shape: f"{shape.noun}, {shape.holds}",
)
@settings(max_examples=20)
@given(data=st.data())
def test_what_tells_a_secret_stands_around_a_run_of_characters(
    shape: hardcoded_secret._Shape, data: st.DataObject
) -> None:
    pattern = shape.regex.pattern.replace(r"(?=[a-f]*\d)", "")  # which hypothesis hardly ever meets
    secret = data.draw(st.from_regex(re.compile(pattern), fullmatch=True))
    text = data.draw(st.text(max_size=50)) + secret + data.draw(st.text(max_size=50))
    assert shape.holds in hardcoded_secret._around_keys(text)
