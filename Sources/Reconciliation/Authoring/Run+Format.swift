package import Formats
import Git
import Tenancy

/// What laying out the files came to.
package struct Formatted: Sendable {
    package let checkout: Checkout
    /// Paths of the files that are laid out otherwise now, or would be.
    package let changed: [String]
    /// Files that could not be read.
    package let diagnostics: [Diagnostic]
}

extension Run {
    /// Lays out every YAML file and every users file of the work tree.
    ///
    /// - Parameter isDry: write nothing.
    package func format(isDry: Bool) async throws(Problem) -> Formatted {
        let checkout = try await Checkout.read(
            location: request.repository, ref: nil, prefersWorkTree: true,
            workingDirectory: surroundings.workingDirectory, settings: gitSettings())
        guard let root = checkout.workTree else {
            throw Problem(.invalid, "files can only be laid out in a work tree, and none was read")
        }
        let paths = checkout.tree.entries.filter { $0.kind == .file }.map(\.path)
        var changed: [String] = []
        var diagnostics: [Diagnostic] = []
        for path in paths {
            guard let bytes = try? checkout.tree.read(path) else { continue }
            switch FileLayout.layOut(bytes, path) {
            case .asIs: break
            case .unreadable(let found): diagnostics += found
            case .changed(let text):
                changed.append(path)
                if !isDry { try Self.replace(path, by: text, in: root) }
            }
        }
        return Formatted(checkout: checkout, changed: changed, diagnostics: diagnostics.sorted())
    }

    private static func replace(_ path: String, by bytes: [UInt8], in root: String) throws(Problem) {
        do throws(GitError) {
            try WorkTree(root: root).put(bytes, at: path, replacing: true)
        } catch {
            throw Problem(error)
        }
    }
}
