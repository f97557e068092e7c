import Formats
import KubernetesModel
import Tenancy
import Testing

@Suite struct DesiredStateTests {
    @Test func oneTenantOneConfigMapOnePerson() throws {
        let state = try FleetText().desired()
        #expect(state.fleet == "small")
        let tenant = try #require(state.tenants.first)
        #expect(tenant.namespace == "tenant-acme")
        let settings = try #require(tenant.objects.first { $0.id.kind == "ConfigMap" })
        #expect(settings.id.description == "ConfigMap tenant-acme/settings")
        #expect(
            settings.object == [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": [
                    "name": "settings", "namespace": "tenant-acme",
                    "labels": [
                        "app.kubernetes.io/managed-by": "reconcile", "reconcile.dev/fleet": "small",
                        "reconcile.dev/environment": "sandbox", "reconcile.dev/tenant": "acme",
                    ],
                ],
                "data": ["tenant": "Acme Corporation", "replicas": "3", "users": "3"],
            ])
        #expect(
            settings.origins.map { "\($0.pointer) \($0.layer) \($0.place)" } == [
                "/data/tenant tenant tenants/acme.yaml:6:16", "/data/replicas tenant tenants/acme.yaml:9:28",
                "/data/users tier tiers/basic.yaml:5:19",
            ])
        #expect(state.people.map(\.key) == ["ada@acme.example"])
        #expect(state.people.first?.memberships.map(\.group) == ["/acme/operator"])
        #expect(tenant.groups.map(\.path) == ["/acme", "/acme/operator", "/acme/viewer"])
        #expect(
            tenant.objects.map(\.id.description).sorted() == [
                "ConfigMap tenant-acme/settings", "Namespace tenant-acme",
                "RoleBinding tenant-acme/reconcile.dev-operator",
            ])
    }

    @Test func theSmallFleetIsSound() {
        #expect(FleetText().findings() == [])
    }
}
