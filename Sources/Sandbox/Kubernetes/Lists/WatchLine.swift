import Formats

/// Words the lines of one watch, in the form that its client wants.
struct WatchLine: Sendable {
    private let resource: ResourceType
    private let labels: LabelSelector
    private let fields: FieldSelector
    private let form: Negotiation.Form
    private let include: String?
    private let now: @Sendable () -> Int64
    let allowsBookmarks: Bool
    /// The first table brings the headings.
    private var hasHeadings = false

    init(
        _ request: APIRequest, _ options: ListOptions, _ form: Negotiation.Form, now: @escaping @Sendable () -> Int64
    ) {
        resource = request.resource
        labels = options.labels
        fields = options.fields
        self.form = form
        include = request.query["includeObject"]
        self.now = now
        allowsBookmarks = options.allowsBookmarks
    }

    func matches(_ object: StoredObject) -> Bool { labels.matches(object.value) && fields.matches(object.value) }

    /// What the event is for somebody who sees only matching objects; nil where it is nothing.
    mutating func line(_ event: StoreEvent) -> [UInt8]? {
        let was = event.previous.map(matches) ?? false
        let isNow = event.kind != .deleted && matches(event.object)
        switch (was, isNow) {
        case (false, false): return nil
        case (false, true): return line("ADDED", event.object)
        case (true, true): return line("MODIFIED", event.object)
        case (true, false):
            return line("DELETED", event.kind == .deleted ? event.object : departed(event))
        }
    }

    /// The last state that matched, under the version of the change that ended it.
    private func departed(_ event: StoreEvent) -> StoredObject {
        var value = (event.previous ?? event.object).value
        value["metadata"]?["resourceVersion"] = .string(String(event.version))
        return StoredObject(key: event.object.key, version: event.version, value: value)
    }

    mutating func line(_ type: String, _ object: StoredObject) -> [UInt8] {
        let object = resource.shown(object)
        switch form {
        case .plain: return wrap(type, object.encoded())
        case .partial: return wrap(type, APIServer.partial(object).encoded())
        case .table(let version):
            let table = TableBuilder(resource, now: now(), include: include)
            var metadata: JSONObject = [:]
            metadata["resourceVersion"] = object.metadata?["resourceVersion"]
            let value = table.table([object], metadata: metadata, version: version, headings: !hasHeadings)
            hasHeadings = true
            return wrap(type, value.encoded())
        }
    }

    func bookmark(_ version: Int64, endsInitialEvents: Bool = false) -> [UInt8] {
        var metadata: JSONObject = ["resourceVersion": .string(String(version))]
        if endsInitialEvents { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        let object: JSON = [
            "kind": .string(resource.kind), "apiVersion": .string(resource.apiVersion), "metadata": .object(metadata),
        ]
        return wrap("BOOKMARK", object.encoded())
    }

    func error(_ failure: APIFailure) -> [UInt8] { wrap("ERROR", failure.status.encoded()) }

    private func wrap(_ type: String, _ object: [UInt8]) -> [UInt8] {
        Array("{\"type\":\"\(type)\",\"object\":".utf8) + object + Array("}\n".utf8)
    }
}
