"""Runs aiproof, which is a library, over folders and prints a JSON object a line: what a command line would add."""

import json
import sys
from pathlib import Path

import aiproof

count = 0
for folder in sys.argv[1:]:
    for path in sorted(Path(folder).rglob("*.*")):
        count += 1
        for each in aiproof.check(path.read_text("utf-8"), str(path)):
            found = {"path": str(path), "line": each["start_line"], "rule": each["code"]}
            print(json.dumps({**found, "severity": each["severity"], "message": each["message"]}))
print(json.dumps({"files": count}))
