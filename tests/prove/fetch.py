#!/usr/bin/env python3
"""Download pinned packages and lay out their Alembic folders.

    fetch.py --packages FILE --out DIR [--cache DIR] [--src DIR] [--split NAME] [NAME…]

--packages  the pins: name, version, archive, SHA-256, and where the script folders lie
--out    receives <package>/<folder>/versions/**.py, with env.py and alembic.ini
         beside versions/ where the package ships them, and manifest.json
--cache  keeps the downloaded archives (default: OUT/../dl)
--src    also unpacks every archive whole, to DIR/<package>/ (oracle_schema.py
         imports the products' helper modules from there)

The archives come from the configured package index by ordinary pip
(`pip download --no-deps`), pinned by version and SHA-256.
Nothing is installed.  For an sdist pip itself runs the package's metadata hook.
"""
import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

try:
    import tomllib
except ModuleNotFoundError:  # Python < 3.11
    import tomli as tomllib

NOT_REVISIONS = {"env.py", "setup.py", "conftest.py"}


def norm(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def find_cached(folder, entry):
    """The archive of this entry in `folder`, or None."""
    if not folder.is_dir():
        return None
    for path in sorted(folder.iterdir()):
        wheel = path.suffix == ".whl"
        if wheel != (entry["archive"] == "wheel") or not path.is_file():
            continue
        if sha256(path) == entry["sha256"]:
            return path
    return None


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as handle:
        for block in iter(lambda: handle.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def download(entry, cache):
    folder = cache / entry["name"]
    hit = find_cached(folder, entry)
    if hit:
        return hit
    folder.mkdir(parents=True, exist_ok=True)
    kind = (["--only-binary", ":all:"] if entry["archive"] == "wheel"
            else ["--no-binary", entry["name"]])
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps",
               "--ignore-requires-python", "-d", str(folder), *kind,
               f"{entry['name']}=={entry['version']}"]
    subprocess.run(command, check=True, timeout=900)
    hit = find_cached(folder, entry)
    if not hit:
        names = ", ".join(p.name for p in folder.iterdir())
        raise SystemExit(f"{entry['name']}: no archive with the pinned SHA-256 among: {names}\n"
                         "(a platform wheel for another platform has another one: "
                         "--no-verify takes it as it is)")
    return hit


def members(archive):
    """(path inside the package, bytes reader) for every file of the archive."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as bundle:
            top = "" if archive.suffix == ".whl" else common_top(bundle.namelist())
            for info in bundle.infolist():
                if not info.is_dir():
                    yield info.filename[len(top):], lambda i=info: bundle.read(i)
    else:
        with tarfile.open(archive) as bundle:
            infos = [m for m in bundle.getmembers() if m.isfile()]
            top = common_top([m.name for m in infos])
            for info in infos:
                yield info.name[len(top):], lambda i=info: bundle.extractfile(i).read()


def common_top(names):
    tops = {name.lstrip("./").split("/", 1)[0] for name in names if name.strip("./")}
    return tops.pop() + "/" if len(tops) == 1 else ""


def safe(relative):
    pure = PurePosixPath(relative)
    return not pure.is_absolute() and ".." not in pure.parts


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def place(entry, folder, files, out):
    """Write one script dir of `entry`; returns how many .py files went to versions/."""
    base = folder["path"].strip("/")
    prefix = "" if base in ("", ".") else base + "/"
    target = out / entry["name"] / folder["as"]
    if target.exists():
        shutil.rmtree(target)
    written = 0
    for where in folder.get("versions", ["versions"]):
        flat = where == "."
        root = prefix if flat else prefix + where.strip("/") + "/"
        keep = "" if flat or len(folder.get("versions", [1])) == 1 else where.strip("/").split("/")[-1] + "/"
        for name, read in files.items():
            if not name.startswith(root) or not name.endswith(".py"):
                continue
            rest = name[len(root):]
            if flat and ("/" in rest or rest in NOT_REVISIONS):
                continue
            if any(rest.startswith(e.rstrip("/") + "/") for e in folder.get("exclude", [])):
                continue
            if not safe(rest) or "/tests/" in "/" + rest:
                continue
            write(target / "versions" / (keep + rest), read())
            written += 1
    for wanted, candidates in (
            ("env.py", [prefix + "env.py"]),
            ("alembic.ini", [folder["ini"]] if "ini" in folder else
             [prefix + "alembic.ini", str(PurePosixPath(prefix or ".").parent / "alembic.ini")])):
        for candidate in candidates:
            if candidate in files:
                write(target / wanted, files[candidate]())
                break
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="only these packages")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--src", type=Path)
    parser.add_argument("--split")
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--no-verify", action="store_true", help="accept any SHA-256")
    args = parser.parse_args()
    cache = args.cache or args.out.parent / "dl"
    args.out.mkdir(parents=True, exist_ok=True)

    manifest, failed = [], []
    for entry in tomllib.loads(args.packages.read_text())["package"]:
        if args.names and entry["name"] not in args.names:
            continue
        if args.split and entry.get("split") != args.split:
            continue
        if args.no_verify:
            entry = dict(entry, sha256=None)
        try:
            archive = download(entry, cache) if not args.no_verify else download_any(entry, cache)
        except (subprocess.SubprocessError, SystemExit) as error:
            failed.append(entry["name"])
            print(f"FAILED {entry['name']}: {error}", file=sys.stderr)
            continue
        files = dict(members_eager(archive))
        for folder in entry["folders"]:
            count = place(entry, folder, files, args.out)
            print(f"{entry['name']:32} {entry['version']:>14} {folder['as']:16} {count:5} files", flush=True)
            if not count:
                failed.append(f"{entry['name']}/{folder['as']}")
            manifest.append({
                "package": entry["name"], "version": entry["version"], "split": entry.get("split", ""),
                "group": entry.get("group"), "folder": folder["as"], "path": folder["path"],
                "dialect": folder.get("dialect", entry["dialect"]), "files": count,
                "notes": entry.get("notes", ""),
            })
        if args.src:
            unpack(files, args.src / entry["name"])
    target = args.out / "manifest.json"
    if target.exists() and (args.names or args.split):
        fresh = {(m["package"], m["folder"]) for m in manifest}
        manifest += [m for m in json.loads(target.read_text())
                     if (m["package"], m["folder"]) not in fresh]
    manifest.sort(key=lambda m: (m["package"], m["folder"]))
    target.write_text(json.dumps(manifest, indent=1) + "\n")
    print(f"{len(manifest)} folders, {sum(m['files'] for m in manifest)} files in versions/")
    if failed:
        raise SystemExit("failed: " + ", ".join(failed))


def download_any(entry, cache):
    folder = cache / entry["name"]
    folder.mkdir(parents=True, exist_ok=True)
    kind = (["--only-binary", ":all:"] if entry["archive"] == "wheel" else ["--no-binary", entry["name"]])
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps",
                    "--ignore-requires-python", "-d", str(folder), *kind,
                    f"{entry['name']}=={entry['version']}"], check=True, timeout=900)
    stem = norm(entry["name"]) + "-" + entry["version"]
    for path in folder.iterdir():
        if norm(path.name).startswith(norm(stem)):
            return path
    raise SystemExit(f"{entry['name']}: nothing downloaded")


def members_eager(archive):
    """Members with readers that outlive the archive handle (no web assets, nothing over 4 MiB)."""
    dropped = (".js", ".map", ".css", ".png", ".jpg", ".svg", ".gif", ".woff", ".woff2", ".ttf", ".so", ".html", ".po", ".mo",
               ".ico", ".gz", ".zip", ".tsx", ".ts", ".jsx", ".wasm", ".webp", ".mp3", ".mp4", ".pdf")
    for name, read in members(archive):
        if not name.endswith(dropped):
            data = read()
            if len(data) < 4 << 20:
                yield name, lambda d=data: d


def unpack(files, target):
    if target.exists():
        shutil.rmtree(target)
    for name, read in files.items():
        if safe(name):
            write(target / name, read())


if __name__ == "__main__":
    main()
