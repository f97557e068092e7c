"""A no-op plan of 100 tenants × 19 objects with 20 people each, its lock deleted, beside curl listing the same objects.

usage: plan.py PROGRAMS FOLDER [TENANTS]
"""
import pathlib
import statistics
import subprocess
import sys

import fleet
from sandbox import Sandbox, curl

programs, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
tenants = int(sys.argv[3]) if len(sys.argv) > 3 else 100
people = tenants * 20
root = fleet.make(folder / "fleet", tenants, 20)


def listed(lines):
    """The addresses of what a plan listed, by half: the same collections, in as many pages of the realm's people."""
    paths = {"kubernetes": set(), "identity": set()}
    for line in lines:
        half, method, target, _ = line.split(" ")
        path, _, query = target.partition("?")
        if method != "GET" or "/leases/" in path:
            continue
        if half == "kubernetes":
            paths[half].add(path)
        elif path.endswith("/users"):
            paths[half].update(f"{path}?briefRepresentation=false&first={first}&max=500" for first in range(0, people, 490))
        else:
            paths[half].add(path + ("?briefRepresentation=true&first=0&max=500" if query else ""))
    return paths


def curl_lists(sandbox, paths):
    """Seconds that curl takes to list the same, both systems side by side."""
    bearer = sandbox.bearer()
    targets = [(sandbox.cluster + path, sandbox.token) for path in sorted(paths["kubernetes"])]
    targets += [(sandbox.report["identity"] + path, bearer) for path in sorted(paths["identity"])]
    return curl(folder, [
        f'url = "{url}"\nheader = "Authorization: Bearer {secret}"\ninsecure\nsilent\nfail\noutput = /dev/null\n' for url, secret in targets])


def nothing_to_do(sandbox):
    figures, lists = [], []
    for _ in range(3):
        subprocess.run(["git", "branch", "--quiet", "--delete", "--force", "reconcile/state/bench"], cwd=root, stderr=subprocess.DEVNULL)
        before = sandbox.log()
        seconds, peak = sandbox.run(root, "plan", "--detailed-exitcode")
        lines = sandbox.log()[len(before):]
        figures.append((seconds, peak, *(sum(line.startswith(half) for line in lines) for half in ("kubernetes", "identity"))))
        lists.append(curl_lists(sandbox, listed(lines)))
    seconds, peak, cluster, identity = (statistics.median(column) for column in zip(*figures))
    print(f"plan, nothing to do, {tenants} tenants x 19 objects, {people} people with 2 roles, no lock:")
    print(f"  {seconds:.2f} s (curl lists the same in {statistics.median(lists):.2f} s, ratio {seconds / statistics.median(lists):.1f}), {peak / 1024:.0f} MiB")
    print(f"  requests: cluster {cluster:.0f} (limit 40), identity {identity:.0f} (limit {tenants * 3 + people // 500 + 10})")


def one_tenant_changed(sandbox):
    """With the lock there, as it is in every run but the first."""
    sandbox.run(root, "apply", "--yes")
    path, turns = root / "tenants/t0000.yaml", []
    for turn in range(3):
        path.write_text(path.read_text().replace("Tenant 0", f"Tenant 0{turn}"))
        fleet.commit(root, f"Rename {turn}")
        planned, _ = sandbox.run(root, "plan")
        before = sandbox.log()
        applied, _ = sandbox.run(root, "apply", "--yes")
        writes = sum(line.split(" ")[1] != "GET" and "/leases" not in line and "/token" not in line for line in sandbox.log()[len(before):])
        turns.append((planned, applied, writes))
    planned, applied, writes = (statistics.median(column) for column in zip(*turns))
    print(f"  one tenant of {tenants} changed: plan {planned:.2f} s, apply {applied:.2f} s with {writes:.0f} writes")


with Sandbox(programs, folder / "sandbox") as sandbox:
    applied, _ = sandbox.run(root, "apply", "--yes", "--wait-timeout", "10m")
    nothing_to_do(sandbox)
    one_tenant_changed(sandbox)
    print(f"  the apply before it, from nothing, until all was ready: {applied:.1f} s")
