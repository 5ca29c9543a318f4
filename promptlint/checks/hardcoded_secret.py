"""Credentials in a prompt's text: the rule `hardcoded-secret`.

Only shapes that one provider gives out, or that hold a password in a fixed place, are looked for, and what documentation
writes in their place is left alone. What is found is never repeated in a message beyond its first characters.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from promptlint.analysis.literals import Literals
from promptlint.checks import Context
from promptlint.diagnostic import Finding
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

__all__ = ["check"]

_SHOWN = 4
"""Characters of a secret that a message shows: the provider's prefix or less."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """One sort of secret. `holds` and `quick` are in every match and fast to look for; the group ``key`` is what chance made.

    `entropy` is the least that a key has, in bits per character. `shown`: the first characters tell the provider only. `run`:
    the key is, or begins with, a run of `_RUN` characters or more, and `holds` stands in it or not far before it.
    """

    noun: str
    holds: str
    quick: re.Pattern[str]
    regex: re.Pattern[str]
    entropy: float
    shown: bool
    run: bool


def _shape(
    noun: str,
    holds: str,
    pattern: str,
    entropy: float = 3.0,
    *,
    quick: str | None = None,
    shown: bool = True,
    run: bool = True,
) -> _Shape:
    whole = regex(rf"(?<![\w/+-]){pattern}(?![\w-])")
    return _Shape(noun, holds, regex(re.escape(holds) if quick is None else quick), whole, entropy, shown, run)


_AWS_KEY = r"""["']?\s{0,3}[=:]\s{0,3}["']?(?P<key>[A-Za-z0-9/+]{40})"""

_SHAPES = (
    _shape("an Anthropic API key", "sk-ant-", r"sk-ant-(?:api|admin|sid|oat)\d\d-(?P<key>[\w-]{80,120})", 4.0),
    _shape(
        "an OpenAI API key", "sk-", r"sk-(?:proj|svcacct|admin|None)-(?P<key>[\w-]{40,200})", 4.0, quick="sk-[psaN]"
    ),
    _shape("an OpenAI API key", "T3BlbkFJ", r"sk-(?P<key>[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})", 4.0),
    _shape(
        "an API key",
        "sk-",
        r"sk-(?:or-v1-)?(?P<key>(?=[a-f]*\d)(?:[a-f0-9]{32}|[a-f0-9]{64}))",
        quick="sk-(?:or-v1-)?[a-f0-9]{32}",
    ),
    _shape("an AWS access key ID", "IA", r"(?:AKIA|ASIA)(?P<key>[A-Z2-7]{16})", quick="A[KS]IA[A-Z2-7]{16}"),
    _shape(
        "an AWS secret access key",
        "ecret",
        rf"(?i:aws_?)?[Ss]ecret_?[Aa]ccess_?(?i:key){_AWS_KEY}",
        4.0,
        quick="cret_?[Aa]ccess",
        shown=False,
    ),
    _shape(
        "an AWS secret access key", "ECRET_ACCESS", rf"(?i:aws_?)?SECRET_ACCESS_?(?i:key){_AWS_KEY}", 4.0, shown=False
    ),
    _shape("a Google API key", "AIza", r"AIza(?P<key>[\w-]{35})", 3.5),
    _shape("a GitHub token", "gh", r"gh[pousr]_(?P<key>[A-Za-z0-9]{36})", 3.5, quick="gh[pousr]_"),
    _shape("a GitHub token", "github_pat_", r"github_pat_(?P<key>[A-Za-z0-9]{22}_[A-Za-z0-9]{59})", 3.5),
    _shape("a GitLab token", "glpat-", r"glpat-(?P<key>[\w-]{20,60})"),
    _shape("a Slack token", "xox", r"xox[abeoprs]-(?:\d{9,14}-){1,3}(?P<key>[A-Za-z0-9]{20,40})"),
    _shape(
        "a Slack webhook",
        "hooks.slack.com/services/T",
        r"https://hooks\.slack\.com/services/T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/(?P<key>[A-Za-z0-9]{24})",
        shown=False,
    ),
    _shape(
        "a Discord webhook",
        "/api/webhooks/",
        r"https://(?:\w{1,10}\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/(?P<key>[\w-]{60,80})",
        shown=False,
    ),
    _shape("a Stripe live key", "k_live_", r"[rs]k_live_(?P<key>[A-Za-z0-9]{24,110})", 3.5),
    _shape("a Hugging Face token", "hf_", r"hf_(?P<key>[A-Za-z]{34})", 3.5),
    _shape("a SendGrid API key", "SG.", r"SG\.(?P<key>[\w-]{22}\.[\w-]{43})", 4.0),
    _shape("an npm token", "npm_", r"npm_(?P<key>[A-Za-z0-9]{36})", 3.5),
    _shape("a PyPI token", "pypi-", r"pypi-AgEIcHlwaS5vcmc(?P<key>[\w-]{50,250})", 3.5),
    _shape("a Groq API key", "gsk_", r"gsk_(?P<key>[A-Za-z0-9]{52})", 4.0),
    _shape("an xAI API key", "xai-", r"xai-(?P<key>[A-Za-z0-9]{80})", 4.0),
    _shape("a Replicate token", "r8_", r"r8_(?P<key>[A-Za-z0-9]{37})", 3.5),
    _shape("a Telegram bot token", ":AA", r"\d{8,10}:AA(?P<key>[\w-]{33})", 3.5),
    _shape("an Azure storage key", "AccountKey=", r"AccountKey=(?P<key>[A-Za-z0-9+/]{86}==)", 4.0, shown=False),
    _shape(
        "a private key",
        "PRIVATE KEY",
        r"-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY(?: BLOCK)?-----(?:\s{1,20}|\\n)(?P<key>[A-Za-z0-9+/=]{40,80}(?:(?:\s{1,20}|\\n)[A-Za-z0-9+/=]{4,80}){1,200})",
        4.0,
        shown=False,
    ),
    _shape(
        "a password in a connection string",
        "@",
        r"(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|ftps?|sftp|https?)(?:\+\w{2,12})?://"
        r"[^\s:/@\"'`<>{}$\[\]]{1,64}:(?P<key>[^\s:/@\"'`<>{}$\[\]()*]{8,128})@(?P<host>[\w.-]{3,253})",
        2.75,
        quick=r"://[^\s/@]{1,64}:[^\s/@]{8,128}@",
        shown=False,
        run=False,
    ),
)

_WITHOUT_RUN = tuple(shape for shape in _SHAPES if not shape.run)
_HELD = Literals({shape.holds for shape in _SHAPES if shape.run})

_DUMMY = regex(
    r"example|sample|placeholder|dummy|fake|mock|redact|secret|passw|changeme|change[-_]me|your|todo|insert|replace|"
    r"test|demo|here|xxxx|\.\.\.|foobar|foo[-_]|lorem|s3cr|abcd|1234|0123|4321|qwert|deadbeef",
    re.IGNORECASE,
)
"""What documentation writes in place of a secret. About one real key in a thousand holds one of these by chance."""
_REPEATED = regex(r"(.)\1{4}|(.{2,4}?)\2{3}")
_LOCAL = regex(r"(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|(?:[\w-]+\.)*example(?:\.\w+)?|host(?:name)?|server)\Z")


_RUN = 20
"""Characters of a key that follow each other in all secrets but passwords."""
_BEFORE = 100
"""Bytes before such a run in which the rest of the secret starts."""
_KEYS = bytes(120 if chr(each).isalnum() or each > 127 or chr(each) in "+-/=_" else 32 for each in range(256))
"""Tells the bytes that a key may consist of ("x") from the others (a blank)."""


def check(context: Context) -> Iterator[Finding]:
    """Every secret in the prompt, whoever says it: examples and data are sent, too."""
    for message in context.prompt.messages:
        text = message.text
        held = _HELD.held(_around_keys(text))
        for shape in _SHAPES if held else _WITHOUT_RUN:
            if shape.holds not in (held if shape.run else text) or shape.quick.search(text) is None:
                continue
            for match in shape.regex.finditer(text):
                if _is_dummy(match, shape.entropy):
                    continue
                location = message.locate(Span(*match.span()))
                if location is not None:
                    shown = f" ('{match.group()[:_SHOWN]}…')" if shape.shown else ""
                    yield Finding(location, {"noun": shape.noun, "shown": shown}, secret=True)


def _around_keys(text: str) -> str:
    """What of a text is long enough to be a key, with what stands before it: in most texts next to nothing."""
    data = text.encode(errors="surrogatepass")
    runs = data.translate(_KEYS)
    pieces: list[bytes] = []
    start = runs.find(b"x" * _RUN)
    while start >= 0:
        end = runs.find(b" ", start)
        end = end if end >= 0 else len(runs)
        pieces.append(data[max(0, start - _BEFORE) : end])
        start = runs.find(b"x" * _RUN, end)
    return b"\n".join(pieces).decode(errors="ignore")


_LONG = 400
"""A key of this length (a private key) holds any short word by chance."""


def _is_dummy(match: re.Match[str], least_entropy: float) -> bool:
    key = match["key"]
    if _REPEATED.search(key) or _entropy(key) < least_entropy or (len(key) < _LONG and _DUMMY.search(key)):
        return True
    host = match.groupdict().get("host")
    return host is not None and (_LOCAL.match(host) is not None or not _is_mixed(key))


def _is_mixed(password: str) -> bool:
    """Whether a password has letters and digits: words alone are what documentation writes."""
    return any(each.isdigit() for each in password) and any(each.isalpha() for each in password)


def _entropy(text: str) -> float:
    """Bits per character, from how often each character occurs in the text."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
