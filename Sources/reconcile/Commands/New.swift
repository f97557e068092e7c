import Arguments
import Formats
import Reconciliation
import Tenancy

/// `reconcile new …`: one more file of a kind.
enum New {
    private static let name = Positional("NAME", "a DNS label: a-z, 0-9 and '-'", isRequired: true)

    static let command = Command(
        "new", "write the files of a new tenant, user, blueprint, role or tier",
        subcommands: [
            Command(
                "tenant", "one more tenant, with an empty users file", positionals: [name],
                options: [
                    Options.repo, Option("tier", .one("NAME"), "its tier; by default the only one there is"),
                    Option("environment", .many("NAME"), "where it is; by default everywhere"),
                ]),
            Command(
                "user", "one more person of a tenant",
                positionals: [Positional("EMAIL", "the person's address", isRequired: true)],
                options: [
                    Options.repo, Option("tenant", .one("NAME"), "the tenant"),
                    Option("role", .many("NAME"), "what the person may do"),
                    Option("given-name", .one("NAME"), "the person's given name"),
                    Option("family-name", .one("NAME"), "the person's family name"),
                ]),
            Command(
                "blueprint", "one more blueprint", positionals: [name],
                options: [Options.repo, Option("version", .one("VERSION"), "its version", default: "1.0.0")]),
            Command(
                "role", "one more role", positionals: [name],
                options: [Options.repo, Option("admin", .flag, "an active tenant keeps a person with it")]),
            Command("tier", "one more tier", positionals: [name], options: [Options.repo]),
        ])

    static let kinds = ["tenant", "user", "blueprint", "role", "tier"]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let written = try await invocation.run().add(try addition(invocation.parsed))
        invocation.terminal.result(written.paths.map { "  \(TerminalText.escaped($0))\n" }.joined())
        return .done
    }

    private static func addition(_ parsed: Parsed) throws(UsageError) -> Run.Addition {
        let name = parsed.positionals.first ?? ""
        switch parsed.command.last {
        case "tenant": return .tenant(name, tier: parsed.value("tier"), environments: parsed.all("environment"))
        case "blueprint": return .blueprint(name, version: parsed.value("version") ?? "1.0.0")
        case "role": return .role(name, isAdmin: parsed.flag("admin"))
        case "tier": return .tier(name)
        default: return .person(try person(name, parsed))
        }
    }

    private static func person(_ email: String, _ parsed: Parsed) throws(UsageError) -> Scaffold.Person {
        guard let tenant = parsed.value("tenant"), !parsed.all("role").isEmpty else {
            throw UsageError(
                "a user is of a tenant and has a role: add --tenant NAME --role NAME", command: parsed.command)
        }
        var person = Scaffold.Person(email: email, tenant: tenant, roles: parsed.all("role"))
        person.givenName = parsed.value("given-name")
        person.familyName = parsed.value("family-name")
        return person
    }
}
