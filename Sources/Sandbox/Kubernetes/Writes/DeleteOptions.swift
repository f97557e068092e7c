import Formats

/// How something is to be removed: from the body, or from the query where there is none.
struct DeleteOptions: Sendable, Hashable {
    enum Propagation: String, Sendable { case background = "Background", foreground = "Foreground", orphan = "Orphan" }

    var propagation: Propagation?
    var uid: String?
    var resourceVersion: String?
    var graceSeconds: Int64?
    var isDryRun = false

    init(propagation: Propagation) {
        self.propagation = propagation
    }

    init(_ request: APIRequest) throws(APIFailure) {
        isDryRun = try DryRun.isAsked(request.query["dryRun"].map { [$0] } ?? [], in: "DeleteOptions")
        var propagationText = request.query["propagationPolicy"]
        graceSeconds = request.query["gracePeriodSeconds"].flatMap { Int64($0) }
        var orphans = request.query["orphanDependents"].map { $0 == "true" }
        if !request.body.isEmpty {
            let body = try RequestBody.parse(request, expecting: "DeleteOptions")
            propagationText = body["propagationPolicy"]?.string ?? propagationText
            orphans = body["orphanDependents"]?.bool ?? orphans
            graceSeconds = body["gracePeriodSeconds"]?.int ?? graceSeconds
            uid = body["preconditions"]?["uid"]?.string
            resourceVersion = body["preconditions"]?["resourceVersion"]?.string
            let dryRun = (body["dryRun"]?.array ?? []).compactMap(\.string)
            isDryRun = try DryRun.isAsked(dryRun, in: "DeleteOptions") || isDryRun
        }
        if let text = propagationText, !text.isEmpty {
            guard let policy = Propagation(rawValue: text) else { throw Self.unknown(text) }
            propagation = policy
        } else if let orphans {
            propagation = orphans ? .orphan : .background
        }
    }

    private static func unknown(_ text: String) -> APIFailure {
        let message =
            "Unsupported value: \"\(text)\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\""
        return .invalid(
            "DeleteOptions.meta.k8s.io", "", [.init("FieldValueNotSupported", message, at: "propagationPolicy")])
    }
}

/// Whether a write is only to say what it would do.
enum DryRun {
    static func isAsked(_ values: [String], in options: String) throws(APIFailure) -> Bool {
        for value in values where value != "All" {
            let message = "Unsupported value: [\"\(value)\"]: supported values: \"All\""
            throw .invalid("\(options).meta.k8s.io", "", [.init("FieldValueNotSupported", message, at: "dryRun")])
        }
        return !values.isEmpty
    }
}
