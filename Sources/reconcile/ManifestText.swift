import Formats
import Tenancy

/// Rendered objects as YAML documents.
enum ManifestText {
    /// - Parameter tenants: empty for all, and for what is there once.
    static func text(of state: DesiredState, tenants: Set<String>, explained: Bool) -> String {
        let shared = tenants.isEmpty ? state.objects : []
        let chosen = state.tenants.filter { tenants.isEmpty || tenants.contains($0.name) }
        return (shared + chosen.flatMap(\.objects)).map { document($0, explained: explained) }.joined()
    }

    private static func document(_ object: DesiredObject, explained: Bool) -> String {
        var text = "---\n# \(object.source.fileAndLine)\n"
        for key in object.secret ?? [] { text += "# \(key.name): \(origin(of: key))\n" }
        if explained {
            for origin in object.origins {
                text += "# \(origin.pointer): \(origin.layer), \(origin.place.fileAndLine)\n"
            }
        }
        return text + YAML.text(of: object.object)
    }

    private static func origin(of key: SecretKey) -> String {
        switch key.source {
        case .generate(let length): "generated, \(length) characters"
        case .environment(let variable): "from \(variable)"
        }
    }
}
