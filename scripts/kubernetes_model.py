"""Boils the OpenAPI documents and the recorded discovery down to the lines that KubernetesModel reads.

    kind <group or -> <version> <kind> <plural> <singular or -> <namespaced|cluster> <short names,> <categories,> <verbs,> <type or ->
    sub <name> <group or -> <version or -> <kind> <verbs,>          a subresource of the kind above
    hash <storage version hash>                                     of the kind above
    group <name> <version>                                          in the order of discovery
    type <name> [atomic]
    <field> <type expression> <flags> [<value>]                     a field of the type above

Type expressions: s string, i integer of 32 bits, l of 64, n number, b boolean, y bytes, t time, u time with microseconds, q quantity, x integer or string,
* anything, @NAME a type, [aE [sE [m(KEY,KEY)E lists (atomic, set, by key), {E {aE maps, gE with fields of their own owners although the type is atomic. Flags: r required, w written when empty,
o an object in place, k kept when zero, m(KEY) and p patched by key or as a set, c patched by replacing, v retains only the patch's keys, d a default (the value that follows, as JSON),
e an enumeration (the values that follow, with commas).
"""
import json, pathlib

PREFIXES = ("io.k8s.api.", "io.k8s.apimachinery.pkg.apis.", "io.k8s.apimachinery.pkg.", "io.k8s.apiextensions-apiserver.pkg.apis.")
SCALARS = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "q", "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "x",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "t", "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "u",
}
SKIPPED = ("WatchEvent", "DeleteOptions", ".APIResource", ".APIResourceList", ".Patch")


def table(path):
    rows = (line.split() for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return {name: set(fields) for name, *fields in rows}


def short(name):
    for prefix in PREFIXES:
        if name.startswith(prefix):
            return name[len(prefix):]
    raise ValueError(name)


def expression(schema):
    if "allOf" in schema:
        assert len(schema["allOf"]) == 1
        granular = "g" if schema.get("x-kubernetes-map-type") == "granular" else ""
        return granular + expression(schema["allOf"][0])
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return SCALARS.get(name) or "@" + short(name)
    kind = schema.get("type")
    if kind == "array":
        element = expression(schema["items"])
        how = schema.get("x-kubernetes-list-type", "atomic")
        if how == "map":
            return f"[m({','.join(schema['x-kubernetes-list-map-keys'])}){element}"
        return {"atomic": "[a", "set": "[s"}[how] + element
    if kind == "object":
        if "additionalProperties" not in schema:
            return "*"
        atomic = "a" if schema.get("x-kubernetes-map-type") == "atomic" else ""
        return "{" + atomic + expression(schema["additionalProperties"])
    if kind == "string":
        return {"byte": "y", "date-time": "t"}.get(schema.get("format"), "s")
    if kind == "integer":
        return "i" if schema.get("format") == "int32" else "l"
    return {"number": "n", "boolean": "b", None: "*"}[kind]


def flags(owner, name, schema, required, kept, nulls, spared):
    out, value = "", []
    scalar = schema.get("type") in ("string", "integer", "number", "boolean")
    default = schema.get("default")
    if name in required and name not in spared:
        out += "r"
    # References to other objects leave an empty name out, whatever their default says.
    is_reference = name == "name" and name not in required
    if name in nulls or default in ({}, 0) or (default == "" and not is_reference) or (name in required and not scalar):
        out += "w"
    if default == {}:
        out += "o"
    if name in kept:
        out += "k"
    strategy = schema.get("x-kubernetes-patch-strategy", "")
    if "merge" in strategy:
        key = schema.get("x-kubernetes-patch-merge-key")
        out += f"m({key})" if key else "p"
    if "replace" in strategy:
        out += "c"
    if "retainKeys" in strategy:
        out += "v"
    # It still tells elements of a list apart.
    if scalar and (default not in (None, "", 0, False) or (default == "" and is_reference)):
        out += "d"
        value.append(json.dumps(default, separators=(",", ":")))
    if "enum" in schema:
        out += "e"
        value.append(",".join(schema["enum"]))
    return [out or "-"] + value


def types(documents, folder):
    schemas = {}
    for document in documents.values():
        schemas.update(document["components"]["schemas"])
    kept, nulls, spared = (table(folder / f"{name}.txt") for name in ("kept-zeros", "written-nulls", "may-be-missing"))
    for name, schema in sorted(schemas.items()):
        if name in SCALARS or name.endswith(SKIPPED):
            continue
        if "properties" not in schema:
            yield f"any {short(name)}"
            continue
        yield f"type {short(name)}" + (" atomic" if schema.get("x-kubernetes-map-type") == "atomic" else "")
        required = set(schema.get("required", []))
        for field, inner in sorted(schema["properties"].items()):
            marks = flags(name, field, inner, required, *(t.get(name, ()) for t in (kept, nulls, spared)))
            yield " ".join([field, expression(inner), *marks])


def kinds(documents, discovery):
    named = {}
    for document in documents.values():
        for name, schema in document["components"]["schemas"].items():
            for gvk in schema.get("x-kubernetes-group-version-kind", []):
                if not name.endswith(SKIPPED):
                    named[gvk["group"], gvk["version"], gvk["kind"]] = short(name)
    bodies = [step["response"]["body"] for step in discovery["steps"]]
    hashes = {(body["groupVersion"], r["name"]): r["storageVersionHash"] for body in bodies
              if isinstance(body, dict) and body.get("kind") == "APIResourceList"
              for r in body["resources"] if "storageVersionHash" in r}
    lists = [body for body in bodies if isinstance(body, dict) and body.get("kind") == "APIGroupDiscoveryList"]
    for item in sorted((i for body in lists for i in body["items"]), key=lambda i: "name" in i["metadata"]):
        group = item["metadata"].get("name", "")
        for version in item["versions"]:
            yield f"group {group or '-'} {version['version']}"
            for r in version["resources"]:
                kind = r["responseKind"]["kind"]
                yield " ".join([
                    "kind", group or "-", version["version"], kind, r["resource"], r.get("singularResource") or "-",
                    r["scope"].lower(), ",".join(r.get("shortNames", [])) or "-", ",".join(r.get("categories", [])) or "-",
                    ",".join(r["verbs"]), named.get((group, version["version"], kind), "-")])
                known = hashes.get((f"{group}/{version['version']}" if group else version["version"], r["resource"]))
                if known:
                    yield f"hash {known}"
                for s in r.get("subresources", []):
                    what = s["responseKind"]
                    yield " ".join(["sub", s["subresource"], what["group"] or "-", what["version"] or "-", what["kind"], ",".join(s["verbs"])])


def text(root):
    fixtures = root / "Tests/Fixtures/kubernetes"
    documents = {path.stem: json.loads(path.read_text()) for path in sorted((fixtures / "openapi").glob("*.json"))}
    discovery = json.loads((fixtures / "transcripts/discovery.json").read_text())
    lines = [*kinds(documents, discovery), *types(documents, root / "scripts/kubernetes")]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(text(pathlib.Path(__file__).resolve().parent.parent), end="")
