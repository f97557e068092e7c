import Formats
import Tenancy

/// What tenants and people are told: the outputs of their blueprints.
enum OutputsText {
    /// - Parameter tenants: empty for all.
    static func text(of state: DesiredState, tenants: Set<String>) -> String {
        let emails = emails(of: state)
        var text = "\(state.environment.name)\n"
        for tenant in chosen(state, tenants) {
            text += "  \(TerminalText.escaped(tenant.name))\n"
            for output in tenant.outputs { text += "    \(line(output.name, output.value))" }
            for person in Set(tenant.personOutputs.map(\.person)).sorted() {
                text += "    \(TerminalText.escaped(emails[person] ?? person))\n"
                for output in tenant.personOutputs where output.person == person {
                    text += "      \(line(output.name, output.value))"
                }
            }
        }
        return text
    }

    static func json(of state: DesiredState, tenants: Set<String>) -> JSON {
        let emails = emails(of: state)
        let members = chosen(state, tenants).map { tenant -> JSONObject.Member in
            let people = Dictionary(grouping: tenant.personOutputs, by: \.person).map { person, outputs in
                JSONObject.Member(
                    key: person,
                    value: [
                        "email": .string(emails[person] ?? person),
                        "outputs": object(outputs.map { ($0.name, $0.value) }),
                    ])
            }
            return .init(
                key: tenant.name,
                value: ["outputs": object(tenant.outputs), "people": .object(JSONObject(people))])
        }
        return ["environment": .string(state.environment.name), "tenants": .object(JSONObject(members))]
    }

    private static func chosen(_ state: DesiredState, _ tenants: Set<String>) -> [DesiredTenant] {
        state.tenants.filter { tenants.isEmpty || tenants.contains($0.name) }
    }

    private static func emails(of state: DesiredState) -> [String: String] {
        Dictionary(state.people.map { ($0.key, $0.email) }) { first, _ in first }
    }

    private static func line(_ name: String, _ value: String) -> String {
        "\(TerminalText.escaped(name)): \(TerminalText.escaped(value))\n"
    }

    private static func object(_ outputs: [(name: String, value: String)]) -> JSON {
        .object(JSONObject(outputs.map { .init(key: $0.name, value: .string($0.value)) }))
    }
}
