"""Anthropic, also on Bedrock and Vertex."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

_SLOTS = (Slot("system", "system"), Slot("messages"))
_DECLARES = Declares(answer=("output_format", "output_config.format", "response_model"))

SDK = Sdk(
    "Anthropic",
    ("python", "typescript"),
    (
        # `messages.create` is also what Twilio and OpenAI's threads are called with: without `messages`
        Sending(
            ("messages.create", "messages.stream", "messages.parse", "messages.create_with_completion"),
            _SLOTS,
            _DECLARES,
            needs=("messages",),
        ),
        Sending(
            ("messages.batches.create",),
            tuple(Slot(f"params.{slot.at}", slot.role) for slot in _SLOTS),
            Declares(
                model=("params.model",),
                cap=("params.max_tokens",),
                temperature=("params.temperature",),
                answer=("params.output_format",),
                tools=("params.tools",),
            ),
            each="requests",
        ),
        Sending(
            ("completions.create",),
            (Slot("prompt", "user"),),
            Declares(cap=("max_tokens_to_sample",)),
            needs=("max_tokens_to_sample",),
        ),
    ),
    unread="images and documents; marks for the cache send nothing and are passed over",
)
