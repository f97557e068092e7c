import Formats
import Foundation
import TestSupport
import Testing

/// One tenant of ten cannot be applied: the nine others are.
@Suite struct TenantFailureTests {
    @Test("A11: a tenant that fails half-way stops no other, and the next plan shows exactly the rest")
    func oneOfTen() async throws {
        let fleet = try await ProxiedFleet()
        let repository = fleet.repository
        for number in 1...8 {
            try repository.write(SmallFleet.tenant("t\(number)", "T \(number)") + "\n", to: "tenants/t\(number).yaml")
        }
        try await repository.commit("Ten tenants")
        let quota =
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"services \"app\" is "#
            + #"forbidden: exceeded quota: small","reason":"Forbidden","details":{"name":"app","kind":"services"},"code":403}"#
        fleet.cluster.replace { exchange in
            exchange.request.method == "PATCH" && exchange.path == "/api/v1/namespaces/tenant-t3/services/app"
                ? [.json(quota, status: 403)] : nil
        }
        let run = try await fleet.transcript(["apply", "--yes"])
        #expect(run.status == 5, "\(run.text)")
        #expect(run.text.contains("exceeded quota: small (403); raise the quota or ask for less"), "\(run.text)")
        let status = try await repository.file("t3.status.yaml")
        #expect(status.contains("phase: Failed"), "\(status)")
        let open = [
            "address: k8s/sandbox/t3/core/Service/tenant-t3/app\n    result: failed",
            "address: k8s/sandbox/t3/apps/Deployment/tenant-t3/app\n    result: skipped",
        ]
        for entry in open { #expect(status.contains(entry), "\(status)") }
        for name in ["acme", "globex", "t1", "t2", "t4", "t8"] {
            let other = try await repository.file("\(name).status.yaml")
            #expect(other.contains("phase: Ready") && !other.contains("open:"), "\(name): \(other)")
        }

        fleet.cluster.replace(nil)
        let plan = try JSON.parse(try await repository.succeed("plan", "--output", "json").output)
        let rest = (plan["changes"]?.array ?? []).map {
            "\($0["actions"]?.array?.first?.string ?? "") \($0["address"]?.string ?? "")"
        }
        #expect(
            rest == [
                "create k8s/sandbox/t3/core/Service/tenant-t3/app",
                "create k8s/sandbox/t3/apps/Deployment/tenant-t3/app",
            ])
        try await repository.succeed("apply", "--yes")
        #expect(try await repository.file("t3.status.yaml").contains("phase: Ready"))
    }
}
