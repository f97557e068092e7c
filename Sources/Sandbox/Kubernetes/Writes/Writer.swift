/// In whose name something is written.
struct Writer: Sendable, Hashable {
    let manager: String
    /// Nil for the cluster itself, which may do everything.
    var user: ClusterUser?
    /// Empty for the object itself.
    var subresource = ""
    /// What becomes of fields that nobody knows.
    var validation = FieldValidation.ignore
    var isDryRun = false
    /// Writes what is as it was, so that the version moves.
    var rewritesUnchanged = false

    init(
        manager: String, subresource: String = "", validation: FieldValidation = .ignore, isDryRun: Bool = false
    ) {
        self.manager = manager
        self.subresource = subresource
        self.validation = validation
        self.isDryRun = isDryRun
    }
}

/// What becomes of fields that the kind does not have.
enum FieldValidation: String, Sendable { case ignore = "Ignore", warn = "Warn", strict = "Strict" }

extension Writer {
    init(_ request: APIRequest, options: String) throws(APIFailure) {
        manager = request.query["fieldManager"].flatMap { $0.isEmpty ? nil : $0 } ?? request.product
        user = request.user
        subresource = request.subresource?.name ?? ""
        isDryRun = try DryRun.isAsked(request.query["dryRun"].map { [$0] } ?? [], in: options)
        let text = request.query["fieldValidation"] ?? ""
        guard !text.isEmpty else {
            validation = .warn
            return
        }
        guard let chosen = FieldValidation(rawValue: text) else {
            let message = "Unsupported value: \"\(text)\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\""
            throw .invalid(
                "\(options).meta.k8s.io", "", [.init("FieldValueNotSupported", message, at: "fieldValidation")])
        }
        validation = chosen
    }
}
