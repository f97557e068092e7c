#!/usr/bin/env python3
"""Makes the compressed data that the programs carry: the schemas in `schemas/`, the OpenAPI documents in the fixtures, and what
KubernetesModel needs of the latter.

usage: embed.py [--check]      with --check nothing is written: exit status 1 when a file is out of date
"""
import json, pathlib, subprocess, sys

import kubernetes_model

root = pathlib.Path(__file__).resolve().parent.parent
target = root / "Sources/EmbeddedData"
sources = {"openapi": root / "Tests/Fixtures/kubernetes/openapi", "schemas": root / "schemas"}


def joined(folder):
    documents = {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    return json.dumps(documents, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def packed(plain):
    # With its size in the header, so that it is unpacked in one piece.
    return subprocess.run(["zstd", "-19", "-c", f"--stream-size={len(plain)}"], input=plain, stdout=subprocess.PIPE, check=True).stdout


files = {f"{name}.json.zst": joined(folder) for name, folder in sources.items()}
files["kubernetes.txt.zst"] = kubernetes_model.text(root)
stale = []
for name, text in files.items():
    path, plain = target / name, text.encode()
    held = subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE).stdout if path.exists() else None
    if held == plain:
        continue
    if "--check" in sys.argv:
        stale.append(str(path.relative_to(root)))
    else:
        path.write_bytes(packed(plain))
if stale:
    sys.exit("out of date, run scripts/embed.py: " + ", ".join(stale))
