"""Mistral AI."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

SDK = Sdk(
    "Mistral",
    ("python", "typescript"),
    (
        Sending(
            (
                "chat.complete",
                "chat.complete_async",
                "chat.stream",
                "chat.stream_async",
                "chat.parse",
                "chat.parse_async",
            ),
            (Slot("messages"),),
            Declares(
                cap=("max_tokens", "maxTokens"),
                answer=("response_format", "responseFormat", "response_model"),
            ),
            needs=("messages",),
        ),
        Sending(
            ("agents.create",),
            (Slot("instructions", "system"),),
            Declares(cap=("completion_args.max_tokens", "completionArgs.maxTokens")),
            packages=("mistralai", "@mistralai/mistralai"),
        ),
    ),
    unread="`fim.complete`, conversations",
)
