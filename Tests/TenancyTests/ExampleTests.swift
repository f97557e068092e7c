import Formats
import Foundation
import KubernetesModel
import Tenancy
import TestSupport
import Testing

/// Every fleet repository of `examples/`, as it is read and rendered.
@Suite struct ExampleTests {
    static func fleet(_ name: String) throws -> FleetText {
        try FleetText.folder(Fixture.root.appending(path: "examples/\(name)"))
    }

    private static func resolved(_ name: String) throws -> (fleet: Fleet, files: FleetFiles) {
        let files = FleetFiles.load(try fleet(name).tree())
        let resolution = Fleet.validate(files, on: FleetText.day)
        #expect(resolution.diagnostics.map(\.line) == [])
        return (try #require(resolution.fleet), files)
    }

    @Test func allAreHere() throws {
        #expect(try Fixture.exampleFleets() == ["assistant", "devops", "saas", "workshop", "workspaces"])
    }

    @Test(arguments: try Fixture.exampleFleets()) func isValidAndWithoutBadHabits(_ name: String) throws {
        let (fleet, files) = try Self.resolved(name)
        #expect(Lint.findings(in: fleet, files, on: FleetText.day).map(\.line) == [])
    }

    /// Every object and every Job as a manifest: one golden file for what is there once in an environment, and one for each tenant.
    @Test(arguments: try Fixture.exampleFleets()) func rendersAsRecorded(_ name: String) throws {
        let fleet = try Self.resolved(name).fleet
        var recorded: [String] = []
        var mismatches: [String] = []
        for environment in fleet.environments {
            let state = try #require(fleet.desiredState(environment: environment.name, on: FleetText.day).state)
            let folder = fleet.environments.count > 1 ? "\(environment.name)-" : ""
            let parts =
                [("environment", state.objects)] + state.tenants.map { ($0.name, $0.objects + $0.actions.map(\.job)) }
            for (part, objects) in parts where !objects.isEmpty {
                let file = "\(folder)\(part).yaml"
                recorded.append(file)
                let text = objects.map(Self.manifest).joined(separator: "---\n")
                do { try Golden.check(text, "golden/\(name)/\(file)") } catch { mismatches.append("\(error)") }
            }
        }
        #expect(mismatches == [])
        #expect(try Fixture.names(in: "golden/\(name)", ending: ".yaml") == recorded.sorted())
    }

    private static func manifest(_ object: DesiredObject) -> String {
        let keys = (object.secret ?? []).map { "# \($0.name): \($0.source)\n" }.joined()
        return "# \(object.source.fileAndLine)\n" + keys + YAML.text(of: object.object)
    }

    /// No manifest has a field that its kind does not know.
    @Test(arguments: try Fixture.exampleFleets()) func everyFieldIsOneOfItsKind(_ name: String) throws {
        let fleet = try Self.resolved(name).fleet
        for environment in fleet.environments {
            let state = try #require(fleet.desiredState(environment: environment.name, on: FleetText.day).state)
            for object in state.objects + state.tenants.flatMap({ $0.objects + $0.actions.map(\.job) }) {
                let gvk = GroupVersionKind(apiVersion: object.apiVersion, kind: object.id.kind)
                guard let schema = ObjectSchema.builtin(gvk) else {
                    // The fleet's own kind, held to its definition by the validation above.
                    #expect(name == "workshop" && gvk.kind == "DatabaseCluster", "\(gvk)")
                    continue
                }
                #expect(Self.unknown(object.object, schema.root, "\(object.id)") == [])
            }
        }
    }

    private static func unknown(_ value: JSON, _ schema: FieldSchema, _ path: String) -> [String] {
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
}
