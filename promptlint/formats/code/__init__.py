"""Prompts in programs: what the format modules for Python, notebooks, TypeScript and JavaScript share."""
