"""Realms of a bench's own on the real Keycloak that KEYCLOAK_URL names, administrator admin/admin."""
import json
import os
import pathlib
import subprocess
import urllib.parse
import urllib.request


def address():
    return os.environ["KEYCLOAK_URL"].rstrip("/")


def admin(method, path, body=None):
    form = urllib.parse.urlencode({"grant_type": "password", "client_id": "admin-cli", "username": "admin", "password": "admin"}).encode()
    token = json.load(urllib.request.urlopen(f"{address()}/realms/master/protocol/openid-connect/token", form))["access_token"]
    request = urllib.request.Request(f"{address()}/admin/realms{path}", method=method, data=json.dumps(body).encode() if body else None)
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Content-Type", "application/json")
    answer = urllib.request.urlopen(request).read()
    return token, json.loads(answer) if answer else None


def set_up(realm, folder):
    """Makes the realm as docs/keycloak.md says; the client's secret."""
    text = (pathlib.Path(__file__).parent.parent.parent / "docs/keycloak.md").read_text()
    blocks = [block.split("```")[0] for block in text.split("```sh\n")[1:]]
    secret = folder / f"{realm}.secret"
    subprocess.run(
        ["bash", "-euc", "\n".join(blocks)], check=True,
        env={**os.environ, "REALM": realm, "KEYCLOAK_ADMIN": "admin", "KEYCLOAK_ADMIN_PASSWORD": "admin", "SECRET_FILE": str(secret), "REALM_ROLES": "operator owner"})
    return secret.read_text().strip()
