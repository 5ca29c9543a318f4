"""OpenAI, and whoever offers its interface: Azure, Groq, Together, Fireworks, DeepSeek, OpenRouter, vLLM ..."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

_CHAT = Declares(
    cap=("max_completion_tokens", "max_tokens", "extra_body.max_tokens"),
    # response_model is what instructor adds to these calls
    answer=("response_format", "response_model"),
    tools=("tools", "functions"),
)
_RESPONSES = Declares(cap=("max_output_tokens",), answer=("text.format", "text_format"))

SDK = Sdk(
    "OpenAI",
    ("python", "typescript"),
    (
        Sending(
            (
                "completions.create",
                "completions.parse",
                "completions.stream",
                "completions.runTools",
                "completions.create_with_completion",
                "completions.create_partial",
                "completions.create_iterable",
                "completions.with_raw_response.create",
            ),
            (Slot("messages"), Slot("prompt", "user")),
            _CHAT,
            needs=("messages", "prompt"),
        ),
        Sending(
            ("ChatCompletion.create", "ChatCompletion.acreate", "Completion.create", "Completion.acreate"),
            (Slot("messages"), Slot("prompt", "user")),
            Declares(model=("model", "engine"), cap=("max_tokens",), tools=("tools", "functions")),
            needs=("messages", "prompt"),
        ),
        Sending(
            ("responses.create", "responses.parse", "responses.stream"),
            (Slot("instructions", "system"), Slot("input", "user")),
            _RESPONSES,
            needs=("input", "instructions"),
        ),
        Sending(
            ("assistants.create", "assistants.update"),
            (Slot("instructions", "system"),),
            Declares(cap=(), answer=("response_format",)),
        ),
    ),
    unread="images and audio, `prompt` ids of the dashboard, threads",
)
