import Formats
import Foundation
import Tenancy
import TestSupport
import Testing

/// The tables that others rely on: codes and schemas.
@Suite struct TableTests {
    @Test func codesAreUniqueAndExplained() {
        let codes = DiagnosticCode.allCases
        #expect(Set(codes.map(\.rawValue)).count == codes.count)
        for code in codes {
            #expect(code.rawValue.wholeMatch(of: /RCN(1[0-389]|20|30|31)[0-9]{2}/) != nil, "\(code)")
            #expect(!code.title.isEmpty && !code.title.hasSuffix("."), "\(code)")
            #expect(code.remedy.hasSuffix(".") || code.remedy.hasSuffix("''"), "\(code): \(code.remedy)")
        }
    }

    @Test(arguments: FleetKind.allCases) func schemasCompileAndAreThoseOfTheFolder(_ kind: FleetKind) throws {
        let name = kind.rawValue.lowercased()
        let held = try #require(Schemas.documents[name])
        _ = try JSONSchema(held)
        let file = Fixture.root.appending(path: "schemas/\(name).json")
        #expect(try JSON.parse([UInt8](Data(contentsOf: file))) == held, "run scripts/embed.py")
    }

    /// Dates over leap years and centuries, against their day numbers.
    @Test func datesAreThoseOfTheCalendar() throws {
        for (text, days) in [
            ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11016), ("2100-03-01", 47541), ("2026-11-21", 20778),
        ] {
            let date = try #require(CalendarDate(text))
            #expect(date.daysSince1970 == days, "\(text)")
            #expect(CalendarDate(secondsSince1970: Int64(days) * 86_400 + 5).description == text)
            #expect(CalendarDate(secondsSince1970: Int64(days) * 86_400 + 86_399).description == text)
        }
        for text in [
            "2027-02-29", "2100-02-29", "2027-13-01", "2027-00-01", "2027-1-1", "27-01-01", "2027-01-32", "",
            "2027/01/01",
        ] {
            #expect(CalendarDate(text) == nil, "\(text)")
        }
    }

    @Test func everyFieldOfAnObjectIsExplained() throws {
        let tenant = try #require(try FleetText().desired().tenants.first)
        let settings = try #require(tenant.objects.first { $0.id.kind == "ConfigMap" })
        let lines = settings.explained.map { field in
            "\(field.pointer) \(field.value.text) "
                + field.origins.map { "\($0.layer) \($0.place)" }.joined(separator: ", ")
        }
        #expect(
            lines == [
                "/apiVersion \"v1\" manifest blueprints/app/1.0.0/manifests/settings.yaml:1:13",
                "/data/replicas \"3\" tenant tenants/acme.yaml:9:28",
                "/data/tenant \"Acme Corporation\" tenant tenants/acme.yaml:6:16",
                "/data/users \"3\" tier tiers/basic.yaml:5:19",
                "/kind \"ConfigMap\" manifest blueprints/app/1.0.0/manifests/settings.yaml:2:7",
                "/metadata/labels/app.kubernetes.io~1managed-by \"reconcile\" reconcile blueprints/app/1.0.0/manifests/settings.yaml:1:1",
                "/metadata/labels/reconcile.dev~1environment \"sandbox\" reconcile blueprints/app/1.0.0/manifests/settings.yaml:1:1",
                "/metadata/labels/reconcile.dev~1fleet \"small\" reconcile blueprints/app/1.0.0/manifests/settings.yaml:1:1",
                "/metadata/labels/reconcile.dev~1tenant \"acme\" reconcile blueprints/app/1.0.0/manifests/settings.yaml:1:1",
                "/metadata/name \"settings\" manifest blueprints/app/1.0.0/manifests/settings.yaml:4:9",
                "/metadata/namespace \"tenant-acme\" reconcile blueprints/app/1.0.0/manifests/settings.yaml:1:1",
            ])
    }
}
