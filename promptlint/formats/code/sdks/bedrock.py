"""The Converse interface of Amazon Bedrock."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

SDK = Sdk(
    "Amazon Bedrock",
    ("python", "typescript"),
    (
        Sending(
            ("converse", "converse_stream", "ConverseCommand", "ConverseStreamCommand"),
            (Slot("system", "system"), Slot("messages")),
            Declares(
                model=("modelId",),
                cap=("inferenceConfig.maxTokens",),
                temperature=("inferenceConfig.temperature",),
                tools=("toolConfig.tools",),
            ),
            needs=("messages",),
        ),
    ),
    unread="`invoke_model`, images and documents; marks for the cache send nothing and are passed over",
)
