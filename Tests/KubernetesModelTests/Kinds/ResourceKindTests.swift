import Formats
import KubernetesModel
import TestSupport
import Testing

@Suite struct ResourceKindTests {
    @Test func looksKindsUpBothWays() throws {
        let kind = try #require(BuiltinKinds.kind(apiVersion: "apps/v1", kind: "Deployment"))
        #expect(kind == BuiltinKinds.kind(group: "apps", version: "v1", plural: "deployments"))
        #expect(kind.singular == "deployment")
        #expect(kind.shortNames == ["deploy"])
        #expect(kind.categories == ["all"])
        #expect(kind.isNamespaced && kind.hasStatus && kind.hasScale && kind.isStored)
        #expect(kind.listKind == "DeploymentList")
        #expect(kind.qualifiedKind == "Deployment.apps")
        #expect(kind.path(namespace: "acme", name: "backend") == "/apis/apps/v1/namespaces/acme/deployments/backend")
        let namespace = try #require(BuiltinKinds.kind(apiVersion: "v1", kind: "Namespace"))
        #expect(!namespace.isNamespaced)
        #expect(namespace.path(namespace: nil, name: "acme") == "/api/v1/namespaces/acme")
        #expect(BuiltinKinds.kind(apiVersion: "apps/v1", kind: "Nothing") == nil)
    }

    /// Every resource of every recorded list is there, with everything that the list says about it.
    @Test func equalsDiscovery() throws {
        let recording = try JSON.parse(Fixture.bytes("kubernetes/transcripts/discovery.json"))
        var compared = 0
        for step in recording["steps"]?.array ?? [] {
            guard let body = step[path: "response", "body"], body["kind"] == "APIResourceList" else { continue }
            let groupVersion = GroupVersionKind(apiVersion: body["groupVersion"]?.string ?? "", kind: "")
            for resource in body["resources"]?.array ?? [] {
                let parts = (resource["name"]?.string ?? "").split(separator: "/").map(String.init)
                let kind = try #require(
                    BuiltinKinds.kind(group: groupVersion.group, version: groupVersion.version, plural: parts[0]))
                let verbs = parts.count == 1 ? kind.verbs : kind.subresource(parts[1])?.verbs
                #expect(verbs == resource["verbs"]?.array?.compactMap(\.string))
                #expect(kind.isNamespaced == resource["namespaced"]?.bool)
                if parts.count == 1 {
                    #expect(kind.kind == resource["kind"]?.string)
                    #expect(kind.shortNames == resource["shortNames"]?.array?.compactMap(\.string) ?? [])
                    #expect(kind.storageVersionHash == resource["storageVersionHash"]?.string)
                }
                compared += 1
            }
        }
        #expect(compared == 51)
        #expect(BuiltinKinds.groupVersions.first?.group == "")
        #expect(BuiltinKinds.groupVersions.count == 22)
    }
}
