"""promptlint beside the published tools that look at prompts: see run.py."""
