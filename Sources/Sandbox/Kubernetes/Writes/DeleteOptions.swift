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
        isDryRun = try DryRun.isAsked(request.query.all("dryRun"), in: "DeleteOptions")
        var propagationText = request.query["propagationPolicy"]
        graceSeconds = try request.query.integer("gracePeriodSeconds").map { Int64($0) }
        var orphans = request.query["orphanDependents"].map { $0 == "true" }
        if !request.body.isEmpty {
            let body = try Self.body(request)
            propagationText = body["propagationPolicy"]?.string ?? propagationText
            orphans = body["orphanDependents"]?.bool ?? orphans
            graceSeconds = body["gracePeriodSeconds"]?.int ?? graceSeconds
            uid = body["preconditions"]?["uid"]?.string
            resourceVersion = body["preconditions"]?["resourceVersion"]?.string
            let dryRun = (body["dryRun"]?.array ?? []).compactMap(\.string)
            isDryRun = try DryRun.isAsked(dryRun, in: "DeleteOptions") || isDryRun
        }
        if let text = propagationText, !text.isEmpty {
            if orphans != nil {
                let message = "Invalid value: \"\(text)\": orphanDependents and deletionPropagation cannot be both set"
                throw .invalid(
                    "DeleteOptions.meta.k8s.io", "", [.init("FieldValueInvalid", message, at: "propagationPolicy")])
            }
            guard let policy = Propagation(rawValue: text) else { throw Self.unknown(text) }
            propagation = policy
        } else if let orphans {
            propagation = orphans ? .orphan : .background
        }
    }

    private static func body(_ request: APIRequest) throws(APIFailure) -> JSON {
        let body: JSON
        if RequestBody.json.contains(request.contentType) {
            do { body = try JSON.parse(request.body) } catch {
                throw .badRequest(
                    "couldn't get version/kind; json parse error: \(GoJSON.mistake(in: request.body))")
            }
        } else {
            body = try RequestBody.parse(request, expecting: "DeleteOptions")
        }
        guard body.object != nil else {
            throw .badRequest("couldn't get version/kind; json parse error: \(RequestBody.noObject(body))")
        }
        if let kind = body["kind"]?.string, !kind.isEmpty, kind != "DeleteOptions" {
            throw .badRequest(
                "no kind \"\(kind)\" is registered for version \"\(body["apiVersion"]?.string ?? "")\" in scheme "
                    + "\"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\"")
        }
        return body
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
        let causes = problems(with: values)
        guard causes.isEmpty else { throw .invalid("\(options).meta.k8s.io", "", causes) }
        return !values.isEmpty
    }

    static func problems(with values: [String]) -> [APIFailure.Cause] {
        guard values.contains(where: { $0 != "All" }) else { return [] }
        let list = values.map { "\"\($0)\"" }.joined(separator: ",")
        return [
            .init("FieldValueNotSupported", "Unsupported value: [\(list)]: supported values: \"All\"", at: "dryRun")
        ]
    }
}
