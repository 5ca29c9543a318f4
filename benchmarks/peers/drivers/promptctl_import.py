"""Puts files into promptctl's store, which is the only place it lints from. Not part of what is measured."""

import sys
from pathlib import Path

from promptkit.config import Config
from promptkit.store import PromptStore

store = PromptStore(Config())
for name in sys.argv[1:]:
    if store.load(Path(name).stem) is None:
        store.import_prompt(Path(name).stem, Path(name))
