"""CrewAI."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot
from promptlint.prompt import Kind

SDK = Sdk(
    "CrewAI",
    ("python",),
    (
        Sending(
            ("Agent",),
            tuple(Slot(key, "system", template="braces") for key in ("role", "backstory", "goal")),
            Declares(model=("llm",), cap=("llm.max_tokens",), temperature=("llm.temperature",)),
            packages=("crewai",),
            needs=("backstory", "goal"),
            kind=Kind.SYSTEM,
        ),
        Sending(
            ("Task",),
            (Slot("description", "user", template="braces"), Slot("expected_output", "user", template="braces")),
            Declares((), (), (), ("output_pydantic", "output_json"), ()),
            packages=("crewai",),
            needs=("expected_output",),
            kind=Kind.TASK,
        ),
    ),
    unread="agents and tasks in YAML are linted as the files that they are",
)
