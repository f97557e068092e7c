"""What an administrator's script does with python-keycloak: URL USER PASSWORD REALM; prints what it found as JSON."""
import json
import sys

from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakGetError, KeycloakPostError, KeycloakPutError

url, user, password, realm = sys.argv[1:5]
admin = KeycloakAdmin(server_url=url + "/", username=user, password=password, realm_name=realm, user_realm_name="master")
found = {}


def refused(kind, call):
    try:
        call()
    except kind as error:
        return error.response_code
    return None


found["people"] = sorted(person["username"] for person in admin.get_users({}))
found["count"] = admin.users_count()
found["groups"] = sorted(group["path"] for group in admin.get_groups())

# A person of the script's own, from the beginning to the end.
made = admin.create_user({"username": "script@x.example", "email": "script@x.example", "enabled": True,
                          "firstName": "Sam", "lastName": "Script", "groups": ["/acme/operator"]})
found["same"] = admin.create_user({"username": "script@x.example"}, exist_ok=True) == made
found["twice"] = refused(KeycloakPostError, lambda: admin.create_user({"username": "script@x.example"}, exist_ok=False))
found["id"] = admin.get_user_id("script@x.example") == made
found["member"] = [group["path"] for group in admin.get_user_groups(made)]
admin.set_user_password(made, "correct horse", temporary=False)
admin.update_user(made, {"firstName": "Samuel"})
person = admin.get_user(made)
found["profile"] = [person["firstName"], person.get("lastName"), person["email"]]
found["roles"] = sorted(role["name"] for role in admin.get_composite_realm_roles_of_user(made) if role["name"] == "operator")
operators = admin.get_group_by_path("/acme/operator")
found["operators"] = sorted(member["username"] for member in admin.get_group_members(operators["id"]))
admin.group_user_remove(made, operators["id"])
found["left"] = admin.get_user_groups(made)
found["sessions"] = admin.get_sessions(made)
admin.delete_user(made)
found["gone"] = refused(KeycloakGetError, lambda: admin.get_user(made))

# Groups and roles.
group = admin.create_group({"name": "script", "attributes": {"team": ["a"]}})
child = admin.create_group({"name": "below"}, parent=group)
admin.create_realm_role({"name": "script-role"}, skip_exists=True)
role = admin.get_realm_role("script-role")
admin.assign_group_realm_roles(child, [role])
found["mapped"] = [entry["name"] for entry in admin.get_group_realm_roles(child)]
found["path"] = admin.get_group(child)["path"]
found["children"] = [entry["name"] for entry in admin.get_group_children(group)]
admin.delete_group(group)
admin.delete_realm_role("script-role")
found["groupGone"] = refused(KeycloakGetError, lambda: admin.get_group(child))

# What the next plan has to find: somebody locked out and put where nobody asked for.
ada = admin.get_user_id("ada@acme.example")
admin.update_user(ada, {"enabled": False})
admin.group_user_add(ada, admin.get_group_by_path("/acme/owner")["id"])
found["missing"] = refused(KeycloakPutError, lambda: admin.update_user("00000000-0000-4000-8000-000000000000", {"enabled": False}))
print(json.dumps(found, sort_keys=True))
