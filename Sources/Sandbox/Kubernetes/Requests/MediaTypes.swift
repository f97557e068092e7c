/// What the client can read, and the form of the answer that follows from it.
struct Negotiation: Sendable, Hashable {
    enum Form: Sendable, Hashable {
        case plain
        /// Metadata alone.
        case partial
        /// Rows to print, of this version of the meta group.
        case table(version: String)
    }

    let form: Form

    /// The first clause that can be served; an absent header means plain JSON.
    static func choose(_ accept: String?, isList: Bool) throws(APIFailure) -> Negotiation {
        guard let accept, !accept.trimmingSpaces().isEmpty else { return Negotiation(form: .plain) }
        for range in MediaRange.parse(accept) {
            if let form = range.form(isList: isList) { return Negotiation(form: form) }
        }
        let offered = [
            "application/json", "application/yaml", "application/vnd.kubernetes.protobuf",
            "application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch",
        ]
        throw APIFailure(
            406, "NotAcceptable",
            "406: Not Acceptable\n\nAvailable representations: \(offered.joined(separator: ", "))", details: [:])
    }

    /// Whether the first clause that can be served asks for aggregated discovery in its newest version.
    static func wantsAggregatedDiscovery(_ accept: String?) -> Bool {
        for range in MediaRange.parse(accept ?? "") where range.isJSON {
            guard range.parameters["as"] == "APIGroupDiscoveryList" else { return false }
            if range.parameters["g"] == "apidiscovery.k8s.io", range.parameters["v"] == "v2" { return true }
        }
        return false
    }
}

/// One clause of an Accept header.
struct MediaRange: Sendable, Hashable {
    let type: String
    let parameters: [String: String]

    /// The clauses of an Accept header, the most wanted first.
    static func parse(_ header: String) -> [MediaRange] {
        let clauses = header.split(separator: ",").map { clause -> (quality: Double, range: MediaRange) in
            let parts = clause.split(separator: ";").map { $0.trimmingSpaces() }
            var parameters: [String: String] = [:]
            for part in parts.dropFirst() {
                guard let equals = part.firstIndex(of: "=") else { continue }
                parameters[String(part[..<equals])] = String(part[part.index(after: equals)...])
            }
            let quality = parameters.removeValue(forKey: "q").flatMap(Double.init) ?? 1
            return (quality, MediaRange(type: parts.first ?? "", parameters: parameters))
        }
        let order = clauses.indices.sorted { (-clauses[$0].quality, $0) < (-clauses[$1].quality, $1) }
        return order.map { clauses[$0].range }
    }

    var isJSON: Bool { type == "application/json" || type == "*/*" || type == "application/*" }

    /// The form of answer that this clause asks for, or nil where it cannot be given.
    func form(isList: Bool) -> Negotiation.Form? {
        guard isJSON else { return nil }
        let isMeta = (parameters["g"] ?? "meta.k8s.io") == "meta.k8s.io"
        return switch parameters["as"] {
        case nil: .plain
        case "Table" where isMeta: .table(version: parameters["v"] ?? "v1")
        case "PartialObjectMetadataList" where isMeta && isList: .partial
        case "PartialObjectMetadata" where isMeta && !isList: .partial
        default: nil
        }
    }
}

extension StringProtocol {
    func trimmingSpaces() -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let start = firstIndex(where: { !isBlank($0) }), let end = lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return String(self[start...end])
    }
}
