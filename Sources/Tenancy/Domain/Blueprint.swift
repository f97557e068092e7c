package import Formats

package struct BlueprintID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let name: String
    package let version: String

    package var description: String { "\(name) \(version)" }

    package static func < (left: BlueprintID, right: BlueprintID) -> Bool {
        (left.name, left.version) < (right.name, right.version)
    }
}

/// What a tenant, or an environment, is made of; read, but not yet compiled. A class, since each tenant's rendering has it.
package final class Blueprint: Sendable {
    package enum Scope: String, Sendable { case tenant, environment, user }

    /// One entry of `manifests`, with the files that its path matches.
    struct Selection: Sendable {
        let path: Marked<String>
        let when: Marked<String>?
        let forEach: Marked<String>?
        let element: String?
        let isRaw: Bool
        /// Paths within the blueprint's folder, sorted.
        let files: [String]
    }

    struct SecretValue: Sendable {
        enum Source: Sendable {
            case generate(length: Int)
            case environment(Marked<String>)
        }

        let key: String
        let source: Source
        let rotation: Int
    }

    struct GeneratedSecret: Sendable {
        let name: String
        let keys: [SecretValue]
        let place: Place
    }

    /// Something that is said of one object of the manifests.
    struct Rule: Sendable {
        enum Content: Sendable {
            case ready(when: Marked<String>?, isRequired: Bool)
            case replace
            case conflict(ConflictRule)
        }

        let object: ObjectReference
        let content: Content
    }

    struct ObjectReference: Sendable {
        let kind: String
        /// May hold expressions.
        let name: Marked<String>
    }

    /// A Job that is run.
    struct Action: Sendable {
        enum Run: String, Sendable {
            case oncePerVersion = "once-per-version"
            case onDemand = "on-demand"
        }

        let name: Marked<String>
        /// A path within the blueprint's folder.
        let job: Marked<String>
        let run: Run
        let needs: [ObjectReference]
        let inputs: [ActionInput]
    }

    package let id: BlueprintID
    package let scope: Scope
    let values: Node?
    let valuesSchema: Marked<String>?
    let tenantValues: [String]
    let secrets: [GeneratedSecret]
    /// Objects that somebody else makes in the tenant's namespace, as `Secret/regcred`, with `*` for any letters.
    let external: [String]
    let selections: [Selection]
    let rules: [Rule]
    let actions: [Action]
    let checks: [Check]
    let outputs: [(name: String, text: Marked<String>)]
    /// The folder, with a final slash.
    let folder: String
    package let source: Place
    /// False where its file has mistakes: it is compiled to find more, and not rendered.
    let isSound: Bool

    init(
        id: BlueprintID, scope: Scope, values: Node?, valuesSchema: Marked<String>?, tenantValues: [String],
        secrets: [GeneratedSecret], external: [String], selections: [Selection], rules: [Rule], actions: [Action],
        checks: [Check], outputs: [(name: String, text: Marked<String>)], folder: String, source: Place, isSound: Bool
    ) {
        self.id = id
        self.scope = scope
        self.values = values
        self.valuesSchema = valuesSchema
        self.tenantValues = tenantValues
        self.secrets = secrets
        self.external = external
        self.selections = selections
        self.rules = rules
        self.actions = actions
        self.checks = checks
        self.outputs = outputs
        self.folder = folder
        self.source = source
        self.isSound = isSound
    }
}
