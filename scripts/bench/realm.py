"""A realm of many people, nothing to do and one in a hundred changed, beside python-keycloak doing the same.

usage: realm.py PROGRAMS FOLDER [PEOPLE]
On the real Keycloak where KEYCLOAK_URL names one, else on the sandbox. PYTHON_KEYCLOAK is a Python that has python-keycloak, by
default the one of .venv.
"""
import os
import pathlib
import statistics
import subprocess
import sys

import fleet
from sandbox import Sandbox, run

programs, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
is_real = "KEYCLOAK_URL" in os.environ
count = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000 if is_real else 100_000
tenants = 100
here = pathlib.Path(__file__).parent
python = os.environ.get("PYTHON_KEYCLOAK", here.parent.parent / ".venv/bin/python")
folder.mkdir(parents=True)


def ours(root, environment, *words):
    return run([programs / "reconcile", *words, "--only", "identity"], root, environment)


def theirs(mode, url, realm, secret):
    """Seconds in which python-keycloak reads people and memberships, and changes one name in a hundred where it is told to."""
    out = subprocess.run(
        [python, here / "keycloak_peer.py", mode, url, realm, "reconcile"], check=True, stdout=subprocess.PIPE,
        env={**os.environ, "KEYCLOAK_CLIENT_SECRET": secret})
    return float(out.stdout)


def change(root, turn):
    """Another family name for one person in a hundred."""
    for file in sorted((root / "users").iterdir()):
        lines = file.read_text().splitlines(keepends=True)
        for number in range(1, len(lines), 100):
            start, _ = lines[number].rstrip().rsplit(",", 1)
            lines[number] = f"{start},Changed{turn}\n"
        file.write_text("".join(lines))
    fleet.commit(root, f"Change {turn}")


def measure(root, environment, url, realm, secret):
    made, _ = ours(root, environment, "apply", "--yes")
    idle, changed = [], []
    for turn in range(3):
        seconds, peak = ours(root, environment, "plan", "--detailed-exitcode")
        idle.append((seconds, peak, theirs("read", url, realm, secret)))
        change(root, turn)
        seconds, peak = ours(root, environment, "apply", "--yes")
        changed.append((seconds, peak, theirs("change", url, realm, secret)))
        # What it changed is drift now: taken back outside of the measurement.
        ours(root, environment, "apply", "--yes")
    print(f"{count} people with 2 roles each on {'the real Keycloak' if is_real else 'the sandbox'}: made in {made:.1f} s")
    for name, turns in (("a plan without changes", idle), ("an apply that changes one in a hundred", changed)):
        seconds, peak, peer = (statistics.median(column) for column in zip(*turns))
        print(f"  {name}: {seconds:.2f} s, {peak / 1024:.0f} MiB; python-keycloak {peer:.2f} s, ratio {seconds / peer:.2f}")


if is_real:
    from realms import address, set_up

    realm = f"bench-realm-{os.getpid()}"
    secret = set_up(realm, folder)
    identity = f"keycloak: {{url: {address()!r}, realm: {realm}, clientId: reconcile}}"
    root = fleet.make(folder / "fleet", tenants, count // tenants, identity=identity)
    # The lease that an apply needs is in the sandbox.
    with Sandbox(programs, folder / "sandbox") as sandbox:
        measure(root, {**sandbox.environment, "KEYCLOAK_CLIENT_SECRET": secret}, address(), realm, secret)
else:
    root = fleet.make(folder / "fleet", tenants, count // tenants)
    with Sandbox(programs, folder / "sandbox") as sandbox:
        measure(root, sandbox.environment, sandbox.report["identity"], sandbox.report["realm"], sandbox.client_secret)
