#!/usr/bin/env python3
"""Squawk and Retort in turn on one script: the SQL that Alembic writes for a chain of 1,000 revisions.

    speed.py --retort BIN --squawk BIN --alembic BIN --work DIR [--size 1000] [--runs 9]

Retort runs all its rules and follows the schema; squawk runs all of its. Prints medians of whole processes, their
ratio, the most memory that either held, and how long Retort takes for the same script with nothing to judge in it
(its statements as comments), which is what reading costs. Standard library only.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

from bench import project


def timed(command):
    """Seconds, and the most kilobytes held."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return time.monotonic() - began, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser()
    for name in ("--retort", "--squawk", "--alembic"):
        parser.add_argument(name, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=9)
    given = parser.parse_args()
    shutil.rmtree(given.work, ignore_errors=True)
    given.work.mkdir(parents=True)
    project(given.work / "chain", given.size)
    script = given.work / "chain.sql"
    done = subprocess.run([given.alembic, "upgrade", "heads", "--sql"], cwd=given.work / "chain", capture_output=True, text=True, check=True)
    script.write_text(done.stdout)
    remarks = given.work / "remarks.sql"
    remarks.write_text("BEGIN;\n" + "".join(f"-- {line}\n" for line in done.stdout.splitlines()) + "COMMIT;\n")
    commands = {
        "retort": [given.retort, "check", "--plan", str(script), "--format", "json"],
        "retort, remarks alone": [given.retort, "check", "--plan", str(remarks), "--format", "json"],
        "squawk": [given.squawk, str(script)],
    }
    took = {name: [] for name in commands}
    for _ in range(given.runs):
        for name, command in commands.items():
            took[name].append(timed(command))
    print(f"{script.stat().st_size // 1000} kB of SQL of {given.size} revisions, {given.runs} runs in turn")
    medians = {}
    for name, all_runs in took.items():
        medians[name] = statistics.median(seconds for seconds, _ in all_runs)
        most = max(memory for _, memory in all_runs) / 1000
        print(f"{name}: {1000 * medians[name]:.0f} ms, {most:.0f} MB")
    print(f"squawk takes {medians['squawk'] / medians['retort']:.1f} times as long as Retort")


if __name__ == "__main__":
    main()
