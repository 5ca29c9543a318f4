"""LangChain and LangGraph, in Python and JavaScript."""

from promptlint.formats.code.sdk import Chains, Declares, Sdk, Sending, Slot
from promptlint.prompt import Kind

_PACKAGES = (
    "langchain",
    "langchain_core",
    "langchain_classic",
    "langchain_community",
    "langchain_openai",
    "langchain_anthropic",
    "langgraph",
    "@langchain",
)
_SENT = ("SystemMessage", "HumanMessage", "AIMessage", "ToolMessage", "FunctionMessage", "ChatMessage")
_FORMAT = ("template_format", "templateFormat", "1.templateFormat")
_VARIABLES = ("input_variables", "inputVariables", "partial_variables", "partialVariables")
_MODEL = Declares(
    model=("model", "model_name", "modelName", "model_id", "0"),
    cap=(
        "max_completion_tokens",
        "max_tokens",
        "max_output_tokens",
        "maxOutputTokens",
        "maxTokens",
        "max_tokens_to_sample",
    ),
    answer=("response_format", "model_kwargs.response_format"),
    tools=(),
)
_NOTHING = Declares((), (), (), (), ())


def _template(at: str) -> Slot:
    return Slot(at, template="braces", literal=_SENT)


SDK = Sdk(
    "LangChain",
    ("python", "typescript"),
    (
        Sending(
            ("ChatPromptTemplate.from_messages", "ChatPromptTemplate.fromMessages"),
            (_template("messages"), _template("0")),
            _NOTHING,
            template_at=_FORMAT,
        ),
        Sending(
            ("ChatPromptTemplate",),
            (_template("messages"), _template("0")),
            _NOTHING,
            packages=_PACKAGES,
            variables=_VARIABLES,
            template_at=_FORMAT,
        ),
        Sending(
            (
                "PromptTemplate.from_template",
                "PromptTemplate.fromTemplate",
                "ChatPromptTemplate.from_template",
                "ChatPromptTemplate.fromTemplate",
                "SystemMessagePromptTemplate.from_template",
                "SystemMessagePromptTemplate.fromTemplate",
            ),
            (_template("template"), _template("0")),
            _NOTHING,
            template_at=_FORMAT,
        ),
        Sending(
            ("PromptTemplate",),
            (_template("template"),),
            _NOTHING,
            packages=_PACKAGES,
            variables=_VARIABLES,
            template_at=_FORMAT,
        ),
        Sending(
            ("FewShotPromptTemplate", "FewShotChatMessagePromptTemplate"),
            (_template("prefix"), _template("suffix")),
            _NOTHING,
            template_at=_FORMAT,
            joined="\n\n",
        ),
        Sending(
            ("invoke", "ainvoke", "stream", "astream", "predict_messages"),
            (Slot("0", "user", literal=_SENT), Slot("0.messages", "user"), Slot("input", "user")),
            _NOTHING,
            packages=_PACKAGES,
            chained=True,
        ),
        Sending(
            ("create_agent", "create_react_agent", "createAgent", "createReactAgent"),
            (
                Slot("system_prompt", "system", literal=_SENT),
                Slot("systemPrompt", "system", literal=_SENT),
                Slot("prompt", "system", literal=_SENT),
                Slot("state_modifier", "system", literal=_SENT),
            ),
            Declares(model=("model", "llm", "0"), cap=(), answer=("response_format", "responseFormat"), tools=("tools", "1")),
            packages=_PACKAGES,
            kind=Kind.SYSTEM,
        ),
    ),
    chains=Chains(
        (
            "invoke", "ainvoke", "stream", "astream", "batch", "abatch", "run", "arun", "predict", "apredict", "call",
            "LLMChain", "RunnableSequence.from", "pipe",
        ),
        ("prompt", "llm", "0"),
        _MODEL,
        ("with_structured_output", "withStructuredOutput"),
    ),
    packages=_PACKAGES,
    unread="examples of few-shot templates, templates from files and from the hub",
)  # fmt: skip
