"""Running the hooks for real makes virtual environments, which needs the package index, and takes half a minute."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("PROMPTLINT_INDEX") else ["test_runs.py"]
