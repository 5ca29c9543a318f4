"""Vercel's AI SDK."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot
from promptlint.prompt import Kind

_PACKAGES = ("ai", "@ai-sdk")
_DECLARES = Declares(
    cap=("maxOutputTokens", "maxTokens"),
    answer=("schema", "output", "experimental_output", "response_format"),
)

SDK = Sdk(
    "Vercel AI SDK",
    ("typescript",),
    (
        Sending(
            ("generateText", "streamText", "generateObject", "streamObject"),
            (Slot("system", "system"), Slot("instructions", "system"), Slot("prompt", "user"), Slot("messages")),
            _DECLARES,
            needs=("prompt", "messages"),
        ),
        Sending(
            ("ToolLoopAgent", "Agent", "Experimental_Agent"),
            (Slot("instructions", "system"), Slot("system", "system")),
            _DECLARES,
            packages=_PACKAGES,
            needs=("instructions", "system"),
            kind=Kind.SYSTEM,
        ),
    ),
    unread="images and files, `prepareStep`",
)
