"""Google GenAI (Gemini), and the older SDKs of Gemini and Vertex AI."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

_CONFIG = Declares(
    cap=("config.max_output_tokens", "config.maxOutputTokens"),
    temperature=("config.temperature",),
    answer=(
        "config.response_schema",
        "config.responseSchema",
        "config.response_json_schema",
        "config.responseJsonSchema",
        "config.response_mime_type",
        "config.responseMimeType",
    ),
    tools=("config.tools",),
)
_SYSTEM = (Slot("config.system_instruction", "system"), Slot("config.systemInstruction", "system"))
_OLD = ("generation_config", "self.generation_config", "generationConfig", "self.generationConfig")

SDK = Sdk(
    "Google GenAI",
    ("python", "typescript"),
    (
        Sending(
            (
                "models.generate_content",
                "models.generate_content_stream",
                "models.generateContent",
                "models.generateContentStream",
            ),
            (*_SYSTEM, Slot("contents", "user")),
            _CONFIG,
            needs=("contents",),
        ),
        Sending(
            ("chats.create", "live.connect"),
            (*_SYSTEM, Slot("history")),
            _CONFIG,
            packages=("google.genai", "google", "@google/genai"),
        ),
        Sending(
            (
                "generate_content",
                "generate_content_async",
                "generateContent",
                "generateContentStream",
            ),
            (
                Slot("self.system_instruction", "system"),
                Slot("self.systemInstruction", "system"),
                Slot("contents", "user"),
                Slot("0", "user"),
            ),
            Declares(
                model=("self.model_name", "self.model", "self.0"),
                cap=tuple(f"{at}.{key}" for at in _OLD for key in ("max_output_tokens", "maxOutputTokens")),
                temperature=tuple(f"{at}.temperature" for at in _OLD),
                answer=tuple(
                    f"{at}.{key}"
                    for at in _OLD
                    for key in ("response_schema", "responseSchema", "response_mime_type", "responseMimeType")
                ),
                tools=("tools", "self.tools"),
            ),
        ),
        Sending(
            ("GenerativeModel", "getGenerativeModel"),
            (Slot("system_instruction", "system"), Slot("systemInstruction", "system")),
            Declares(
                model=("model_name", "model", "0"),
                cap=("generation_config.max_output_tokens", "generationConfig.maxOutputTokens"),
                temperature=("generation_config.temperature", "generationConfig.temperature"),
            ),
            needs=("system_instruction", "systemInstruction"),
        ),
    ),
    unread="images and files, what `send_message` says in a chat",
)
