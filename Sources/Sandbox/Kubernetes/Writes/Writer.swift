import KubernetesModel

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
    /// - Throws: everything that is wrong with the options in the query.
    init(_ request: APIRequest, options: String, isApply: Bool = false) throws(APIFailure) {
        let name = request.query["fieldManager"] ?? ""
        let text = request.query["fieldValidation"] ?? ""
        var causes: [APIFailure.Cause] = []
        if isApply, name.isEmpty {
            causes.append(
                .init("FieldValueRequired", "Required value: is required for apply patch", at: "fieldManager"))
        }
        if !isApply, options == "PatchOptions", request.query["force"] != nil {
            causes.append(
                .init("FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", at: "force"))
        }
        causes += Self.problems(withManager: name) + DryRun.problems(with: request.query.all("dryRun"))
        if !text.isEmpty, FieldValidation(rawValue: text) == nil {
            let message = "Unsupported value: \"\(text)\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\""
            causes.append(.init("FieldValueNotSupported", message, at: "fieldValidation"))
        }
        guard causes.isEmpty else { throw .invalid("\(options).meta.k8s.io", "", causes) }
        manager = name.isEmpty ? request.product : name
        user = request.user
        subresource = request.subresource?.name ?? ""
        isDryRun = !request.query.all("dryRun").isEmpty
        validation = FieldValidation(rawValue: text) ?? .warn
    }

    /// At most 128 bytes, all of which can be shown.
    private static func problems(withManager name: String) -> [APIFailure.Cause] {
        if name.utf8.count > 128 {
            return [.init("FieldValueTooLong", "Too long: may not be more than 128 bytes", at: "fieldManager")]
        }
        for (place, scalar) in name.unicodeScalars.enumerated() where scalar.value < 0x20 || scalar.value == 0x7F {
            let code = String(scalar.value, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: 4 - code.count) + code
            let message =
                "Invalid value: \(GoFormat.quoted(name)): invalid character U+\(padded) (at position \(place))"
            return [.init("FieldValueInvalid", message, at: "fieldManager")]
        }
        return []
    }
}
