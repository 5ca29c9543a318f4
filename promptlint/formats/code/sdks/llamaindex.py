"""LlamaIndex."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot
from promptlint.prompt import Kind

_PACKAGES = ("llama_index", "llama_index.core", "llamaindex")
_NOTHING = Declares((), (), (), (), ())

SDK = Sdk(
    "LlamaIndex",
    ("python",),
    (
        Sending(
            ("PromptTemplate", "SelectorPromptTemplate"),
            (Slot("template", template="braces"), Slot("0", template="braces")),
            _NOTHING,
            packages=_PACKAGES,
        ),
        Sending(
            ("RichPromptTemplate",),
            (Slot("template_str", template="jinja"), Slot("0", template="jinja")),
            _NOTHING,
            packages=_PACKAGES,
        ),
        Sending(
            ("ChatPromptTemplate", "ChatPromptTemplate.from_messages"),
            (Slot("message_templates", template="braces"), Slot("0", template="braces")),
            _NOTHING,
            packages=_PACKAGES,
        ),
        Sending(
            ("chat", "achat", "stream_chat", "astream_chat", "complete", "acomplete", "stream_complete"),
            (Slot("messages", "user"), Slot("0", "user")),
            Declares(
                model=("self.model", "self.0"),
                cap=("max_tokens", "self.max_tokens", "self.max_output_tokens"),
                temperature=("self.temperature",),
                tools=(),
            ),
            packages=_PACKAGES,
            needs=("self.model", "self.0"),
        ),
        Sending(
            ("FunctionAgent", "ReActAgent", "CodeActAgent"),
            (Slot("system_prompt", "system"),),
            Declares(model=("llm",), cap=("llm.max_tokens",), temperature=("llm.temperature",)),
            packages=_PACKAGES,
            needs=("system_prompt",),
            kind=Kind.SYSTEM,
        ),
    ),
    unread="prompts that engines hold by themselves",
)
