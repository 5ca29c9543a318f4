"""Pydantic AI."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot
from promptlint.prompt import Kind

SDK = Sdk(
    "Pydantic AI",
    ("python",),
    (
        Sending(
            ("Agent",),
            (Slot("system_prompt", "system"), Slot("instructions", "system")),
            Declares(
                model=("model", "0"),
                cap=("model_settings.max_tokens",),
                temperature=("model_settings.temperature",),
                answer=("output_type", "result_type"),
            ),
            packages=("pydantic_ai",),
            needs=("system_prompt", "instructions"),
            kind=Kind.SYSTEM,
        ),
    ),
    unread="instructions that a function gives, what `run` is called with",
)
