import Formats
import Tenancy

/// Rendered objects as YAML documents.
enum ManifestText {
    /// - Parameter tenants: empty for all, and for what is there once.
    static func text(of part: RenderedPart, tenants: Set<String>, explained: Bool) -> String {
        guard part.isOf(tenants) else { return "" }
        return part.objects.map { document($0, explained: explained) }.joined()
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

extension RenderedPart {
    fileprivate func isOf(_ tenants: Set<String>) -> Bool {
        guard !tenants.isEmpty else { return true }
        guard case .tenant(let tenant) = self else { return false }
        return tenants.contains(tenant.name)
    }
}
