"""A no-op plan of 100 tenants × 19 objects at a real API server, its lock deleted, beside curl listing the same objects.

usage: cluster.py PROGRAMS FOLDER KUBECONFIG [TENANTS]

The cluster is best one of its own: namespaces tenant-t0000 and so on are made in it and removed at the end. Without controllers
nothing becomes ready there, which is not waited for. People are left out.
"""
import base64
import collections
import os
import pathlib
import re
import ssl
import statistics
import subprocess
import sys
import time
import urllib.request

import yaml

import fleet
from sandbox import curl

programs, folder, kubeconfig = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
tenants = int(sys.argv[4]) if len(sys.argv) > 4 else 100


class Cluster:
    """The current context of a kubeconfig: its server, and how curl and this program show who they are."""

    def __init__(self):
        config = yaml.safe_load(kubeconfig.read_text())
        named = {kind: {entry["name"]: entry[kind[:-1]] for entry in config[kind]} for kind in ("contexts", "clusters", "users")}
        context = named["contexts"][config["current-context"]]
        cluster, user = named["clusters"][context["cluster"]], named["users"][context["user"]]
        self.server, self.token = cluster["server"], user.get("token")
        self.authority = self.file(cluster, "certificate-authority")
        self.certificate, self.key = self.file(user, "client-certificate"), self.file(user, "client-key")
        self.tls = ssl.create_default_context(cafile=self.authority)
        if self.certificate:
            self.tls.load_cert_chain(self.certificate, self.key)

    @staticmethod
    def file(holder, key):
        if f"{key}-data" in holder:
            path = folder / key
            path.touch(mode=0o600)
            path.write_bytes(base64.b64decode(holder[f"{key}-data"]))
            return str(path)
        return str(kubeconfig.parent / holder[key]) if key in holder else None

    def block(self, path):
        """The lines of curl's configuration for a list."""
        lines = [f'url = "{self.server}{path}"', "silent", "fail", "output = /dev/null"]
        lines += [f'{option} = "{value}"' for option, value in (
            ("cacert", self.authority), ("cert", self.certificate), ("key", self.key)) if value]
        if self.token:
            lines.append(f'header = "Authorization: Bearer {self.token}"')
        if path.endswith("/secrets"):
            lines.append('header = "Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"')
        return "\n".join(lines) + "\n"

    def requests(self):
        """How many requests of each kind the server has answered."""
        request = urllib.request.Request(f"{self.server}/metrics")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        counts = collections.Counter()
        for line in urllib.request.urlopen(request, context=self.tls).read().decode().splitlines():
            if line.startswith("apiserver_request_total{"):
                labels = dict(re.findall(r'(\w+)="([^"]*)"', line))
                counts[tuple(labels.get(name, "") for name in ("verb", "group", "version", "resource"))] += float(line.rsplit(" ", 1)[1])
        return counts


def reconcile(*words, may_wait=False):
    """Seconds and peak KiB of one run; with `may_wait`, that something is not ready is no failure."""
    begin = time.monotonic()
    with open(folder / "out", "wb") as out:
        child = subprocess.Popen(
            [programs / "reconcile", *words, "--only", "cluster"], cwd=root, stdout=out, env={**os.environ, "KUBECONFIG": str(kubeconfig)})
        _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in ((0, 5) if may_wait else (0,)):
        sys.exit((folder / "out").read_text()[-2000:])
    return time.monotonic() - begin, usage.ru_maxrss


def nothing_to_do():
    figures = []
    for _ in range(3):
        subprocess.run(["git", "branch", "--quiet", "--delete", "--force", "reconcile/state/bench"], cwd=root, stderr=subprocess.DEVNULL)
        before = cluster.requests()
        seconds, peak = reconcile("plan", "--detailed-exitcode")
        asked = {what: count for what, count in (cluster.requests() - before).items() if what[0] in ("LIST", "GET") and what[3] not in ("", "leases")}
        lists = [f"/apis/{group}/{version}/{resource}" if group else f"/api/{version}/{resource}"
                 for verb, group, version, resource in asked if verb == "LIST"]
        listing = curl(folder, [cluster.block(path) for path in sorted(lists)])
        figures.append((seconds, peak, sum(asked.values()), listing))
    seconds, peak, count, listing = (statistics.median(column) for column in zip(*figures))
    print(f"plan at {cluster.server}, nothing to do, {tenants} tenants x 19 objects, no people, no lock:")
    print(f"  {seconds:.2f} s (curl lists the same in {listing:.2f} s, ratio {seconds / listing:.1f}), {peak / 1024:.0f} MiB")
    print(f"  requests: {count:.0f} (limit {max(40, tenants * 19 // 50)})")


folder.mkdir(parents=True)
cluster = Cluster()
root = fleet.make(folder / "fleet", tenants, 1, cluster="kubernetes: {}")
try:
    applied, _ = reconcile("apply", "--yes", "--wait-timeout", "1s", may_wait=True)
    nothing_to_do()
    print(f"  the apply before it, from nothing, without waiting: {applied:.1f} s")
finally:
    names = [f"/api/v1/namespaces/tenant-t{number:04}" for number in range(tenants)]
    curl(folder, [cluster.block(name).replace("fail\n", "request = DELETE\n") for name in names])
