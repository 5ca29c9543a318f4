"""Semantic Kernel."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot
from promptlint.prompt import Kind

_PACKAGES = ("semantic_kernel",)
_CAPS = ("max_completion_tokens", "max_tokens", "max_new_tokens", "max_output_tokens")


def _text(at: str) -> Slot:
    return Slot(at, template="semantic-kernel", tags=True)


def _settings(*places: str) -> Declares:
    """What stands in the objects of settings at these places, or in the first of several that are there by names."""
    objects = [*places, *(f"{each}.*" for each in places)]
    return Declares(
        model=tuple(f"{each}.ai_model_id" for each in objects),
        cap=tuple(f"{each}.{cap}" for each in objects for cap in _CAPS),
        temperature=tuple(f"{each}.temperature" for each in objects),
        answer=tuple(f"{each}.response_format" for each in objects),
        tools=(),
    )


SDK = Sdk(
    "Semantic Kernel",
    ("python",),
    (
        Sending(
            ("PromptTemplateConfig",),
            (_text("template"),),
            _settings("execution_settings"),
            packages=_PACKAGES,
            template_at=("template_format",),
        ),
        Sending(
            ("KernelFunctionFromPrompt", "add_function", "invoke_prompt", "invoke_prompt_stream"),
            (_text("prompt"), _text("template")),
            _settings(
                "arguments.settings", "arguments.0", "prompt_execution_settings", "execution_settings", "settings"
            ),
            packages=_PACKAGES,
            needs=("prompt", "template"),
            template_at=("template_format",),
        ),
        Sending(
            ("ChatCompletionAgent", "OpenAIAssistantAgent", "AzureAIAgent"),
            (Slot("instructions", "system"),),
            _settings("arguments.settings", "arguments.0"),
            packages=_PACKAGES,
            needs=("instructions",),
            kind=Kind.SYSTEM,
        ),
    ),
    unread="chat histories that are filled step by step, settings that are changed after they are made, C# and Java",
)
