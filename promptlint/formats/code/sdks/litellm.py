"""LiteLLM."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

SDK = Sdk(
    "LiteLLM",
    ("python",),
    (
        Sending(
            ("completion", "acompletion", "litellm.text_completion"),
            (Slot("messages"), Slot("1"), Slot("prompt", "user")),
            Declares(
                model=("model", "0"),
                cap=("max_completion_tokens", "max_tokens"),
                answer=("response_format",),
                tools=("tools", "functions"),
            ),
            packages=("litellm",),
            needs=("messages", "1", "prompt"),
        ),
        Sending(
            ("litellm.responses", "litellm.aresponses"),
            (Slot("instructions", "system"), Slot("input", "user")),
            Declares(cap=("max_output_tokens",), answer=("text_format", "text.format")),
        ),
    ),
    unread="`batch_completion`",
)
