/// What a list or a watch is asked for in the query.
struct ListOptions: Sendable {
    enum Match: String, Sendable { case exact = "Exact", notOlderThan = "NotOlderThan" }

    var labels = LabelSelector.everything
    var fields = FieldSelector.everything
    /// 0 for no limit.
    var limit = 0
    var continuation: ContinueToken?
    /// Nil where the newest state is asked for; 0 for any.
    var version: Int64?
    var match: Match?
    var isWatch = false
    var timeoutSeconds: Int?
    var allowsBookmarks = false
    var sendsInitialEvents = false
}

extension ListOptions {
    init(_ query: QueryParameters, for resource: ResourceType) throws(APIFailure) {
        if let text = query["labelSelector"] { labels = try LabelSelector(parsing: text) }
        if let text = query["fieldSelector"] { fields = try FieldSelector(parsing: text, for: resource) }
        limit = Int(query["limit"] ?? "") ?? 0
        isWatch = query.isTrue("watch")
        timeoutSeconds = query["timeoutSeconds"].flatMap { Int($0) }
        allowsBookmarks = query.isTrue("allowWatchBookmarks")
        sendsInitialEvents = query.isTrue("sendInitialEvents")
        if let text = query["resourceVersion"], !text.isEmpty {
            guard let number = Int64(text), number >= 0 else {
                throw .badRequest(
                    "invalid resource version \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax")
            }
            version = number
        }
        try setMatch(query["resourceVersionMatch"])
        if let text = query["continue"], !text.isEmpty {
            if let version, version > 0 {
                throw .badRequest("specifying resource version is not allowed when using continue")
            }
            continuation = try ContinueToken(parsing: text)
            version = nil
        }
    }

    private mutating func setMatch(_ text: String?) throws(APIFailure) {
        guard let text, !text.isEmpty else { return }
        func refused(_ why: String, _ message: String) -> APIFailure {
            .invalid("ListOptions.meta.k8s.io", "", [.init(why, message, at: "resourceVersionMatch")])
        }
        guard let match = Match(rawValue: text) else {
            throw refused(
                "FieldValueNotSupported",
                "Unsupported value: \"\(text)\": supported values: \"Exact\", \"NotOlderThan\", \"\"")
        }
        guard version != nil || sendsInitialEvents else {
            throw refused(
                "FieldValueForbidden",
                "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided")
        }
        self.match = match
    }
}

/// The query of a request, where only the first of several equal names counts.
struct QueryParameters: Sendable {
    private let values: [String: String]

    init(_ query: [(name: String, value: String)]) {
        values = Dictionary(query.map { ($0.name, $0.value) }) { first, _ in first }
    }

    subscript(name: String) -> String? { values[name] }

    /// `true`, `1`, or the name alone.
    func isTrue(_ name: String) -> Bool {
        guard let value = values[name]?.lowercased() else { return false }
        return value != "false" && value != "0"
    }
}
