"""Files to desired state: `validate` and a whole `render` of a generated fleet, beside check-jsonschema, Python's csv and kubeconform.

usage: files.py PROGRAMS FOLDER [TENANTS [PEOPLE]]      10,000 and 1,000,000 without

Seconds are of the processor (user and system, over all threads) where nothing else is said: they do not depend on who else works on
the machine. kubeconform is measured where it is on the PATH, with the schemas that KUBECONFORM_SCHEMAS names.
"""
import csv
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
import venv

import scale

programs, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
tenants = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
people = int(sys.argv[4]) if len(sys.argv) > 4 else 1_000_000
root = pathlib.Path(__file__).resolve().parent.parent.parent
folder.mkdir(parents=True, exist_ok=True)


class Figures:
    """Seconds of the processor, seconds by the clock and peak MiB: medians of three runs."""

    def __init__(self, command, cwd=None, out=os.devnull, runs=3):
        measured = [self.once(command, cwd, out) for _ in range(runs)]
        self.cpu, self.clock, self.peak = (statistics.median(column) for column in zip(*measured))

    @staticmethod
    def once(command, cwd, out):
        begin = time.monotonic()
        with open(out, "wb") as output, open(folder / "errors", "wb") as errors:
            child = subprocess.Popen(command, cwd=cwd, stdout=output, stderr=errors)
            _, status, usage = os.wait4(child.pid, 0)
        clock = time.monotonic() - begin
        if os.waitstatus_to_exitcode(status) != 0:
            sys.exit(f"{command}: {(folder / 'errors').read_text()[-2000:]}")
        return usage.ru_utime + usage.ru_stime, clock, usage.ru_maxrss / 1024

    def __str__(self):
        return f"{self.cpu:.2f} s of processor, {self.clock:.2f} s by the clock, {self.peak:.0f} MiB"


def fleet(name, tenants, people):
    path = scale.make(folder / name, tenants, people)
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", path], check=True)
    return path


def reconcile(path, *words, out=os.devnull):
    return Figures([programs / "reconcile", *words], path, out)


def line(what, count, unit, figures, peers=""):
    print(f"  {what}: {count / figures.clock:,.0f} {unit}/s ({count / figures.cpu:,.0f} for each second of processor{peers}); {figures}")


def check_jsonschema(path, count):
    """Tenant files for each second of processor, of a part of them: it takes a millisecond or more for each."""
    tool = folder / "venv/bin/check-jsonschema"
    if not tool.exists():
        venv.create(folder / "venv", with_pip=True)
        done = subprocess.run([folder / "venv/bin/pip", "install", "--quiet", "check-jsonschema"], stderr=subprocess.DEVNULL)
        if done.returncode != 0:
            return None
    files = sorted((path / "tenants").glob("*.yaml"))[:count]
    return len(files) / Figures([tool, "--schemafile", root / "schemas/tenant.json", *files], runs=1).cpu


def python_csv(path):
    """Rows for each second of processor, read and counted and nothing else."""
    begin, rows = time.process_time(), 0
    for file in sorted((path / "users").glob("*.csv")):
        with open(file, newline="") as stream:
            rows += sum(1 for _ in csv.reader(stream)) - 1
    return rows / (time.process_time() - begin)


def kubeconform(manifests, count):
    """Objects for each second of processor."""
    schemas = os.environ.get("KUBECONFORM_SCHEMAS")
    if not shutil.which("kubeconform") or not schemas:
        return None
    return count / Figures(["kubeconform", "-strict", "-schema-location", schemas, manifests], runs=1).cpu


def beside(name, rate, ours, unit):
    return f"  beside it {name}: " + (f"{rate:,.0f} {unit} for each second of processor, ratio {ours / rate:.1f}" if rate else "not here")


whole, part = fleet("whole", tenants, people), fleet("part", tenants // 10, people // 10)
bare, crowd = fleet("bare", tenants, 0), fleet("crowd", 40, people)
print(f"files of {tenants:,} tenants and {people:,} people:")
files = reconcile(bare, "validate")
line("tenant files validated (and their 20 objects rendered, nobody in them)", tenants, "files", files)
print(beside("check-jsonschema", check_jsonschema(bare, 300), tenants / files.cpu, "files"))
rows = reconcile(crowd, "validate")
line("rows of people validated (in 40 files)", people, "rows", rows)
print(beside("Python's csv, which only splits them", python_csv(crowd), people / rows.cpu, "rows"))
validated = reconcile(whole, "validate")
print(f"  validate, all together: {validated} (limits 10 s by the clock, 1,024 MiB)")
manifests = folder / "manifests.yaml"
rendered = reconcile(whole, "render", out=manifests)
with open(manifests) as stream:
    objects = sum(1 for text in stream if text == "---\n")
line("objects rendered", objects, "objects", rendered)
print(f"  render, all together: {rendered} (limits 10 s by the clock, 1,024 MiB), {manifests.stat().st_size >> 20} MiB of YAML")
print(beside("kubeconform -strict", kubeconform(manifests, objects), objects / rendered.cpu, "objects"))
for words in (["validate"], ["render"]):
    small = reconcile(part, *words)
    large = validated if words == ["validate"] else rendered
    print(f"  {words[0]}, 10 x the tenants: {large.cpu / small.cpu:.1f} x the seconds of processor (limit 11), {large.peak / small.peak:.1f} x the memory")
