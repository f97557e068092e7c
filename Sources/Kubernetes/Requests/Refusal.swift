import Formats
import Planning

/// A refusal of the API server in words: why, and what to do about it.
struct Refusal {
    let kind: Failure.Kind
    let text: String

    private static let maxText = 600

    init(_ answer: Cluster.Answer, _ call: Call, user: String) {
        let status = ServerStatus(answer.body)
        let said = Self.said(status, call)
        switch answer.status {
        case 401:
            self.init(.unreachable, "the server does not accept our credentials (401); check \(user)")
        case 403 where status.message.contains(" cannot ") && status.message.contains("User "):
            self.init(.unreachable, "\(said) (403); give \(user) a role that allows it")
        case 403 where status.message.contains("exceeded quota"):
            self.init(.rejected, "\(said) (403); raise the quota or ask for less")
        case 403 where status.causes.contains { $0.reason == "NamespaceTerminating" }:
            self.init(.rejected, "\(said) (403); apply again when it is gone")
        case 403 where status.message.contains("violates PodSecurity"):
            self.init(
                .rejected, "\(said) (403); ask for less in the pods, or have the namespace's pod security changed")
        case 400..<500 where status.message.hasPrefix("admission webhook "):
            self.init(
                .rejected, "\(said) (\(answer.status)); change what it objects to, or ask those whose webhook it is")
        case 500 where status.message.contains("failed calling webhook"):
            self.init(.rejected, "\(said) (500); nothing is written until the webhook answers again")
        case 404: self.init(.rejected, said.isEmpty ? "the server does not know it (404)" : "\(said) (404)")
        case 409 where status.causes.contains { $0.reason == "FieldManagerConflict" }:
            self.init(
                .conflict, "\(Self.owners(status)); take the fields out of the manifest, or have them given up there")
        case 409: self.init(.conflict, "\(said) (409); plan again")
        case 410: self.init(.unreachable, "the server forgot what it was reading from meanwhile (410); try again")
        case 422 where !status.causes.isEmpty: self.init(.rejected, Self.causes(status, call))
        case 429, 503: self.init(.unreachable, "the server is overloaded (\(answer.status)); try again later")
        case 502, 504: self.init(.unreachable, "\(said) (\(answer.status)); try again later")
        default: self.init(.rejected, said.isEmpty ? "it answered \(answer.status)" : "\(said) (\(answer.status))")
        }
    }

    private init(_ kind: Failure.Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    /// The server's words, unless they may quote a value.
    private static func said(_ status: ServerStatus, _ call: Call) -> String {
        guard !call.holdsSecrets || status.code == 401 || status.code == 403 else { return status.reason }
        return shortened(status.message)
    }

    /// `.spec.replicas belongs to kubectl-edit`
    private static func owners(_ status: ServerStatus) -> String {
        let conflicts = status.causes.filter { $0.reason == "FieldManagerConflict" }
        let texts = conflicts.map { cause in
            let manager = cause.message.split(separator: "\"", omittingEmptySubsequences: false)
            return "\(cause.field) belongs to \(manager.count > 1 ? String(manager[1]) : "another manager")"
        }
        return shortened(texts.joined(separator: ", "))
    }

    /// `spec.selector: Invalid value: …: field is immutable`
    private static func causes(_ status: ServerStatus, _ call: Call) -> String {
        let texts = status.causes.map { cause in
            call.holdsSecrets ? "\(cause.field): \(cause.reason)" : "\(cause.field): \(cause.message)"
        }
        return shortened(texts.joined(separator: "; ")) + " (422)"
    }

    /// One line of bearable length.
    private static func shortened(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count <= maxText ? line : line.prefix(maxText) + "…"
    }
}

/// A `Status` object, as far as it is there.
struct ServerStatus {
    struct Cause {
        let reason: String
        let message: String
        let field: String
    }

    let code: Int
    let reason: String
    let message: String
    let causes: [Cause]

    init(_ body: JSON) {
        code = Int(body["code"]?.int ?? 0)
        reason = body["reason"]?.string ?? ""
        message = body["message"]?.string ?? ""
        causes = (body[path: "details", "causes"]?.array ?? []).map { cause in
            Cause(
                reason: cause["reason"]?.string ?? "", message: cause["message"]?.string ?? "",
                field: cause["field"]?.string ?? "")
        }
    }
}
