-- For Neovim 0.11 and later, without any plugin: vim.lsp.enable("promptlint"). It goes by file types; lua/promptlint.lua
-- goes by file names and needs none.
return {
  cmd = { "promptlint", "server" },
  filetypes = {
    "markdown", "text", "jinja", "htmldjango", "handlebars", "mustache", "liquid",
    "yaml", "json", "jsonl", "toml", "prompt", "prompty", "poml", "baml", "mdc",
    "python", "typescript", "typescriptreact", "javascript", "javascriptreact",
  },
  root_markers = { { "promptlint.toml", ".promptlint.toml" }, "pyproject.toml", ".git" },
  init_options = {},
}
