import Arguments
import Formats
import Glibc
import Reconciliation
import Tenancy

/// `reconcile schema`: the JSON Schemas of all files, for people and editors.
enum SchemaCommand {
    static let command = Command(
        "schema", "print the JSON Schema of a kind of file",
        details:
            "Without a KIND: all kinds, where their files lie, and the first line by which editors with yaml-language-server find the schema. With --out the schemas are written into a folder; those lines look for them in \(Scaffold.schemaFolder).",
        positionals: [
            Positional("KIND", "Fleet, Tier, Role, Blueprint, Tenant, Approval, or of what reconcile writes")
        ],
        options: [Option("out", .one("DIR"), "write all schemas into this folder")])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        if let folder = invocation.parsed.value("out") {
            try write(to: invocation.surroundings.absolute(folder))
            return .done
        }
        guard let kind = invocation.parsed.positionals.first else {
            invocation.terminal.result(overview)
            return .done
        }
        guard let schema = Schemas.documents[kind.lowercased()] else {
            let hint = Suggestion.phrase(for: kind.lowercased(), among: Schemas.documents.keys.sorted())
            throw UsageError("there is no kind '\(kind)'\(hint)", command: ["schema"])
        }
        invocation.terminal.result(schema.prettyText)
        return .done
    }

    private static let files: [(kind: FleetKind, path: String)] = [
        (.fleet, "reconcile.yaml"), (.tier, "tiers/NAME.yaml"), (.role, "roles/NAME.yaml"),
        (.blueprint, "blueprints/NAME/VERSION/blueprint.yaml"), (.tenant, "tenants/NAME.yaml"),
        (.approval, "approvals/NAME.yaml"),
    ]

    private static var overview: String {
        let kinds = files.map { "\($0.kind.rawValue): \($0.path)\n    \(Scaffold.modeline($0.kind, for: $0.path))" }
        let others = Schemas.documents.keys.sorted().filter { name in
            !FleetKind.allCases.contains { $0.rawValue.lowercased() == name }
        }
        return kinds.joined() + "Written by reconcile: \(others.joined(separator: ", "))\n"
    }

    private static func write(to folder: String) throws(Problem) {
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/\(part)"
            mkdir(path, 0o777)
        }
        for (name, schema) in Schemas.documents.sorted(by: { $0.key < $1.key }) {
            try NewFile.write(schema.prettyText, to: "\(folder)/\(name).json", mode: 0o666)
        }
    }
}
