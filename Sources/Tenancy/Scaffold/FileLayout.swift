package import Formats

/// The layout of a fleet's files: which of them have one, and what it is.
package enum FileLayout {
    package enum Outcome: Sendable, Hashable {
        /// Laid out already, or of no kind that has a layout.
        case asIs
        case changed([UInt8])
        case unreadable([Diagnostic])
    }

    package static func layOut(_ bytes: [UInt8], _ path: String) -> Outcome {
        switch RepositoryPath(path) {
        case .fleet, .tier, .role, .tenant, .approval: return yaml(bytes, path)
        case .blueprint(_, _, let inner) where inner.hasSuffix(".yaml") || inner.hasSuffix(".yml"):
            return yaml(bytes, path)
        case .users:
            guard let made = CSV.formatted(bytes) else {
                let columns = CSV.Columns(required: [], allowsOthers: true)
                return .unreadable(CSV.read(bytes, file: path, columns: columns) { _ in }.diagnostics)
            }
            return made == bytes ? .asIs : .changed(made)
        case .blueprint, .state, .misplaced, .foreign: return .asIs
        }
    }

    private static func yaml(_ bytes: [UInt8], _ path: String) -> Outcome {
        let found = YAML.parse(bytes, file: path, stream: .many).diagnostics
        guard found.isEmpty else { return .unreadable(found) }
        guard let made = YAML.formatted(bytes), made != bytes else { return .asIs }
        return .changed(made)
    }
}
