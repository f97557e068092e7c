"""What reconcile does in a realm, by python-keycloak: everybody, and who is in which group; with `change` also another family name
for one person in a hundred.

usage: keycloak_peer.py read|change URL REALM CLIENT      the client's secret in KEYCLOAK_CLIENT_SECRET; prints the seconds
"""
import os
import sys
import time

from keycloak import KeycloakAdmin

mode, url, realm, client = sys.argv[1:5]
begin = time.monotonic()
admin = KeycloakAdmin(
    server_url=url + "/", realm_name=realm, client_id=client, client_secret_key=os.environ["KEYCLOAK_CLIENT_SECRET"])
people = {person["id"]: person for person in admin.get_users({"briefRepresentation": False})}
members = {}
for top in admin.get_groups():
    for group in admin.get_group_children(top["id"]):
        for member in admin.get_group_members(group["id"]):
            members.setdefault(member["id"], set()).add(group["path"])
if mode == "change":
    for number, (key, person) in enumerate(sorted(people.items())):
        if number % 100 == 0:
            admin.update_user(key, {**person, "lastName": f"Changed-{time.monotonic_ns()}"})
print(time.monotonic() - begin)
