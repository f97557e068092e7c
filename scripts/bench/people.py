"""People created per second on a real Keycloak, beside curl with the same bodies in a second realm, 8 at once.

usage: people.py PROGRAMS FOLDER [PEOPLE]      KEYCLOAK_URL names the server, administrator admin/admin
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import fleet
from realms import address, admin, set_up
from sandbox import Sandbox

programs, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
count = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
url = address()
folder.mkdir(parents=True)


def ours(realm, cluster):
    """People per second of an apply whose groups are there already: the whole run, from its start to its end. The lease that it needs
    is in the sandbox."""
    secret = set_up(realm, folder)
    identity = f"keycloak: {{url: {url!r}, realm: {realm}, clientId: reconcile}}"
    root = fleet.make(folder / realm, 1, 1, identity=identity)
    environment = {**cluster.environment, "KEYCLOAK_CLIENT_SECRET": secret}
    command = [programs / "reconcile", "apply", "--yes", "--only", "identity"]
    subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)
    (root / "users/t0000.csv").write_text(fleet.people("t0000", count + 1))
    fleet.commit(root, "More people")
    begin = time.monotonic()
    subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)
    return count / (time.monotonic() - begin)


def theirs(realm, _):
    """The same bodies by curl."""
    set_up(realm, folder)
    _, _ = admin("POST", f"/{realm}/groups", {"name": "t0000"})
    parent = admin("GET", f"/{realm}/groups")[1][0]["id"]
    for role in ("operator", "owner"):
        token, _ = admin("POST", f"/{realm}/groups/{parent}/children", {"name": role})
    blocks = []
    for number in range(count):
        body = {
            "username": f"p{number:05}@t0000.example", "email": f"p{number:05}@t0000.example", "enabled": True,
            "firstName": f"Given{number}", "lastName": f"Family{number}", "requiredActions": ["UPDATE_PASSWORD"],
            "groups": ["/t0000/operator", "/t0000/owner"],
            "attributes": {"reconcile.key": [f"p{number:05}@t0000.example"], "reconcile.owners": ["bench/bench"], "reconcile.home": ["bench/bench"]},
        }
        data = json.dumps(json.dumps(body))
        blocks.append(
            f'url = "{url}/admin/realms/{realm}/users"\nrequest = POST\nheader = "Authorization: Bearer {token}"\n'
            f'header = "Content-Type: application/json"\ndata = {data}\noutput = /dev/null\nsilent\nfail\n')
    (folder / "curl").write_text("next\n".join(blocks))
    begin = time.monotonic()
    subprocess.run(["curl", "--no-progress-meter", "--parallel", "--parallel-max", "8", "--config", folder / "curl"], check=True)
    return count / (time.monotonic() - begin)


# The first turn warms the server up, which compiles while it runs, and is not counted. Who begins changes from turn to turn.
turns = []
with Sandbox(programs, folder / "cluster") as cluster:
    for turn in range(4):
        pair = [(0, ours), (1, theirs)]
        done = {column: run(f"bench-{run.__name__}-{os.getpid()}-{turn}", cluster) for column, run in (pair if turn % 2 else pair[::-1])}
        turns.append((done[0], done[1]))
mine, curl = (statistics.median(column) for column in zip(*turns[1:]))
print(f"people created on Keycloak, {count} with two groups each: {mine:.0f}/s, curl with 8 at once {curl:.0f}/s, ratio {mine / curl:.2f} (limit 0.90)")
