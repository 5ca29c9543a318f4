;;; check.el --- Compare what Emacs shows with what promptlint check prints -*- lexical-binding: t; -*-

;;; Commentary:

;; Opens the files of a folder with Eglot or lsp-mode, compares what the server finds with `promptlint check', and applies the
;; safe fixes.  Ends Emacs with 1 where the two differ.  Writes no file of the folder.
;;
;;   PROMPTLINT=promptlint emacs --batch -f package-initialize -l lsp/editors/emacs/check.el eglot examples/prompts
;;
;; The first argument is `eglot' or `lsp-mode'.

;;; Code:

(require 'json)
(require 'seq)
(require 'subr-x)

(defconst check-program (or (getenv "PROMPTLINT") "promptlint"))
(defconst check-client (intern (pop command-line-args-left)))
(defconst check-folder (expand-file-name (pop command-line-args-left)))

(load (expand-file-name "promptlint.el" (file-name-directory load-file-name)) nil t)
(setq promptlint-command (list check-program "server")
      promptlint-modes (append '(text-mode fundamental-mode) promptlint-program-modes promptlint-modes)
      make-backup-files nil
      create-lockfiles nil)

(defvar check-published (make-hash-table :test 'equal)
  "What the server has said of each file: diagnostics in the form of the protocol, as property lists.")

(defun check-say (form &rest arguments)
  "Print FORM with ARGUMENTS and a new line to standard output."
  (princ (concat (apply #'format form arguments) "\n")))

(defun check-run (text &rest arguments)
  "The output of promptlint with ARGUMENTS and TEXT as its standard input."
  (with-temp-buffer
    (when text (insert text))
    (let ((coding-system-for-write 'utf-8-unix) (coding-system-for-read 'utf-8-unix))
      (apply #'call-process-region (point-min) (point-max) check-program t '(t nil) nil arguments))
    (buffer-string)))

(defun check-expected ()
  "What the command line finds: file -> sorted lines."
  (let ((report (json-parse-string (check-run nil "check" "--output-format" "json" "--exit-zero" check-folder)
                                   :object-type 'plist :array-type 'list))
        (found (make-hash-table :test 'equal)))
    (dolist (each (plist-get report :diagnostics) found)
      (let ((start (plist-get (plist-get each :range) :start))
            (help (plist-get each :help)))
        (push (format "%d:%d %s %s" (plist-get start :line) (plist-get start :column) (plist-get each :rule)
                      ;; an editor has one text for what to say and what to do
                      (concat (plist-get each :message) (when (stringp help) (concat "\n" help))))
              (gethash (expand-file-name (plist-get each :path)) found))))))

(defun check-value (thing key)
  "The value of KEY in THING, which is a property list or, in lsp-mode, may be a hash table."
  (if (hash-table-p thing) (gethash (substring (symbol-name key) 1) thing) (plist-get thing key)))

(defun check-shown (file)
  "What the server has said of FILE, as sorted lines."
  (let ((shown (seq-map
                (lambda (each)
                  (let ((start (check-value (check-value each :range) :start)))
                    (format "%d:%d %s %s" (1+ (check-value start :line)) (1+ (check-value start :character))
                            (check-value each :code) (check-value each :message))))
                (gethash file check-published))))
    (sort (append shown nil) #'string<)))

(defun check-wait (condition)
  "Let the server work until CONDITION gives non-nil, for 15 seconds at most."
  (with-timeout (15 nil)
    (while (not (funcall condition))
      (accept-process-output nil 0.02))
    t))

(defun check-publish (uri diagnostics)
  "Note the DIAGNOSTICS of the document at URI."
  (puthash (expand-file-name (url-unhex-string (string-remove-prefix "file://" uri))) diagnostics check-published))

(defun check-start ()
  "Hand the current buffer to the server."
  (pcase check-client
    ('eglot (if (eglot-current-server)
                (eglot--maybe-activate-editing-mode)
              (apply #'eglot--connect (eglot--guess-contact))))
    ('lsp-mode (lsp))))

(defun check-fix ()
  "Apply the safe fixes to the current buffer; whether there were any."
  (pcase check-client
    ('eglot
     (let* ((server (eglot-current-server))
            (actions (jsonrpc-request
                      server :textDocument/codeAction
                      (list :textDocument (eglot--TextDocumentIdentifier)
                            :range (list :start (eglot--pos-to-lsp-position (point-min))
                                         :end (eglot--pos-to-lsp-position (point-max)))
                            :context (list :diagnostics [] :only ["source.fixAll.promptlint"])))))
       (seq-doseq (action actions)
         (unless (plist-get action :edit)
           (setq action (jsonrpc-request server :codeAction/resolve action)))
         (eglot--apply-workspace-edit (plist-get action :edit)))
       (> (length actions) 0)))
    ('lsp-mode
     (let ((actions (lsp-get-or-calculate-code-actions "source.fixAll.promptlint")))
       (seq-doseq (action actions) (lsp-execute-code-action action))
       (> (length actions) 0)))))

(pcase check-client
  ('eglot
   (require 'eglot)
   (setq eglot-sync-connect 20 eglot-confirm-server-initiated-edits nil)
   (add-to-list 'eglot-server-programs (cons promptlint-modes #'promptlint--contact))
   ;; Flymake shows findings when Emacs is idle, which it never is in a batch
   (advice-add 'eglot-handle-notification :before
               (lambda (_server method &rest arguments)
                 (when (eq method 'textDocument/publishDiagnostics)
                   (check-publish (plist-get arguments :uri) (plist-get arguments :diagnostics))))))
  ('lsp-mode
   (require 'lsp-mode)
   (setq lsp-auto-guess-root t lsp-warn-no-matched-clients nil lsp-enable-file-watchers nil
         lsp-session-file (make-temp-file "promptlint-lsp-session") lsp-response-timeout 20
         lsp-auto-configure nil lsp-enabled-clients '(promptlint) lsp-language-id-configuration
         (append '((text-mode . "plaintext") (fundamental-mode . "plaintext")) lsp-language-id-configuration))
   (advice-add 'lsp--on-diagnostics :before
               (lambda (_workspace params)
                 (check-publish (check-value params :uri) (check-value params :diagnostics))))))

(defun check-run-all ()
  "Check every file of the folder."
  (let ((expected (check-expected)) (findings 0) (fixed 0)
        (files (seq-filter #'file-regular-p (directory-files-recursively check-folder ""))))
    (check-say "Emacs %s, %s" emacs-version check-client)
    (dolist (file files)
      (let ((short (file-relative-name file check-folder))
            (wanted (sort (gethash file expected) #'string<)))
        (with-current-buffer (find-file-noselect file)
          (check-start)
          (check-wait (lambda () (equal (check-shown file) wanted)))
          (dolist (line (check-shown file)) (check-say "%s:%s" short (car (split-string line "\n"))))
          (unless (equal (check-shown file) wanted)
            (error "%s: expected %S" short wanted))
          (setq findings (+ findings (length wanted)))
          (let ((after (check-run (buffer-string) "check" "--fix" "--exit-zero" "--quiet" "--stdin-filename" file "-")))
            (when (check-fix)
              (setq fixed (1+ fixed))
              (check-say "%s: fixed" short))
            (unless (equal (buffer-string) after)
              (error "%s: fixed to %S, not %S" short (buffer-string) after)))
          (set-buffer-modified-p nil))))
    (when (or (zerop findings) (zerop fixed)) (error "Nothing was found, or nothing fixed"))
    (check-say "%d findings in %d files, as promptlint check prints them; %d files fixed as --fix does"
               findings (length files) fixed)))

(condition-case problem
    (check-run-all)
  (error (check-say "FAILED: %s" (error-message-string problem))
         (kill-emacs 1)))
(kill-emacs 0)
;;; check.el ends here
