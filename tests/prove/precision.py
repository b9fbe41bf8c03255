#!/usr/bin/env python3
"""How many of the grave findings over published packages are right?

    precision.py --retort BIN --corpus DIR --judged judged.tsv

judged.tsv holds findings that somebody read beside the migration: package, id of the finding, rule, right or
wrong, and why it is wrong. Each package's folder goes through `retort check`; the findings of today are looked up
there. Prints, by rule, how many of today's are judged, and how many of those are right; and how many nobody has
judged. Ends with 1 where fewer than 95 of 100 judged are right, or fewer than 300 are judged. Standard library only.
"""
import argparse
import json
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

LEAST, SHARE = 300, 95


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--retort", required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--judged", type=Path, required=True)
    given = parser.parse_args()
    lines = [line.split("\t") for line in given.judged.read_text().splitlines() if "\t" in line and not line.startswith("#")]
    judged = {(package, finding): word for package, finding, _, word, *_ in lines}
    counts, said = defaultdict(Counter), set()
    for folder in sorted(path for path in given.corpus.iterdir() if path.is_dir()):
        out = subprocess.run([given.retort, "check", str(folder), "--format", "json"], capture_output=True, text=True)
        for one in json.loads(out.stdout or '{"findings": []}')["findings"]:
            if one["severity"] in ("blocker", "danger"):
                key = (folder.name, one["id"])
                said.add(key)
                counts[one["rule"]][judged.get(key, "unjudged")] += 1
    total = sum(counts.values(), Counter())
    for rule, count in sorted(counts.items()):
        print(f"{rule}: {count['right']} right, {count['wrong']} wrong, {count['unjudged']} not judged")
    known = total["right"] + total["wrong"]
    gone = Counter(word for key, word in judged.items() if key not in said)
    share = 100 * total["right"] / known if known else 0
    print(f"{known} judged: {share:.1f} % right ({total['wrong']} wrong); {total['unjudged']} not judged; "
          f"said no more as grave: {gone['wrong']} that were wrong, {gone['right']} that were right")
    sys.exit(share < SHARE or known < LEAST)


if __name__ == "__main__":
    main()
