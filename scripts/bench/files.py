"""Files to desired state: `validate` and a whole `render` of a generated fleet, beside check-jsonschema, Python's csv and kubeconform.

usage: files.py PROGRAMS FOLDER [TENANTS [PEOPLE]]      10,000 and 1,000,000 without

Seconds are of the processor (user and system, over all threads) where nothing else is said: they do not depend on who else works on
the machine. kubeconform is measured where KUBECONFORM names the program and KUBECONFORM_SCHEMAS its -schema-location.
"""
import csv
import os
import pathlib
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


def fleet(name, tenants, people, **options):
    path = scale.make(folder / name, tenants, people, **options)
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


def csv_reader(path):
    """Rows for each second of processor, cut into fields by our reader and nothing else: the median of three."""
    bench = programs / "reconcile-bench"
    if not bench.exists():
        return None
    command = [bench, "csv", *sorted((path / "users").glob("*.csv"))]
    return statistics.median(int(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(3))


def kubeconform(manifests, count):
    """Objects for each second of processor: the median of three, on both cores as ours."""
    program, schemas = os.environ.get("KUBECONFORM"), os.environ.get("KUBECONFORM_SCHEMAS")
    if not program or not schemas:
        return None
    return count / Figures([program, "-strict", "-n", str(os.cpu_count()), "-schema-location", schemas, manifests]).cpu


def beside(name, rate, ours, unit):
    return f"  beside it {name}: " + (f"{rate:,.0f} {unit} for each second of processor, ratio {ours / rate:.1f}" if rate else "not given")


whole, part = fleet("whole", tenants, people), fleet("part", tenants // 10, people // 10)
bare, crowd = fleet("bare", tenants, 0), fleet("crowd", 40, people)
plain = fleet("plain", tenants, 0, names=["settings"])
print(f"files of {tenants:,} tenants and {people:,} people:")
files = reconcile(plain, "validate")
line("tenant files validated (one object rendered for each)", tenants, "files", files)
print(beside("check-jsonschema", check_jsonschema(plain, 300), tenants / files.cpu, "files"))
line("the same with 20 objects for each", tenants, "files", reconcile(bare, "validate"))
rows, python = reconcile(crowd, "validate"), python_csv(crowd)
line("rows of people validated (in 40 files)", people, "rows", rows)
print(beside("Python's csv, which only splits them", python, people / rows.cpu, "rows"))
alone = csv_reader(crowd)
if alone:
    print(f"  our CSV reader alone: {alone:,.0f} rows for each second of processor, {alone / python:.1f} x Python's csv")
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
