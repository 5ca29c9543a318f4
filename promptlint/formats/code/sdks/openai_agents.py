"""The agents SDK of OpenAI."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot
from promptlint.prompt import Kind

SDK = Sdk(
    "OpenAI Agents",
    ("python", "typescript"),
    (
        Sending(
            ("Agent", "RealtimeAgent", "Agent.create"),
            (Slot("instructions", "system"),),
            Declares(
                cap=("model_settings.max_tokens", "modelSettings.maxTokens"),
                temperature=("model_settings.temperature", "modelSettings.temperature"),
                answer=("output_type", "outputType"),
            ),
            packages=("agents", "openai_agents", "@openai/agents"),
            needs=("instructions",),
            kind=Kind.SYSTEM,
        ),
    ),
    unread="instructions that a function gives, what `Runner.run` is called with, handoffs",
)
