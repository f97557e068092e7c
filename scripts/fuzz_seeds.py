#!/usr/bin/env python3
"""Writes the texts that fuzzing begins with: fuzz_seeds.py TARGET FOLDER."""

import hashlib
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUITES = ROOT / "Tests/Fixtures/conformance"


def yaml_cases():
    """The examples' files, and the cases of the suite, which stand in blocks that are indented by four."""
    for path in (ROOT / "examples").rglob("*.yaml"):
        yield path.read_bytes()
    for path in (SUITES / "yaml-test-suite/src").glob("*.yaml"):
        for block in re.findall(r"^  yaml: \|\n((?:    .*\n|\n)*)", path.read_text(), re.M):
            text = re.sub(r"^    ", "", block, flags=re.M)
            text = re.sub(r"—*»", "\t", text).replace("␣", " ").replace("↵", "").replace("∎\n", "")
            yield text.replace("⇔", "\ufeff").replace("←", "\r").encode()


def json_cases():
    for path in (SUITES / "json-test-suite/test_parsing").glob("*.json"):
        content = path.read_bytes()
        if len(content) < 4096:
            yield content


def csv_cases():
    for folder in (SUITES / "csv-spectrum/csvs", ROOT / "examples", ROOT / "Tests/Fixtures/fleets"):
        for path in folder.rglob("*.csv"):
            yield path.read_bytes()


def expression_cases():
    def texts(value):
        if isinstance(value, dict):
            if isinstance(value.get("expr"), str):
                yield value["expr"].encode()
            for inner in value.values():
                yield from texts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner)

    for path in (SUITES / "cel").glob("*.json"):
        yield from texts(json.loads(path.read_text()))


CASES = {"yaml": yaml_cases, "json": json_cases, "csv": csv_cases, "expressions": expression_cases}


def main():
    target, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    found = (ROOT / "Tests/Fixtures/fuzz" / target).glob("*")
    for content in [*CASES[target](), *(path.read_bytes() for path in found)]:
        (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)


main()
