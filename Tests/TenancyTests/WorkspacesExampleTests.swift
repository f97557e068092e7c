import Tenancy
import TestSupport
import Testing

/// `examples/workspaces`: people from CSV files, a workspace for every operator.
@Suite struct WorkspacesExampleTests {
    @Test func everyOperatorHasOneWorkspaceAndEverybodyAnAddress() throws {
        let state = try ExampleTests.fleet("workspaces").desired()
        for tenant in state.tenants {
            let members = state.people.flatMap { person in
                person.memberships.filter { $0.tenant == tenant.name }.map { (person.key, $0.role) }
            }
            let operators = Set(members.filter { $0.1 == "operator" }.map(\.0))
            let workspaces = tenant.objects.filter {
                $0.id.kind == "Deployment" && $0.id.name.hasPrefix("workspace-")
            }
            #expect(Set(workspaces.map { String($0.id.name.dropFirst("workspace-".count)) }) == operators)
            let addressed = Set(tenant.personOutputs.map(\.person))
            #expect(addressed == Set(members.filter { $0.1 != "lead" }.map(\.0)))
        }
        #expect(state.objects.count { $0.id.name == "application-template" } == 1)
    }

    @Test func whoIsSwitchedOffKeepsTheDisk() throws {
        let state = try ExampleTests.fleet("workspaces").desired()
        let imaging = try #require(state.tenants.first { $0.name == "imaging" })
        let editor = imaging.objects.first { $0.id.name == "workspace-e-1005" && $0.id.kind == "Deployment" }
        #expect(editor?.object["spec"]?["replicas"] == 0)
        #expect(imaging.objects.contains { $0.id.name == "home-e-1005" })
    }
}
