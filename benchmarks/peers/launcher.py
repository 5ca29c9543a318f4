"""Runs commands one after the other and prints what each took, as JSON: python -I -S launcher.py JOB.

JOB is JSON: `commands`, `cwd`, `environment`, `output` (a folder for what they print) and `limit` (seconds for each).
This is a process of its own because Linux counts the memory of whoever starts a program as the program's: the peak of a
small tool started from the benchmark itself would be the benchmark's. Needs POSIX.
"""

import json
import os
import signal
import sys
import time

running = 0


def stop(_number: int, _frame: object) -> None:
    os.killpg(running, signal.SIGKILL)


with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 - pathlib is memory, too
    job = json.load(file)
os.chdir(job["cwd"])
signal.signal(signal.SIGALRM, stop)
results = []
for number, command in enumerate(job["commands"]):
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        *(
            (os.POSIX_SPAWN_OPEN, descriptor, f"{job['output']}/{number}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            for descriptor, name in ((1, "out"), (2, "err"))
        ),
    ]  # fmt: skip
    start = time.perf_counter()
    running = os.posix_spawnp(command[0], command, job["environment"], file_actions=actions, setpgroup=0)
    signal.alarm(job["limit"])
    _, status, used = os.wait4(running, 0)
    wall = time.perf_counter() - start
    signal.alarm(0)
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    code = os.waitstatus_to_exitcode(status)
    results.append({"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak": peak, "code": code})
json.dump(results, sys.stdout)
