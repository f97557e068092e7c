import Formats

/// New files of a fleet repository, as somebody begins to write them.
package enum Scaffold {
    package struct File: Sendable, Hashable {
        package let path: String
        package let text: String
        /// False for a file that is there and gets other content.
        package let isNew: Bool

        init(_ path: String, _ text: String, isNew: Bool = true) {
            self.path = path
            self.text = text
            self.isNew = isNew
        }
    }

    /// Why there is nothing to write: lower case, no full stop, reads well after `error: `.
    package struct Refusal: Error, Sendable, Hashable {
        package let message: String

        init(_ message: String) { self.message = message }
    }

    /// Where `reconcile schema --out` and `init` put the schemas for editors.
    package static let schemaFolder = ".reconcile/schemas"

    /// The first line of a file, by which editors find its schema.
    package static func modeline(_ kind: FleetKind, for path: String) -> String {
        let up = String(repeating: "../", count: path.utf8.count { $0 == UInt8(ascii: "/") })
        return "# yaml-language-server: $schema=\(up)\(schemaFolder)/\(kind.rawValue.lowercased()).json\n"
    }

    /// The head that all files share; `spec` follows.
    static func file(_ kind: FleetKind, _ path: String, name: String, spec: String) -> File {
        let head = "apiVersion: reconcile.dev/v1\nkind: \(kind.rawValue)\nmetadata:\n  name: \(name)\nspec:\n"
        return File(path, modeline(kind, for: path) + head + spec)
    }

    /// The schemas of all kinds.
    package static var schemas: [File] {
        Schemas.documents.sorted { $0.key < $1.key }.map { File("\(schemaFolder)/\($0.key).json", $0.value.prettyText) }
    }

    static func checkName(_ name: String, of what: String) throws(Refusal) {
        guard Names.isLabel(name) else {
            throw Refusal("'\(name)' cannot name a \(what): at most 63 of a-z, 0-9 and '-', neither first nor last '-'")
        }
    }

    static func known(_ name: String, _ what: String, among names: [String]) throws(Refusal) {
        guard !names.contains(name) else { return }
        let hint = Suggestion.phrase(for: name, among: names)
        throw Refusal("there is no \(what) '\(name)'\(hint) (there are: \(names.sorted().joined(separator: ", ")))")
    }
}
