import Formats
import KubernetesModel
import Tenancy
import TestSupport
import Testing

@Suite struct SaasExampleTests {
    static let example = Fixture.root.appending(path: "examples/saas")

    @Test func isValid() throws {
        let findings = try FleetText.folder(Self.example).findings().joined(separator: "\n")
        #expect(findings == "")
    }

    /// Every object of every tenant as a manifest; a golden file for each tenant.
    @Test func rendersAsRecorded() throws {
        let state = try FleetText.folder(Self.example).desired()
        #expect(state.tenants.count >= 8)
        #expect(Set(state.tenants.map(\.tier)) == ["basic", "professional", "enterprise"])
        var mismatches: [String] = []
        for tenant in state.tenants {
            let text = tenant.objects.map(Self.manifest).joined(separator: "---\n")
            do { try Golden.check(text, "golden/saas/\(tenant.name).yaml") } catch { mismatches.append("\(error)") }
        }
        #expect(mismatches == [])
    }

    @Test func peopleAndGroupsAsRecorded() throws {
        let state = try FleetText.folder(Self.example).desired()
        var lines: [String] = []
        for group in state.tenants.flatMap(\.groups) {
            lines.append("\(group.path)  [\(group.realmRoles.joined(separator: ", "))]  \(group.source.file)")
        }
        for person in state.people {
            let name = [person.givenName, person.familyName].compactMap { $0 }.joined(separator: " ")
            lines.append("\(person.key)  \(name)  home \(person.home)  \(person.source.fileAndLine)")
            for membership in person.memberships {
                let flags = (membership.isActive ? "" : "  inactive") + (membership.isAdmin ? "  admin" : "")
                lines.append("    \(membership.group)\(flags)")
            }
        }
        try Golden.check(lines.joined(separator: "\n") + "\n", "golden/saas/people.txt")
    }

    /// No manifest has a field that its kind does not know.
    @Test func everyFieldIsOneOfItsKind() throws {
        for object in try FleetText.folder(Self.example).desired().tenants.flatMap(\.objects) {
            let gvk = GroupVersionKind(apiVersion: object.apiVersion, kind: object.id.kind)
            let schema = try #require(ObjectSchema.builtin(gvk), "\(gvk)")
            #expect(unknown(object.object, schema.root, "\(object.id)") == [])
        }
    }

    private func unknown(_ value: JSON, _ schema: FieldSchema, _ path: String) -> [String] {
        switch value {
        case .object(let members):
            members.flatMap { member in
                schema.member(member.key).map { unknown(member.value, $0, "\(path)/\(member.key)") }
                    ?? ["\(path)/\(member.key)"]
            }
        case .array(let elements):
            elements.flatMap { element in schema.element.map { unknown(element, $0, path) } ?? [path] }
        case .string, .null: []
        case .bool, .int, .double:
            if case .string = schema.shape { ["\(path) is no string"] } else { [] }
        }
    }

    private static func manifest(_ object: DesiredObject) -> String {
        let keys = (object.secret ?? []).map { "# \($0.name): \($0.source)\n" }.joined()
        return keys + YAML.text(of: object.object)
    }
}
