"""Haystack."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot
from promptlint.prompt import Kind

SDK = Sdk(
    "Haystack",
    ("python",),
    (
        Sending(
            ("PromptBuilder", "ChatPromptBuilder"),
            (Slot("template", template="jinja"), Slot("0", template="jinja")),
            Declares((), (), (), (), ()),
            packages=("haystack", "haystack_experimental"),
            variables=("variables",),
        ),
        Sending(
            ("Agent",),
            (Slot("system_prompt", "system", template="jinja"), Slot("user_prompt", "user", template="jinja")),
            Declares(
                model=("chat_generator.model",),
                cap=(
                    "chat_generator.generation_kwargs.max_tokens",
                    "chat_generator.generation_kwargs.max_completion_tokens",
                ),
                temperature=("chat_generator.generation_kwargs.temperature",),
            ),
            packages=("haystack",),
            needs=("system_prompt", "user_prompt"),
            kind=Kind.SYSTEM,
        ),
    ),
    unread="messages that are passed to generators when a pipeline is run, the model behind a builder",
)
