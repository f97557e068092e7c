import Formats
import KubernetesModel
import Planning
import Tenancy
import TestSupport

/// The objects of `examples/saas`, as they are rendered.
enum SaasExample {
    /// - Parameter copies: how often each tenant is there, under names of its own.
    static func state(copies: Int = 1) throws -> DesiredState {
        var tenants: [DesiredTenant] = []
        for file in try Fixture.names(in: "golden/saas", ending: ".yaml") {
            let parsed = YAML.parse(try Fixture.bytes("golden/saas/\(file)"), file: file, stream: .many)
            let name = String(file.dropLast(5))
            for copy in 0..<copies {
                let own = copy == 0 ? name : "\(name)-\(copy)"
                let objects = parsed.documents.map { object($0.json, tenant: own, instead: name) }
                tenants.append(Sample.tenant(own, objects: objects, groups: []))
            }
        }
        return Sample.state(tenants: tenants)
    }

    /// The object with our marks, in the namespace of the tenant's copy.
    private static func object(_ manifest: JSON, tenant: String, instead: String) -> DesiredObject {
        let metadata = manifest["metadata"]
        let isNamespace = manifest["kind"] == "Namespace"
        let name = isNamespace ? "tenant-\(tenant)" : metadata?["name"]?.string ?? ""
        let isGenerated = manifest["kind"] == "Secret"
        let made = Sample.object(
            manifest["apiVersion"]?.string ?? "", manifest["kind"]?.string ?? "",
            isNamespace ? nil : "tenant-\(tenant)", name, tenant: tenant, manifest,
            secret: isGenerated ? [SecretKey(name: "password", source: .generate(length: 32))] : nil,
            annotations: metadata?["annotations"])
        return made
    }
}
