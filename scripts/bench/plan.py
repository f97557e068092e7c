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

import yaml

import fleet

programs, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
tenants = int(sys.argv[3]) if len(sys.argv) > 3 else 100
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


def requests():
    lines = (data / "requests.log").read_text().splitlines()
    return [sum(1 for line in lines if line.startswith(half)) for half in ("kubernetes", "identity")]


def curl_lists():
    """Lists of the same kinds by curl, side by side."""
    config = yaml.safe_load((data / "kubeconfig").read_text())
    server, token = config["clusters"][0]["cluster"]["server"], config["users"][0]["user"]["token"]
    paths = [
        "api/v1/" + kind for kind in ("namespaces", "configmaps", "services", "serviceaccounts", "resourcequotas", "limitranges", "secrets")
    ] + [
        "apis/apps/v1/deployments", "apis/apps/v1/statefulsets", "apis/autoscaling/v2/horizontalpodautoscalers", "apis/batch/v1/cronjobs",
        "apis/networking.k8s.io/v1/ingresses", "apis/networking.k8s.io/v1/networkpolicies", "apis/rbac.authorization.k8s.io/v1/rolebindings",
    ]
    lines = [f'url = "{server}/{path}"\noutput = /dev/null' for path in paths]
    (folder / "curl").write_text(f'header = "Authorization: Bearer {token}"\ninsecure\nsilent\n' + "\n".join(lines))
    begin = time.monotonic()
    subprocess.run(["curl", "--no-progress-meter", "--parallel", "--config", folder / "curl"], check=True)
    return time.monotonic() - begin


subprocess.run([programs / "reconcile", "sandbox", "start", "--data", data], env=environment, check=True, stdout=subprocess.DEVNULL)
try:
    applied, _ = reconcile("apply", "--yes", "--wait-timeout", "10m")
    figures, lists = [], []
    for _ in range(3):
        subprocess.run(["git", "branch", "--quiet", "--delete", "--force", "reconcile/state/bench"], cwd=root, stderr=subprocess.DEVNULL)
        before = requests()
        seconds, peak = reconcile("plan", "--detailed-exitcode")
        asked = [after - earlier for earlier, after in zip(before, requests())]
        figures.append((seconds, peak, *asked))
        lists.append(curl_lists())
    seconds, peak, cluster, identity = (statistics.median(column) for column in zip(*figures))
    groups, people = tenants * 3, tenants * 20
    print(f"plan, nothing to do, {tenants} tenants x 19 objects, {people} people with 2 roles, no lock:")
    print(f"  {seconds:.2f} s (curl lists the same in {statistics.median(lists):.2f} s), {peak / 1024:.0f} MiB")
    print(f"  requests: cluster {cluster:.0f} (limit 40), identity {identity:.0f} (limit {groups + people // 500 + 10})")
    print(f"  the apply before it, from nothing, until all was ready: {applied:.1f} s")
finally:
    subprocess.run([programs / "reconcile", "sandbox", "stop", "--data", data], env=environment, stdout=subprocess.DEVNULL)
