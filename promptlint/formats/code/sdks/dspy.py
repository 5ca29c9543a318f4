"""DSPy."""

from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot

SDK = Sdk(
    "DSPy",
    ("python",),
    (
        Sending(
            ("Signature", "make_signature"),
            (Slot("instructions", "system"), Slot("1", "system")),
            Declares((), (), (), (), ()),
            packages=("dspy",),
        ),
    ),
    signatures=("Signature",),
    packages=("dspy",),
    unread="signatures that are a string of names (`question -> answer`), optimised programs",
)
