"""An apply from nothing of TENANTS tenants × 19 objects with 20 people each, beside curl sending the same writes.

usage: apply.py PROGRAMS FOLDER [TENANTS]
"""
import json
import pathlib
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

import yaml

import fleet
from sandbox import Sandbox, curl

programs, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
tenants = int(sys.argv[3]) if len(sys.argv) > 3 else 100
folder.mkdir(parents=True)
root = fleet.make(folder / "fleet", tenants, 20)
PLURALS = {"networkpolicy": "networkpolicies", "ingress": "ingresses"}


class Writes:
    """When the writes of a run came, as the server's log grows: looked at every five milliseconds."""

    def __init__(self, log):
        self.log, self.times, self.is_over = log, [], False
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over = True
        self.thread.join()

    def watch(self):
        with open(self.log) as log:
            while not self.is_over:
                lines = [line.split(" ") for line in log.readlines()]
                now = time.monotonic()
                self.times += [
                    now for line in lines
                    if len(line) > 2 and line[1] != "GET" and "/leases" not in line[2] and not line[2].endswith("/token")]
                time.sleep(0.005)


def ours(turn):
    """Seconds of the whole run; seconds from its first write to its last, and how many there were."""
    subprocess.run(["git", "branch", "--quiet", "--delete", "--force", "reconcile/state/bench"], cwd=root, stderr=subprocess.DEVNULL)
    with Sandbox(programs, folder / f"ours-{turn}") as sandbox, Writes(sandbox.data / "requests.log") as writes:
        seconds, _ = sandbox.run(root, "apply", "--yes", "--wait-timeout", "10m")
    return seconds, writes.times[-1] - writes.times[0], len(writes.times)


def blocks_of_cluster(sandbox):
    """Server-side applies of what the fleet renders to, namespaces first."""
    text = subprocess.run(
        [programs / "reconcile", "render"], cwd=root, env=sandbox.environment, check=True, stdout=subprocess.PIPE).stdout
    waves = {"Namespace": [], "": []}
    for number, document in enumerate(yaml.load_all(text, Loader=yaml.CSafeLoader)):
        if not document:
            continue
        kind, metadata, version = document["kind"], document["metadata"], document["apiVersion"]
        plural = PLURALS.get(kind.lower(), kind.lower() + "s")
        base = f"/api/{version}" if "/" not in version else f"/apis/{version}"
        place = f"/namespaces/{metadata['namespace']}" if "namespace" in metadata else ""
        body = folder / "bodies" / str(number)
        body.parent.mkdir(exist_ok=True)
        body.write_text(json.dumps(document))
        url = f"{sandbox.cluster}{base}{place}/{plural}/{metadata['name']}?fieldManager=curl&force=true&fieldValidation=Strict"
        waves["Namespace" if kind == "Namespace" else ""].append(
            f'url = "{url}"\nrequest = PATCH\nheader = "Authorization: Bearer {sandbox.token}"\n'
            f'header = "Content-Type: application/apply-patch+yaml"\ndata-binary = "@{body}"\ninsecure\nsilent\nfail\noutput = /dev/null\n')
    return waves["Namespace"], waves[""]


def post(url, token, body):
    return (f'url = "{url}"\nrequest = POST\nheader = "Authorization: Bearer {token}"\nheader = "Content-Type: application/json"\n'
            f"data = {json.dumps(json.dumps(body))}\nsilent\nfail\noutput = /dev/null\n")


def blocks_of_realm(admin, token):
    people = []
    for number in range(tenants):
        name = f"t{number:04}"
        for person in range(20):
            email = f"p{person:05}@{name}.example"
            people.append(post(f"{admin}/users", token, {
                "username": email, "email": email, "enabled": True, "firstName": f"Given{person}", "lastName": f"Family{person}",
                "requiredActions": ["UPDATE_PASSWORD"], "groups": [f"/{name}/operator", f"/{name}/owner"],
                "attributes": {"reconcile.key": [email], "reconcile.owners": ["bench/bench"], "reconcile.home": ["bench/bench"]}}))
    return people


def theirs(turn):
    """Seconds that curl takes for as many objects and people; the groups, which need each other's ids, are made beforehand."""
    with Sandbox(programs, folder / f"theirs-{turn}") as sandbox:
        admin = f"{sandbox.report['identity']}/admin/realms/{sandbox.report['realm']}"
        token = sandbox.bearer()
        make_groups(admin, token)
        namespaces, rest = blocks_of_cluster(sandbox)
        people = blocks_of_realm(admin, token)
        return curl(folder, namespaces) + curl(folder, rest) + curl(folder, people), len(namespaces) + len(rest) + len(people)


def make_groups(admin, token):
    def send(path, body):
        request = urllib.request.Request(admin + path, data=json.dumps(body).encode(), method="POST")
        request.add_header("Authorization", f"Bearer {token}")
        request.add_header("Content-Type", "application/json")
        return urllib.request.urlopen(request).headers.get("Location", "").rpartition("/")[2]

    for number in range(tenants):
        top = send("/groups", {"name": f"t{number:04}"})
        for role in ("operator", "owner"):
            send(f"/groups/{top}/children", {"name": role})


turns = []
for turn in range(3):
    pair = (ours, theirs) if turn % 2 else (theirs, ours)
    done = {run.__name__: run(turn) for run in pair}
    turns.append((*done["ours"], *done["theirs"]))
whole, seconds, writes, curl_seconds, curl_writes = (statistics.median(column) for column in zip(*turns))
rate, curl_rate = writes / seconds, curl_writes / curl_seconds
print(f"apply from nothing, {tenants} tenants x 19 objects, {tenants * 20} people:")
print(f"  {whole:.2f} s from start to end, planning and waiting until all is ready included")
print(f"  {seconds:.2f} s from the first write to the last: {writes:.0f} writes, {rate:.0f}/s")
print(f"  curl, 50 at once: {curl_writes:.0f} of the same writes in {curl_seconds:.2f} s, {curl_rate:.0f}/s; ratio {rate / curl_rate:.2f} (limit 0.95)")
