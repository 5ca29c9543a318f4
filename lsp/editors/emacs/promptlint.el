;;; promptlint.el --- promptlint's language server for Eglot and lsp-mode -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.3"))
;; Keywords: languages, tools
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; (require 'promptlint) tells Eglot and lsp-mode, whichever is there, how to start `promptlint server', and gives the
;; files of prompts that no other package has a mode for `promptlint-mode', which is text.
;;
;; Then M-x eglot or M-x lsp in a prompt; or (add-hook 'promptlint-mode-hook #'eglot-ensure) to start by itself.

;;; Code:

(defgroup promptlint nil
  "A linter for LLM prompt templates."
  :group 'tools)

(defcustom promptlint-command '("promptlint" "server")
  "The language server: the program and its arguments."
  :type '(repeat string))

(defcustom promptlint-settings nil
  "The settings of the server, as a property list.
For example (:run \"onSave\" :model \"gpt-5-mini\")."
  :type 'plist)

(defcustom promptlint-modes
  '(promptlint-mode
    markdown-mode gfm-mode markdown-ts-mode jinja2-mode web-mode handlebars-mode mustache-mode
    yaml-mode yaml-ts-mode json-mode json-ts-mode js-json-mode toml-ts-mode conf-toml-mode)
  "The major modes of files that may be prompts.
Eglot has one server for a mode: leave out those for which you use another one."
  :type '(repeat symbol))

(defcustom promptlint-program-modes
  '(python-mode python-ts-mode typescript-mode typescript-ts-mode tsx-ts-mode js-mode js-ts-mode js2-mode js-jsx-mode rjsx-mode)
  "The major modes of programs that may hold prompts.
For lsp-mode only, where promptlint runs beside the server of the language: Eglot has one server for a mode."
  :type '(repeat symbol))

;;;###autoload
(define-derived-mode promptlint-mode text-mode "Prompt"
  "Major mode for prompts that no other package has a mode for.")

;; A mode that is already there for one of them keeps it.
(dolist (suffix '("prompt" "prompty" "poml" "baml" "mdc" "j2" "jinja" "jinja2" "hbs" "handlebars" "mustache" "liquid"
                  "md" "markdown" "yaml" "yml" "jsonl" "ndjson" "ipynb"))
  (unless (assoc-default (concat "prompt." suffix) auto-mode-alist #'string-match-p)
    (add-to-list 'auto-mode-alist (cons (format "\\.%s\\'" suffix) 'promptlint-mode) t)))

(dolist (name '(".clinerules" ".cursorrules" ".goosehints" ".roorules" ".windsurfrules" "skprompt.txt"))
  (add-to-list 'auto-mode-alist (cons (format "/%s\\'" (regexp-quote name)) 'promptlint-mode)))

(defun promptlint--contact (&rest _)
  "Return how Eglot is to start the server."
  (append promptlint-command
          (when promptlint-settings (list :initializationOptions promptlint-settings))))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs (cons promptlint-modes #'promptlint--contact)))

(declare-function lsp-register-client "ext:lsp-mode")
(declare-function make-lsp-client "ext:lsp-mode")
(declare-function lsp-stdio-connection "ext:lsp-mode")
(defvar lsp-language-id-configuration)
(with-eval-after-load 'lsp-mode
  (add-to-list 'lsp-language-id-configuration '(promptlint-mode . "prompt"))
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection (lambda () promptlint-command))
    :activation-fn (lambda (_file mode) (or (memq mode promptlint-modes) (memq mode promptlint-program-modes)))
    :initialization-options (lambda () (or promptlint-settings (make-hash-table)))
    ;; beside the server of the mode, not in its place
    :add-on? t
    :server-id 'promptlint)))

(provide 'promptlint)
;;; promptlint.el ends here
