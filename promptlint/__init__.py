"""promptlint: a linter for LLM prompt templates."""

__version__ = "0.1.0"
