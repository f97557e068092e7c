"""A sandbox of a bench's own, and runs of reconcile against it."""
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import yaml


class Sandbox:
    def __init__(self, programs, folder):
        self.programs, self.data = pathlib.Path(programs), pathlib.Path(folder)
        self.environment = {
            **os.environ, "RECONCILE_SANDBOX_DATA": str(self.data), "PATH": f"{programs}:{os.environ['PATH']}"}

    def __enter__(self):
        self.data.mkdir(parents=True)
        subprocess.run(
            [self.programs / "reconcile", "sandbox", "start", "--data", self.data], env=self.environment, check=True,
            stdout=subprocess.DEVNULL)
        config = yaml.safe_load((self.data / "kubeconfig").read_text())
        self.cluster, self.token = config["clusters"][0]["cluster"]["server"], config["users"][0]["user"]["token"]
        self.report = json.loads((self.data / "server.json").read_text())
        return self

    def __exit__(self, *_):
        subprocess.run(
            [self.programs / "reconcile", "sandbox", "stop", "--data", self.data], env=self.environment,
            stdout=subprocess.DEVNULL)

    @property
    def client_secret(self):
        return (self.data / "client-secret").read_text().strip()

    def bearer(self):
        """A token of the realm's."""
        form = urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_id": self.report["clientId"],
            "client_secret": self.client_secret}).encode()
        url = f"{self.report['identity']}/realms/{self.report['realm']}/protocol/openid-connect/token"
        return json.load(urllib.request.urlopen(url, form))["access_token"]

    def log(self):
        return (self.data / "requests.log").read_text().splitlines()

    def run(self, root, *words, environment=None):
        """Seconds and peak KiB of one run that has to end well."""
        return run([self.programs / "reconcile", *words], root, environment or self.environment)


def run(command, root, environment):
    """Seconds and peak KiB of one run that has to end well."""
    begin = time.monotonic()
    with open(root / "../out", "wb") as out:
        child = subprocess.Popen(command, cwd=root, env=environment, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - begin
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit((root / "../out").read_text()[-2000:])
    return seconds, usage.ru_maxrss


def curl(folder, blocks, parallel=50):
    """Seconds that curl takes for the requests, each given as lines of its configuration."""
    (folder / "curl").write_text("next\n".join(blocks))
    begin = time.monotonic()
    subprocess.run(
        ["curl", "--no-progress-meter", "--parallel", "--parallel-max", str(parallel), "--config", folder / "curl"],
        check=True)
    return time.monotonic() - begin
