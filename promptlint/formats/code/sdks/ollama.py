"""Ollama."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

_DECLARES = Declares(
    model=("model", "0"),
    cap=("options.num_predict",),
    temperature=("options.temperature",),
    answer=("format",),
)

SDK = Sdk(
    "Ollama",
    ("python", "typescript"),
    (
        Sending(("chat",), (Slot("messages"),), _DECLARES, packages=("ollama",), needs=("messages",)),
        Sending(
            ("generate",),
            (Slot("system", "system"), Slot("prompt", "user")),
            _DECLARES,
            packages=("ollama",),
            needs=("prompt",),
        ),
    ),
    unread="images",
)
