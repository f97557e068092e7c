/// Where a schema stands: which of the documents, and where in it.
struct SchemaLocation: Hashable {
    var document: Int
    var pointer: JSONPointer

    func appending(_ token: String) -> SchemaLocation {
        SchemaLocation(document: document, pointer: pointer.appending(token))
    }
}

/// The documents that a schema is spread over, and the names by which its parts refer to each other: `$id`, `$anchor`,
/// `$dynamicAnchor`.
struct SchemaDocuments {
    /// Schemas that may be referred to, by their URI; read once something refers to them.
    private let others: [String: JSON]
    private var documents: [JSON] = []
    /// The URI of each schema that has one of its own, and the way back.
    private var uris: [SchemaLocation: String] = [:]
    private var locations: [String: SchemaLocation] = [:]
    /// By `uri#name`.
    private var anchors: [String: SchemaLocation] = [:]
    private(set) var dynamicAnchors: [String: [String: SchemaLocation]] = [:]

    init(_ root: JSON, others: [String: JSON]) {
        self.others = others
        add(root, uri: "")
    }

    subscript(location: SchemaLocation) -> JSON? { documents[location.document][location.pointer] }

    /// The URI that references at that place are relative to.
    func base(of location: SchemaLocation) -> String {
        var location = location
        while true {
            if let uri = uris[location] { return uri }
            guard !location.pointer.tokens.isEmpty else { return "" }
            location.pointer.tokens.removeLast()
        }
    }

    /// What stands at the root of the schema with that URI.
    func root(_ uri: String) -> JSON? { locations[uri].flatMap { self[$0] } ?? others[uri] }

    /// What the reference names, and the anchor's name where it is a dynamic one.
    mutating func resolve(_ reference: String, from place: SchemaLocation) -> (SchemaLocation, dynamic: String?)? {
        let target = URIReference(reference).resolved(against: URIReference(base(of: place)))
        guard let uri = loaded(target.withoutFragment), let root = locations[uri],
            let fragment = URIReference.percentDecoded(target.fragment ?? "")
        else { return nil }
        if let pointer = JSONPointer(parsing: fragment) {
            return (
                SchemaLocation(document: root.document, pointer: JSONPointer(root.pointer.tokens + pointer.tokens)), nil
            )
        }
        guard let found = anchors["\(uri)#\(fragment)"] else { return nil }
        return (found, dynamicAnchors[uri]?[fragment] == found ? fragment : nil)
    }

    /// The URI, once what it names is among the documents.
    private mutating func loaded(_ uri: String) -> String? {
        if locations[uri] == nil, let document = others[uri] { add(document, uri: uri) }
        return locations[uri] == nil ? nil : uri
    }

    // MARK: Names

    private mutating func add(_ document: JSON, uri: String) {
        let root = SchemaLocation(document: documents.count, pointer: JSONPointer())
        documents.append(document)
        locations[uri] = root
        uris[root] = uri
        var tokens: [String] = []
        index(document, document: root.document, &tokens, base: uri)
    }

    private static let single: Set<String> = [
        "additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else", "unevaluatedItems",
        "unevaluatedProperties",
    ]
    private static let lists: Set<String> = ["allOf", "anyOf", "oneOf", "prefixItems"]
    private static let maps: Set<String> = ["properties", "patternProperties", "$defs", "dependentSchemas"]

    /// Finds the names in a schema and those below it, but not in what only looks like one, as a value of `const`.
    private mutating func index(_ schema: JSON, document: Int, _ tokens: inout [String], base: String) {
        guard let object = schema.object else { return }
        let location = SchemaLocation(document: document, pointer: JSONPointer(tokens))
        var base = base
        if let id = object["$id"]?.string {
            base = URIReference(id).resolved(against: URIReference(base)).withoutFragment
            uris[location] = base
            locations[base] = location
        }
        if let name = object["$anchor"]?.string { anchors["\(base)#\(name)"] = location }
        if let name = object["$dynamicAnchor"]?.string {
            anchors["\(base)#\(name)"] = location
            dynamicAnchors[base, default: [:]][name] = location
        }
        for member in object {
            tokens.append(member.key)
            if Self.single.contains(member.key) {
                index(member.value, document: document, &tokens, base: base)
            } else if Self.lists.contains(member.key) {
                for (position, element) in (member.value.array ?? []).enumerated() {
                    tokens.append(String(position))
                    index(element, document: document, &tokens, base: base)
                    tokens.removeLast()
                }
            } else if Self.maps.contains(member.key) {
                for inner in member.value.object?.members ?? [] {
                    tokens.append(inner.key)
                    index(inner.value, document: document, &tokens, base: base)
                    tokens.removeLast()
                }
            }
            tokens.removeLast()
        }
    }
}
