"""Whether a template file, which its suffix says to be one, is a prompt: most templates generate code, pages and mails."""

from __future__ import annotations

import re

from promptlint.formats import _cues
from promptlint.formats._format import Recognition, split_path
from promptlint.lazy import regex

__all__ = ["recognise"]

_GENERATED = regex(
    r"(?:py|pyi|html?|xhtml|sh|bash|zsh|ps1|bat|css|scss|jsx?|tsx?|mjs|vue|ya?ml|toml|ini|cfg|conf|config|service|timer|socket|sql|c|cc|cpp|h|hpp"
    r"|rs|go|java|kt|kts|scala|rb|php|pl|lua|r|jl|ex|tf|tfvars|hcl|nix|dockerfile|containerfile|env|lock|csv|tex|rst|svg|xml|json5?|proto|graphql"
    r"|properties|gradle|cmake|mk|ipynb|nginx|vcl|cnf|repo|list|rules|desktop|spec|po|mo|cs|swift|m|dart|sol|vhd|v|sv)",
    re.IGNORECASE,
)
_GENERATOR_NAME = regex(
    r"(?:dockerfile|containerfile|makefile|jenkinsfile|docker-compose|nginx|values|chart)\b.*", re.IGNORECASE
)


def recognise(path: str, text: str, format: str, *, named: bool, cautious: bool = False) -> Recognition | None:  # noqa: A002
    """The file as a prompt of the `format`, by its folder, its name or its words; None when it is not one.

    With `cautious`, only words that surely instruct a model count: for formats whose files are mostly pages and mails.
    """
    name = split_path(path)[1]
    *stem, suffix = name.split(".")
    ending = f"name ends in .{suffix}"
    if named:
        return Recognition(format, f"{ending}, named")
    folder = _cues.sure_folder(path)
    words = (_cues.instructs if cautious else _cues.instructs_perhaps)(text)
    by_words = Recognition(format, f"{ending}, instructs a model ('{words}')") if words else None
    if (len(stem) > 1 and _GENERATED.fullmatch(stem[-1])) or _GENERATOR_NAME.fullmatch(name):
        # XML, JSON and YAML are also what prompts are laid out in
        return by_words if folder and not _cues.looks_like_code(text) else None
    if folder and not _cues.starts_like_code(text):
        return Recognition(format, f"{ending}, folder '{folder}'")
    if _cues.prompt_stem(path):
        return Recognition(format, f"{ending}, name holds 'prompt'")
    # a line that ends in a tag looks like code, which words that are sure outweigh
    code = _cues.starts_like_code(text) if cautious else _cues.looks_like_code(text)
    return None if code else by_words
