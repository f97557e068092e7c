#!/usr/bin/env python3
"""Makes the compressed data that the programs carry, from `schemas/` and the OpenAPI documents in the fixtures.

usage: embed.py [--check]      with --check nothing is written: exit status 1 when a file is out of date
"""
import json, pathlib, subprocess, sys

root = pathlib.Path(__file__).resolve().parent.parent
target = root / "Sources/EmbeddedData"
sources = {"openapi": root / "Tests/Fixtures/kubernetes/openapi", "schemas": root / "schemas"}


def packed(folder):
    documents = {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    text = json.dumps(documents, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode(), subprocess.run(["zstd", "-19", "-c"], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout


stale = []
for name, folder in sources.items():
    path = target / f"{name}.json.zst"
    plain, compressed = packed(folder)
    held = subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE).stdout if path.exists() else None
    if held == plain:
        continue
    if "--check" in sys.argv:
        stale.append(str(path.relative_to(root)))
    else:
        path.write_bytes(compressed)
if stale:
    sys.exit("out of date, run scripts/embed.py: " + ", ".join(stale))
