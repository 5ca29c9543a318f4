"""Cohere."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

SDK = Sdk(
    "Cohere",
    ("python", "typescript"),
    (
        Sending(
            ("chat", "chat_stream", "chatStream"),
            (Slot("preamble", "system"), Slot("messages"), Slot("message", "user")),
            Declares(cap=("max_tokens", "maxTokens"), answer=("response_format", "responseFormat")),
            packages=("cohere", "cohere-ai"),
            needs=("messages", "message"),
        ),
    ),
    unread="documents",
)
