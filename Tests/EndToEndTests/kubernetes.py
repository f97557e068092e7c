"""One request to the cluster of a kubeconfig, with its certificates or token: KUBECONFIG METHOD PATH CONTENT-TYPE, the body in BODY."""
import base64
import os
import ssl
import sys
import tempfile
import urllib.error
import urllib.request

import yaml

path, method, target, content_type = sys.argv[1:5]
config = yaml.safe_load(open(path))
cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]


def file(holder, key):
    if key in holder:
        return holder[key]
    if key + "-data" not in holder:
        return None
    with tempfile.NamedTemporaryFile(delete=False) as made:
        made.write(base64.b64decode(holder[key + "-data"]))
    return made.name


authority, certificate, key = file(cluster, "certificate-authority"), file(user, "client-certificate"), file(user, "client-key")
context = ssl.create_default_context(cafile=authority) if cluster["server"].startswith("https") else None
if certificate:
    context.load_cert_chain(certificate, key)
body = os.environ.get("BODY") or None
request = urllib.request.Request(cluster["server"] + target, method=method, data=body.encode() if body else None)
request.add_header("Content-Type", content_type)
if "token" in user:
    request.add_header("Authorization", "Bearer " + user["token"])
try:
    sys.stdout.write(urllib.request.urlopen(request, context=context).read().decode())
except urllib.error.HTTPError as error:
    sys.exit(f"{error.code} {error.read().decode()}")
