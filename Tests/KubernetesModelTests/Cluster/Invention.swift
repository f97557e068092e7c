import Formats
import KubernetesModel

/// Makes up values that fit a schema, good and bad ones.
struct Invention {
    /// Texts that some fields have a rule for.
    private static let texts: [String: [JSON]] = [
        "image": ["busybox", "registry.example/x:2", " "], "mountPath": ["/data", "/cache", "data"],
        "path": ["/", "/live", "x/y", "../x"], "topologyKey": ["kubernetes.io/hostname", "zone", ""],
        "operator": ["In", "NotIn", "Exists", "DoesNotExist", "Equal", "Gt", "like"],
        "effect": ["NoSchedule", "PreferNoSchedule", "NoExecute", "Never"],
        "fieldPath": ["metadata.name", "status.podIP", "spec.nodeName", "metadata.labels['app']", "spec.image"],
        "resource": ["limits.cpu", "requests.memory", "pods"], "schedule": ["*/5 * * * *", "@daily", "61 * * * *", ""],
        "timeZone": ["Etc/UTC", "Europe/Berlin", "Mars/Base"], "cidr": ["10.0.0.0/8", "10.0.0.1", "fd00::/8"],
        "host": ["shop.example.com", "*.example.com", "-x"], "ip": ["10.0.0.1", "::1", "x"],
        "clusterIP": ["None", "", "10.0.0.300"], "apiGroup": ["", "rbac.authorization.k8s.io", "apps"],
        "kind": ["Group", "ServiceAccount", "User", "Deployment", "Secret", "Thing"],
        "name": ["a", "b-c", "backend", "data", "A", ""], "key": ["app", "example.dev/pool", "-x", ""],
    ]
    private static let anyText: [JSON] = ["x", "a-b", "", "Always", "Never", "TCP", "http", "1", "true", "A_b", "ü"]
    private static let labelValues: [JSON] = [
        "a", "b", "", "1", "true", "v1.2", "x y", "-", .string(String(repeating: "v", count: 64)),
    ]
    private static let labelKeys = [
        "app", "team", "tier", "app.kubernetes.io/name", "example.dev/x", "ctl", "9", "a b", "-x", "example.dev/",
    ]

    var dice: Dice

    /// A value of the schema's type.
    mutating func value(_ schema: FieldSchema, name: String, _ field: ObjectType.Field? = nil, depth: Int = 0) -> JSON {
        if let known = field?.values, !known.isEmpty, !dice.once(in: 8) {
            return dice.pick(known).map { .string($0) } ?? ""
        }
        switch schema.shape {
        case .string: return text(name)
        case .number: return dice.one(0.5, 1, 0, -1.5)
        case .boolean: return .bool(dice.once(in: 2))
        case .integer: return whole()
        case .bytes: return dice.one("YWJj", "", "AAECAw==", "no base64")
        case .time: return dice.one("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+01:00", "yesterday")
        case .microTime:
            return dice.one("2026-01-02T03:04:05.000000Z", "2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05Z")
        case .quantity: return Quantities.other(&dice)
        case .intOrString: return dice.one(80, "http", "25%", 0, "8080", 70_000, "0%", "http-long-port-name", "150%")
        case .any: return [:]
        case .list: return list(schema, name, depth)
        case .map: return .object([labelKey(): schema.element.map { value($0, name: "", depth: depth + 1) } ?? "x"])
        case .object(let type): return object(schema, type, depth)
        }
    }

    mutating func text(_ name: String) -> JSON {
        if let known = Self.texts[name], !dice.once(in: 6) { return dice.pick(known) ?? "x" }
        return dice.pick(Self.anyText) ?? "x"
    }

    mutating func labelKey() -> String {
        dice.pick(dice.once(in: 6) ? Self.labelKeys : Array(Self.labelKeys.prefix(6))) ?? "app"
    }

    mutating func labelValue() -> JSON {
        dice.pick(dice.once(in: 6) ? Self.labelValues : Array(Self.labelValues.prefix(6))) ?? "a"
    }

    mutating func whole() -> JSON { dice.one(0, 1, 2, 5, 30, 80, 443, 8080, 1000, -1, 65_536, 2_147_483_648) }

    private mutating func list(_ schema: FieldSchema, _ name: String, _ depth: Int) -> JSON {
        guard let element = schema.element, depth < 4, !dice.once(in: 8) else { return [] }
        return .array((0...dice.roll(2)).map { _ in value(element, name: name, depth: depth + 1) })
    }

    /// What has to be there, and little else.
    private mutating func object(_ schema: FieldSchema, _ type: ObjectType, _ depth: Int) -> JSON {
        var made: JSON = [:]
        for field in type.fields {
            let isNeeded = field.flags.contains(.isRequired)
            guard isNeeded ? !dice.once(in: 12) : depth < 3 && dice.once(in: type.fields.count + 1) else { continue }
            made[field.name] = value(schema.schema(of: field), name: field.name, field, depth: depth + 1)
        }
        if made == [:], depth < 4, let field = dice.pick(type.fields), !dice.once(in: 4) {
            made[field.name] = value(schema.schema(of: field), name: field.name, field, depth: depth + 1)
        }
        return made
    }
}
