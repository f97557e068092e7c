import KubernetesModel
import Planning

@testable import Reconciliation

/// Records to write and read back.
enum StateFixture {
    static let commit = "3f2a91c0aabbccddeeff00112233445566778899"

    static func object(_ uid: String, pending: Bool = false) -> InventoryObject {
        InventoryObject(
            apiVersion: "apps/v1", uid: uid, digest: "0c9d0e1f2a3b4c5d6e7f8091a2b3c4d5", isRemovalPending: pending)
    }

    static func id(_ kind: String, _ name: String, group: String = "apps", in namespace: String? = "tenant-acme")
        -> ObjectID
    {
        ObjectID(group: group, kind: kind, namespace: namespace, name: name)
    }

    static func status(
        _ phase: TenantStatus.Phase = .ready, tier: String = "enterprise", message: String? = nil
    ) -> TenantStatus {
        TenantStatus(
            phase: phase, tier: tier, counts: .init(objects: 2, groups: 3, people: 2, activePeople: 1),
            conditions: [
                .init(type: "Ready", isTrue: message == nil, message: message), .init(type: "Applied", isTrue: true),
            ],
            outputs: [
                .init(name: "url", value: "https://acme.knowton.example"),
                .init(name: "note", value: "on\nno: \"x\" # y"),
            ])
    }

    static func inventory() -> InventoryTenant {
        InventoryTenant(
            objects: [
                id("Deployment", "backend"): object("b1c7a0de-1111-4222-8333-944455566677"),
                id("StatefulSet", "db"): object("12345678", pending: true),
                ObjectID(group: "", kind: "Namespace", namespace: nil, name: "tenant-acme"):
                    InventoryObject(apiVersion: "v1", uid: "u", digest: "00112233445566778899001122334455"),
            ],
            people: [
                KeyHash.of("u-1001"): InventoryPerson(subject: "3d9f", groups: ["/acme/operator", "/acme/analyst"]),
                KeyHash.of("u-1002"): InventoryPerson(subject: "4e0a", groups: []),
                KeyHash.of("ada@acme.example"): InventoryPerson(subject: "5f1b"),
            ])
    }

    /// One tenant of each phase; `acme` with everything that a record can hold.
    static func tree() -> StateTree {
        var tree = StateTree(fleet: "knowton", environment: "prod")
        tree.record(objects: [id("IngressClass", "nginx", in: nil): object("c2")], commit: commit)
        tree.record("acme", status: status(), inventory: inventory(), commit: commit)
        tree.record(
            "globex",
            status: status(.notReady, tier: "basic", message: "Deployment web: 1 of 2 ready | <b>@all</b> `x`"),
            inventory: InventoryTenant(), commit: nil)
        tree.record("initech", status: status(.suspended), inventory: InventoryTenant(), commit: commit)
        return tree
    }
}
