"""A no-op plan of 100 tenants × 19 objects with 20 people each, its lock deleted, beside curl listing the same objects.

usage: plan.py PROGRAMS FOLDER [TENANTS]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import yaml

import fleet

programs, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
tenants = int(sys.argv[3]) if len(sys.argv) > 3 else 100
people = tenants * 20
data = folder / "sandbox"
environment = {**os.environ, "RECONCILE_SANDBOX_DATA": str(data), "PATH": f"{programs}:{os.environ['PATH']}"}
root = fleet.make(folder / "fleet", tenants, 20)


def reconcile(*words):
    """Seconds and peak KiB of one run that has to end well."""
    begin = time.monotonic()
    with open(folder / "out", "wb") as out:
        child = subprocess.Popen([programs / "reconcile", *words], cwd=root, env=environment, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - begin
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit((folder / "out").read_text()[-2000:])
    return seconds, usage.ru_maxrss


def log():
    return (data / "requests.log").read_text().splitlines()


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


def curl_lists(paths):
    """Seconds that curl takes to list the same, both systems side by side."""
    config = yaml.safe_load((data / "kubeconfig").read_text())
    server, token = config["clusters"][0]["cluster"]["server"], config["users"][0]["user"]["token"]
    report = json.loads((data / "server.json").read_text())
    form = urllib.parse.urlencode(
        {"grant_type": "client_credentials", "client_id": report["clientId"], "client_secret": (data / "client-secret").read_text().strip()}).encode()
    answer = urllib.request.urlopen(f"{report['identity']}/realms/{report['realm']}/protocol/openid-connect/token", form)
    bearer = json.load(answer)["access_token"]
    targets = [(server + path, token) for path in sorted(paths["kubernetes"])] + [(report["identity"] + path, bearer) for path in sorted(paths["identity"])]
    blocks = [
        f'url = "{url}"\nheader = "Authorization: Bearer {secret}"\ninsecure\nsilent\nfail\noutput = /dev/null\n' for url, secret in targets]
    (folder / "curl").write_text("next\n".join(blocks))
    begin = time.monotonic()
    subprocess.run(["curl", "--no-progress-meter", "--parallel", "--config", folder / "curl"], check=True)
    return time.monotonic() - begin


subprocess.run([programs / "reconcile", "sandbox", "start", "--data", data], env=environment, check=True, stdout=subprocess.DEVNULL)
try:
    applied, _ = reconcile("apply", "--yes", "--wait-timeout", "10m")
    figures, lists = [], []
    for _ in range(3):
        subprocess.run(["git", "branch", "--quiet", "--delete", "--force", "reconcile/state/bench"], cwd=root, stderr=subprocess.DEVNULL)
        before = log()
        seconds, peak = reconcile("plan", "--detailed-exitcode")
        lines = log()[len(before):]
        figures.append((seconds, peak, *(sum(line.startswith(half) for line in lines) for half in ("kubernetes", "identity"))))
        lists.append(curl_lists(listed(lines)))
    seconds, peak, cluster, identity = (statistics.median(column) for column in zip(*figures))
    groups = tenants * 3
    print(f"plan, nothing to do, {tenants} tenants x 19 objects, {people} people with 2 roles, no lock:")
    print(f"  {seconds:.2f} s (curl lists the same in {statistics.median(lists):.2f} s, ratio {seconds / statistics.median(lists):.1f}), {peak / 1024:.0f} MiB")
    print(f"  requests: cluster {cluster:.0f} (limit 40), identity {identity:.0f} (limit {groups + people // 500 + 10})")
    print(f"  the apply before it, from nothing, until all was ready: {applied:.1f} s")
finally:
    subprocess.run([programs / "reconcile", "sandbox", "stop", "--data", data], env=environment, stdout=subprocess.DEVNULL)
