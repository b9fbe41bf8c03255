#!/usr/bin/env python3
"""What Alembic itself says of folders of our own: the same JSON as the corpus's truth.

    ask_graph.py --out DIR FOLDER…

Each FOLDER is a project (with alembic.ini or pyproject.toml) or a script folder (with versions/).
Run it where alembic is installed. Files are executed, so give it only folders that are ours.
Writes OUT/<name>.json and OUT/manifest.json, or with --record all of it into one file.
"""
import argparse
import json
import os
import sys
import warnings
from pathlib import Path


def listed(value):
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def config_of(folder):
    """The project's own settings, or those of a script folder without any."""
    from alembic.config import Config
    ini, toml = folder / "alembic.ini", folder / "pyproject.toml"
    if ini.exists() or toml.exists():
        return Config(str(ini) if ini.exists() else None, toml_file=str(toml) if toml.exists() else None)
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("recursive_version_locations", "false")
    return config


def facts(script, folder):
    return {
        "revision": script.revision,
        "down_revision": listed(script.down_revision),
        "branch_labels": sorted(script._orig_branch_labels or ()),
        "depends_on": listed(script.dependencies),
        "resolved_dependencies": sorted(listed(script._resolved_dependencies)),
        "is_head": script.is_head, "is_base": script.is_base,
        "is_branch_point": script.is_branch_point, "is_merge_point": script.is_merge_point,
        "message": script.doc,
        "file": str(Path(script.path).resolve().relative_to(folder)),
    }


def ask(folder):
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError
    answer = {"errors": [], "revisions": [], "heads": [], "bases": [], "upgrade_order": []}
    try:
        directory = ScriptDirectory.from_config(config_of(folder))
        known = directory.revision_map
        known._revision_map
    except (Exception, CommandError) as error:
        text = f"{type(error).__name__}: {error}".replace(str(folder), "<folder>")
        answer["errors"].append({"stage": "load", "error": text})
        return answer
    scripts = {s.revision: s for s in known._revision_map.values() if s is not None}
    answer["revisions"] = [facts(s, folder) for s in scripts.values()]
    answer["heads"], answer["bases"] = sorted(known.heads), sorted(known.bases)
    try:
        answer["upgrade_order"] = [step.revision.revision for step in directory._upgrade_revs("heads", None)]
    except Exception as error:
        answer["errors"].append({"stage": "upgrade", "error": f"{type(error).__name__}: {error}"})
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--record", type=Path, help="one JSON file with all answers")
    args = parser.parse_args()
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    args.out.mkdir(parents=True, exist_ok=True)
    manifest, record = [], {}
    for given in args.folders:
        folder = given.resolve()
        here = os.getcwd()
        os.chdir(folder)
        answer = ask(folder)
        os.chdir(here)
        name = str(given).replace("/", "__")
        (args.out / f"{name}.json").write_text(json.dumps(answer, indent=1) + "\n")
        manifest.append({"name": name, "path": str(given)})
        record[str(given)] = answer
    (args.out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    if args.record:
        args.record.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
