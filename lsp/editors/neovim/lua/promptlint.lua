--- promptlint in Neovim: starts `promptlint server` for files that may be prompts. Neovim 0.7 or later.
--- The server decides what is a prompt, as `promptlint files` does; the patterns only spare it the rest.

local M = {}

--- What `setup` takes, and what holds where it takes nothing.
M.defaults = {
  cmd = { "promptlint", "server" },
  --- Files that are handed to the server, as patterns of autocommands.
  patterns = {
    "*.md", "*.markdown", "*.mdc",
    "*.prompt", "*.prompty", "*.poml", "*.baml",
    "*.j2", "*.jinja", "*.jinja2", "*.hbs", "*.handlebars", "*.mustache", "*.liquid",
    "*.yaml", "*.yml", "*.json", "*.jsonl", "*.ndjson", "*.toml",
    "*.py", "*.ipynb", "*.ts", "*.tsx", "*.mts", "*.cts", "*.js", "*.jsx", "*.mjs", "*.cjs",
    ".clinerules", ".cursorrules", ".goosehints", ".roorules", ".windsurfrules", "skprompt.txt",
    "*[Pp]rompt*/*.txt", "*[Pp]rompt*.txt", "*[Pp]rompt*/*.text", "*[Pp]rompt*.text",
  },
  --- What the folder of a project holds.
  root_markers = { "promptlint.toml", ".promptlint.toml", "pyproject.toml", ".git" },
  --- The server's settings: configuration, model, run, debounceMs, workspaceDiagnostics, pedantic, codeLens.
  settings = {},
  --- Called with the client and the buffer when the server has taken it.
  on_attach = nil,
}

local options = M.defaults

--- The closest folder above a file that holds one of the markers, else the file's own.
local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ":p:h")
  local at = folder
  while true do
    for _, marker in ipairs(options.root_markers) do
      if vim.loop.fs_stat(at .. "/" .. marker) then
        return at
      end
    end
    local above = vim.fn.fnamemodify(at, ":h")
    if above == at then
      return folder
    end
    at = above
  end
end

--- The clients of a buffer, or all of them.
local function clients(buffer)
  if vim.lsp.get_clients then
    return vim.lsp.get_clients({ bufnr = buffer, name = "promptlint" })
  end
  local found = {}
  for _, client in pairs(buffer and vim.lsp.buf_get_clients(buffer) or vim.lsp.get_active_clients()) do
    if client.name == "promptlint" then
      table.insert(found, client)
    end
  end
  return found
end

--- Starts the server for a buffer, or hands the buffer to the one that runs for the same project.
function M.attach(buffer)
  buffer = buffer == nil and vim.api.nvim_get_current_buf() or buffer
  local file = vim.api.nvim_buf_get_name(buffer)
  -- a name like fugitive:///... is not a file, and a server that is not there must be told once, not for every buffer
  if file == "" or file:match("^%a[%w+.-]+://") or vim.bo[buffer].buftype ~= "" or M.missing then
    return
  end
  if vim.fn.executable(options.cmd[1]) == 0 then
    M.missing = true
    vim.notify("promptlint: there is no program " .. options.cmd[1], vim.log.levels.WARN)
    return
  end
  local root = root_of(file)
  for _, client in ipairs(clients()) do
    if client.config.root_dir == root then
      vim.lsp.buf_attach_client(buffer, client.id)
      return
    end
  end
  local id = vim.lsp.start_client({
    name = "promptlint",
    cmd = options.cmd,
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ":t") } },
    init_options = options.settings,
    settings = { promptlint = options.settings },
    on_attach = options.on_attach,
  })
  if id then
    vim.lsp.buf_attach_client(buffer, id)
  end
end

--- Applies the safe fixes to a buffer and waits for it, at most `timeout` milliseconds. Whether there was something to fix.
function M.fix(buffer, timeout)
  buffer = (buffer == nil or buffer == 0) and vim.api.nvim_get_current_buf() or buffer
  local kind = "source.fixAll.promptlint"
  local last = vim.api.nvim_buf_line_count(buffer)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = { start = { line = 0, character = 0 }, ["end"] = { line = last, character = 0 } },
    context = { only = { kind }, diagnostics = {} },
  }
  local fixed = false
  for _, client in ipairs(clients(buffer)) do
    local answer = client.request_sync("textDocument/codeAction", params, timeout or 5000, buffer)
    for _, action in ipairs(answer and answer.result or {}) do
      if not action.edit then
        local resolved = client.request_sync("codeAction/resolve", action, timeout or 5000, buffer)
        action = resolved and resolved.result or action
      end
      if action.edit then
        vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
        fixed = true
      end
    end
  end
  return fixed
end

--- Hands files that may be prompts to the server from now on, and makes the command :PromptlintFix.
function M.setup(given)
  options = vim.tbl_extend("force", M.defaults, given or {})
  M.missing = nil
  local group = vim.api.nvim_create_augroup("promptlint", { clear = true })
  vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile", "BufFilePost" }, {
    group = group,
    pattern = options.patterns,
    callback = function(event)
      M.attach(event.buf)
    end,
  })
  vim.api.nvim_create_user_command("PromptlintFix", function()
    if not M.fix(0) then
      vim.notify("promptlint: there is nothing that can be fixed safely")
    end
  end, { desc = "Apply promptlint's safe fixes", force = true })
end

return M
