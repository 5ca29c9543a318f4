"""instructor: its own names for calls; where it patches a client, the calls are those of that SDK."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

SDK = Sdk(
    "instructor",
    ("python",),
    (
        Sending(
            ("create", "create_partial", "create_iterable", "create_with_completion"),
            (Slot("system", "system"), Slot("messages")),
            Declares(
                model=("model", "self.0"),
                cap=("max_tokens", "max_completion_tokens", "max_output_tokens"),
                answer=("response_model",),
            ),
            packages=("instructor",),
            needs=("response_model",),
        ),
    ),
    unread="`context`, which fills in Jinja templates",
)
