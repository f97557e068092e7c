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
        isWatch = query.isTrue("watch")
        limit = try query.integer("limit") ?? 0
        timeoutSeconds = try query.integer("timeoutSeconds")
        allowsBookmarks = query.isTrue("allowWatchBookmarks")
        sendsInitialEvents = query.isTrue("sendInitialEvents")
        try check(query)
        match = Match(rawValue: query["resourceVersionMatch"] ?? "")
        version = try query.version { text in
            isWatch ? APIFailure(500, "", text) : .badRequest("invalid resource version: \(text)")
        }
        if let text = query["continue"], !text.isEmpty {
            if let version, version > 0 {
                throw .badRequest("specifying resource version is not allowed when using continue")
            }
            continuation = try ContinueToken(parsing: text)
            version = nil
        }
    }

    /// What cannot be asked for together.
    private func check(_ query: QueryParameters) throws(APIFailure) {
        var causes: [APIFailure.Cause] = []
        func forbid(_ text: String, at field: String = "resourceVersionMatch") {
            causes.append(.init("FieldValueForbidden", "Forbidden: \(text)", at: field))
        }
        let text = query["resourceVersionMatch"] ?? ""
        let (isContinued, asksForEvents) = (query["continue"] ?? "" != "", query["sendInitialEvents"] != nil)
        if isWatch, asksForEvents {
            if text != Match.notOlderThan.rawValue {
                forbid("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
            }
            if isContinued { forbid("sendInitialEvents is forbidden when continue is provided", at: "continue") }
        }
        if !text.isEmpty {
            if isWatch, !asksForEvents {
                forbid("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
            }
            if !isWatch, query["resourceVersion"] ?? "" == "" {
                forbid("resourceVersionMatch is forbidden unless resourceVersion is provided")
            }
            if !isWatch, isContinued { forbid("resourceVersionMatch is forbidden when continue is provided") }
            let known = isWatch ? ["NotOlderThan"] : ["Exact", "NotOlderThan", ""]
            if !known.contains(text) {
                let list = known.map { "\"\($0)\"" }.joined(separator: ", ")
                let message = "Unsupported value: \"\(text)\": supported values: \(list)"
                causes.append(.init("FieldValueNotSupported", message, at: "resourceVersionMatch"))
            }
            if !isWatch, text == "Exact", query["resourceVersion"] == "0" {
                forbid("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")
            }
        }
        if !isWatch, asksForEvents { forbid("sendInitialEvents is forbidden for list", at: "sendInitialEvents") }
        guard causes.isEmpty else { throw .invalid("ListOptions.meta.k8s.io", "", causes) }
    }
}

/// The query of a request, where mostly only the first of several equal names counts.
struct QueryParameters: Sendable {
    private let query: [(name: String, value: String)]

    init(_ query: [(name: String, value: String)]) { self.query = query }

    subscript(name: String) -> String? { query.first { $0.name == name }?.value }

    func all(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    /// `true`, `1`, or the name alone.
    func isTrue(_ name: String) -> Bool {
        guard let value = self[name]?.lowercased() else { return false }
        return value != "false" && value != "0"
    }

    /// A whole number; nil where there is none.
    func integer(_ name: String) throws(APIFailure) -> Int? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let number = Int(text) else {
            throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
        }
        return number
    }

    /// The version that is asked for; nil where none is.
    func version(_ failure: (String) -> APIFailure) throws(APIFailure) -> Int64? {
        guard let text = self["resourceVersion"], !text.isEmpty else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw failure(
                "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax")
        }
        return number
    }
}
