import Formats

/// What a run is told by flags and variables, and who said so; of a secret only that it is there.
struct Settings {
    private struct Setting {
        let name: String
        let value: String
        let origin: String
    }

    private let settings: [Setting]

    /// Variables that are not flags and mean something to a run.
    private static let variables = [
        "KUBECONFIG", "KEYCLOAK_URL", "KEYCLOAK_CLIENT_SECRET", "RECONCILE_GIT_TOKEN", "RECONCILE_GIT_USERNAME",
        "RECONCILE_GIT_SSH_KEY", "RECONCILE_GIT_KNOWN_HOSTS", "RECONCILE_GIT_PUSH_TOKEN",
        "RECONCILE_GIT_PUSH_USERNAME", "RECONCILE_GIT_PUSH_SSH_KEY", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "HTTPS_PROXY",
        "https_proxy", "NO_PROXY", "no_proxy", "XDG_CACHE_HOME", "XDG_STATE_HOME", "TMPDIR", "NO_COLOR", "CI",
    ]
    /// Those whose value is for nobody's eyes.
    private static let secrets: Set = [
        "KEYCLOAK_CLIENT_SECRET", "RECONCILE_GIT_TOKEN", "RECONCILE_GIT_SSH_KEY", "RECONCILE_GIT_PUSH_TOKEN",
        "RECONCILE_GIT_PUSH_SSH_KEY",
    ]

    init(_ invocation: Invocation) {
        let flags = invocation.parsed.values.sorted { $0.key < $1.key }.map { name, value in
            Setting(
                name: "--\(name)", value: value.texts.map(AddressText.withoutLogin).joined(separator: ", "),
                origin: value.origin == .environment
                    ? "RECONCILE_\(name.uppercased().replacing("-", with: "_"))" : value.origin.rawValue)
        }
        let variables = Self.variables.flatMap { [$0, "\($0)_FILE"] }.compactMap { name -> Setting? in
            guard let value = invocation.variables[name], !value.isEmpty else { return nil }
            return Setting(name: name, value: Self.shown(name, value), origin: "environment")
        }
        // Values for tenants' Secrets, which blueprints name.
        let values = invocation.variables.keys.filter { $0.hasPrefix("RECONCILE_SECRET_") }.sorted()
            .map { Setting(name: $0, value: "(set)", origin: "environment") }
        settings = flags + variables + values
    }

    private static func shown(_ name: String, _ value: String) -> String {
        secrets.contains(name) ? "(set)" : AddressText.withoutLogin(value)
    }

    /// Ready but for terminals, with a final empty line.
    var lines: [String] {
        let names = settings.map(\.name.count).max() ?? 0
        let values = min(60, settings.map(\.value.count).max() ?? 0)
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        return ["Settings"]
            + settings.map { "  \(padded($0.name, names))  \(padded($0.value, values))  \($0.origin)" } + [""]
    }

    var json: JSON {
        .array(
            settings.map { ["name": .string($0.name), "value": .string($0.value), "origin": .string($0.origin)] })
    }
}
