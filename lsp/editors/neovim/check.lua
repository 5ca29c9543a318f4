-- Opens the files of a folder in this Neovim with the configuration beside this script, compares what the server finds with
-- what `promptlint check` prints, and applies the safe fixes. Ends Neovim with 1 where the two differ. Writes no file.
--
--   PROMPTLINT=promptlint nvim --headless -u NONE -c "luafile lsp/editors/neovim/check.lua" examples/prompts

local here = vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p:h")
vim.opt.runtimepath:append(here)
vim.opt.swapfile = false
local promptlint = require("promptlint")
local program = vim.env.PROMPTLINT or "promptlint"

local function say(...)
  io.stdout:write(string.format(...) .. "\n")
end

--- What the command line says of a folder: path -> lines of "line:column severity rule message", sorted.
local function expected(folder)
  local words = { program, "check", "--output-format", "json", "--exit-zero", folder }
  local report = vim.fn.json_decode(vim.fn.system(table.concat(vim.tbl_map(vim.fn.shellescape, words), " ")))
  local found = {}
  for _, each in ipairs(report.diagnostics) do
    local path = vim.fn.fnamemodify(each.path, ":p")
    found[path] = found[path] or {}
    local at = each.range.start
    -- an editor has one text for what to say and what to do
    local text = type(each.help) == "string" and each.message .. "\n" .. each.help or each.message
    table.insert(found[path], ("%d:%d %s %s %s"):format(at.line, at.column, each.severity, each.rule, text))
  end
  for _, lines in pairs(found) do
    table.sort(lines)
  end
  return found
end

--- What Neovim shows of the current buffer, in the same form.
local function shown()
  local names = { "error", "warning", "info", "hint" }
  local found = vim.tbl_map(function(each)
    local text = vim.api.nvim_buf_get_lines(0, each.lnum, each.lnum + 1, false)[1] or ""
    -- Neovim counts bytes, the report code points
    local column = each.col >= #text and vim.fn.strchars(text) or vim.fn.charidx(text, each.col, 1)
    return ("%d:%d %s %s %s"):format(each.lnum + 1, column + 1, names[each.severity], each.code, each.message)
  end, vim.diagnostic.get(0))
  table.sort(found)
  return found
end

--- What the command line makes of the text of the current buffer with --fix.
local function fixed_by_command(file)
  local words = { program, "check", "--fix", "--exit-zero", "--quiet", "--stdin-filename", file, "-" }
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n") .. "\n"
  return vim.fn.systemlist(table.concat(vim.tbl_map(vim.fn.shellescape, words), " ") .. " 2>/dev/null", text)
end

local function run()
  local version = vim.version()
  say("Neovim %d.%d.%d", version.major, version.minor, version.patch)
  local folder = vim.fn.fnamemodify(vim.fn.argv(0), ":p"):gsub("/$", "")
  local wanted = expected(folder)
  promptlint.setup({ cmd = { program, "server" } })

  local files = vim.tbl_filter(function(name)
    return vim.fn.isdirectory(name) == 0
  end, vim.fn.glob(folder .. "/**/*", true, true))
  table.sort(files)
  local findings, fixes = 0, 0
  for _, file in ipairs(files) do
    local short = file:sub(#folder + 2)
    vim.cmd("edit " .. vim.fn.fnameescape(file))
    local want = wanted[file] or {}
    vim.wait(15000, function()
      return #vim.diagnostic.get(0) == #want
    end, 20)
    local found = shown()
    for _, line in ipairs(found) do
      say("%s:%s", short, vim.split(line, "\n")[1])
    end
    assert(vim.deep_equal(found, want), short .. ": expected " .. vim.inspect(want))
    findings = findings + #found

    local after = fixed_by_command(file)
    if promptlint.fix(0) then
      fixes = fixes + 1
      say("%s: fixed", short)
    end
    local text = vim.api.nvim_buf_get_lines(0, 0, -1, false)
    assert(vim.deep_equal(text, after), short .. ": fixed to " .. vim.inspect(text) .. ", not " .. vim.inspect(after))
  end
  assert(findings > 0 and fixes > 0, "nothing was found, or nothing fixed")
  say("%d findings in %d files, as promptlint check prints them; %d files fixed as --fix does", findings, #files, fixes)
end

local ok, result = pcall(run)
if not ok then
  say("FAILED: %s", result)
  vim.cmd("cquit 1")
end
vim.cmd("qall!")
