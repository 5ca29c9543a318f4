"""The language server of promptlint: what the command line finds, in the editor.

Only the command ``promptlint server`` imports this package; it needs pygls (the extra ``lsp``).
"""
