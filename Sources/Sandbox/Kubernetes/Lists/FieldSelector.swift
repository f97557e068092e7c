import Formats

/// Requirements on a few named fields of an object.
struct FieldSelector: Sendable, Hashable {
    struct Requirement: Sendable, Hashable {
        let path: [String]
        let isEqual: Bool
        let value: String
    }

    let requirements: [Requirement]

    static let everything = FieldSelector(requirements: [])

    var isEverything: Bool { requirements.isEmpty }

    /// The one name that the selector leaves, so that a list need not look at every object.
    var name: String? {
        requirements.first { $0.isEqual && $0.path == ["metadata", "name"] }?.value
    }

    func matches(_ object: JSON) -> Bool {
        requirements.allSatisfy { requirement in
            let text: String =
                switch object[path: requirement.path] {
                case .string(let value): value
                case .int(let value): "\(value)"
                case .bool(let value): "\(value)"
                default: ""
                }
            return (text == requirement.value) == requirement.isEqual
        }
    }

    func and(_ path: String, _ value: String) -> FieldSelector {
        let requirement = Requirement(path: path.split(separator: ".").map(String.init), isEqual: true, value: value)
        return FieldSelector(requirements: requirements + [requirement])
    }
}

extension FieldSelector {
    /// A selector as queries write it, of the fields that this kind offers: `metadata.name=c3,status.phase!=Active`.
    init(parsing text: String, for resource: ResourceType) throws(APIFailure) {
        var requirements: [Requirement] = []
        for part in text.split(separator: ",") {
            let requirement = try Self.requirement(String(part), in: text)
            let field = requirement.path.joined(separator: ".")
            guard Self.fields(of: resource).contains(field) else { throw Self.unknown(field, for: resource) }
            requirements.append(requirement)
        }
        self.init(requirements: requirements)
    }

    private static func requirement(_ part: String, in text: String) throws(APIFailure) -> Requirement {
        for (symbol, isEqual) in [("!=", false), ("==", true), ("=", true)] {
            guard let range = part.firstRange(of: symbol) else { continue }
            let path = part[..<range.lowerBound].split(separator: ".").map(String.init)
            return Requirement(path: path, isEqual: isEqual, value: String(part[range.upperBound...]))
        }
        throw .badRequest("invalid selector: '\(text)'; can't understand '\(part)'")
    }

    private static let common = ["metadata.name", "metadata.namespace"]

    private static let special: [String: [String]] = [
        "events": [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
            "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
            "reportingComponent", "source", "type",
        ],
        "namespaces": ["status.phase"],
        "secrets": ["type"],
        "pods": [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
            "status.phase", "status.podIP", "status.nominatedNodeName",
        ],
        "replicasets.apps": ["status.replicas"],
        "jobs.batch": ["status.successful"],
    ]

    private static func fields(of resource: ResourceType) -> [String] {
        common + (special[resource.qualifiedName] ?? [])
    }

    private static func unknown(_ field: String, for resource: ResourceType) -> APIFailure {
        guard special[resource.qualifiedName] == nil, !resource.isCustom else {
            return .badRequest("field label not supported: \(field)")
        }
        return .badRequest(
            "\"\(field)\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
    }
}
