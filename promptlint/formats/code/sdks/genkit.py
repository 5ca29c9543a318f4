"""Genkit, in JavaScript and Python."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

_SLOTS = (Slot("system", "system"), Slot("messages"), Slot("prompt", "user"), Slot("0", "user"))
_DECLARES = Declares(
    model=("model", "self.model"),  # of the call, else the default that `genkit({ model })` sets
    cap=("config.maxOutputTokens", "config.max_output_tokens"),
    temperature=("config.temperature",),
    answer=("output.schema", "output.format", "output_schema", "output_format"),
)

SDK = Sdk(
    "Genkit",
    ("python", "typescript"),
    (
        Sending(
            ("generate", "generateStream", "generate_stream"),
            _SLOTS,
            _DECLARES,
            packages=("genkit", "@genkit-ai"),
        ),
        # where a module of the program's own has made `ai`, nothing of the SDK is imported
        Sending(("ai.generate", "ai.generateStream"), _SLOTS, _DECLARES, needs=("prompt", "messages", "system")),
        Sending(
            ("definePrompt", "define_prompt"),
            tuple(Slot(slot.at, slot.role, template="handlebars") for slot in (*_SLOTS[:3], Slot("1"))),
            _DECLARES,
            variables=("input.schema.0",),
        ),
    ),
    unread="prompts that a function makes, `{{role}}` within a text, `chat.send`",
)
