"""The inference client of Hugging Face."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

SDK = Sdk(
    "Hugging Face",
    ("python", "typescript"),
    (
        Sending(
            ("chat_completion", "chatCompletion", "chatCompletionStream"),
            (Slot("messages"), Slot("0")),
            Declares(model=("model", "self.model", "self.0"), answer=("response_format",)),
            packages=("huggingface_hub", "@huggingface/inference"),
        ),
        Sending(
            ("text_generation", "textGeneration"),
            (Slot("prompt", "user"), Slot("0", "user"), Slot("inputs", "user")),
            Declares(
                model=("model", "self.model", "self.0"), cap=("max_new_tokens", "parameters.max_new_tokens"), tools=()
            ),
            packages=("huggingface_hub", "@huggingface/inference"),
        ),
    ),
    unread="`transformers` pipelines",
)
