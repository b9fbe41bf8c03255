#!/usr/bin/env python3
"""How long links are: of the samples, of published packages, beside lz-string and plain JSON.

    links.py --retort BIN [--corpus DIR] [--sources DIR] [--lz FOLDER] [NAME…]

For each folder the link that `retort share` writes, the tier that it fits (ux.md 11.1), what it holds as JSON,
and the same JSON by lz-string, as links of other tools are made (--lz names a folder with node_modules).
Standard library only.
"""
import argparse
import json
import statistics
import subprocess
from pathlib import Path

TIERS = (1_200, 2_000, 3_900, 8_000, 28_000, 65_000)
BASE = "https://retort.example/app/"
LZ = (
    'const lz = require("lz-string"); let text = ""; process.stdin.on("data", (part) => (text += part));'
    'process.stdin.on("end", () => console.log(lz.compressToEncodedURIComponent(text).length));'
)


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def share(retort, paths, *more):
    return run([retort, "share", "--base", BASE, *paths, *more]).stdout.strip()


def lz_string(folder, text):
    ran = run(["node", "-e", LZ], cwd=folder, input=text)
    return int(ran.stdout) if ran.returncode == 0 else None


def measured(args, name, paths):
    contents = share(args.retort, paths, "--format", "json")
    if not contents:
        return None
    held = json.loads(contents)
    plain = json.dumps(held, separators=(",", ":"), ensure_ascii=False)
    link = share(args.retort, paths)
    row = {
        "name": name,
        "revisions": sum(len(chain["revisions"]) for chain in held.get("chains", [])),
        "findings": len(held.get("findings", [])),
        "chars": len(link) if "#" in link else None,
        "json": len(plain),
        "lz": lz_string(args.lz, plain) if args.lz else None,
    }
    if row["chars"] is None:
        row["near"] = len(share(args.retort, paths, "--trim", "near"))
    return row


def shown(row):
    chars = row["chars"]
    tier = next((f"{tier:,}" for tier in TIERS if chars and chars <= tier), "a file")
    ratio = lambda other: f"{other / chars:7.1f}" if other and chars else f"{'–':>7}"
    trimmed = f"  trimmed {row['near']:,}" if row.get("near") else ""
    print(
        f"{row['name'][:34]:34} {row['revisions']:6,} {row['findings']:6,} {chars or 0:8,} {tier:>8}"
        f" {ratio(row['json'])} {ratio(row['lz'])}{trimmed}",
        flush=True,
    )


def table(title, args, cases):
    print(f"\n{title}")
    print(f"{'':34} {'revs':>6} {'finds':>6} {'link':>8} {'fits':>8} {'JSON ×':>7} {'lz ×':>7}")
    rows = []
    for name, paths in cases:
        if row := measured(args, name, paths):
            rows.append(row)
            shown(row)
    linked = [row for row in rows if row["chars"]]
    if not linked:
        return
    print(f"{len(linked)} of {len(rows)} have a link; median {statistics.median(row['chars'] for row in linked):,.0f} characters")
    for tier in TIERS:
        print(f"  up to {tier:6,}: {sum(row['chars'] <= tier for row in linked)}")
    for key, said in (("json", "plain JSON"), ("lz", "lz-string")):
        ratios = [row[key] / row["chars"] for row in linked if row[key]]
        if ratios:
            print(f"  {said} is {min(ratios):.1f} to {max(ratios):.1f} times as long, median {statistics.median(ratios):.1f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--retort", required=True)
    parser.add_argument("--samples", required=True, type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--lz")
    parser.add_argument("only", nargs="*")
    args = parser.parse_args()
    wanted = lambda name: not args.only or any(name.startswith(only) for only in args.only)
    samples = sorted(folder for folder in args.samples.iterdir() if folder.is_dir())
    table("Samples of the page", args, [(folder.name, [str(folder)]) for folder in samples])
    if args.corpus:
        folders = sorted(folder for folder in args.corpus.iterdir() if folder.is_dir() and wanted(folder.name))
        table("Published packages", args, [(folder.name, [str(folder)]) for folder in folders])


if __name__ == "__main__":
    main()
