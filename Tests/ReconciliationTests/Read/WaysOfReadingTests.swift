import Formats
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

/// The same content gives the same answer, whether it lies in a work tree or in a commit.
@Suite struct WaysOfReadingTests {
    /// Numbers that look random and are the same in every run.
    private struct Dice {
        var state: UInt64
        mutating func roll(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(count))
        }
    }

    /// One change of a fleet: sound, careless or hostile.
    private static func change(_ fleet: FleetScratch, _ dice: inout Dice) throws {
        let number = dice.roll(4)
        let name = ["b", "c", "D", "d"][number]
        func write(_ path: String, _ text: String, executable: Bool = false) throws {
            try? FileManager.default.removeItem(atPath: "\(fleet.root)/\(path)")
            try fleet.git.write(text, to: "work/\(path)", executable: executable)
        }
        func link(_ path: String, _ target: String) throws {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(
                atPath: "\(fleet.root)/\(folder)", withIntermediateDirectories: true)
            try? FileManager.default.removeItem(atPath: "\(fleet.root)/\(path)")
            try FileManager.default.createSymbolicLink(atPath: "\(fleet.root)/\(path)", withDestinationPath: target)
        }
        switch dice.roll(16) {
        case 0: try write("tenants/\(name).yaml", FleetScratch.tenant(name), executable: number == 1)
        case 1: try write("tenants/eu/\(name).yaml", FleetScratch.tenant(name).replacing("basic", with: "basics"))
        case 2: try write("tenants/\(name).yaml", FleetScratch.tenant(name).replacing("\n", with: "\r\n"))
        case 3: try write("users/\(name).csv", "email,role\n\(name)@acme.example,viewer\n\(name)@acme.example,viewr\n")
        case 4: try write("users/acme/\(name).csv", ["", "email,role", "email,role\nx", FleetScratch.pointer][number])
        case 5: try link("tenants/\(name).yaml", ["acme.yaml", "/etc/passwd", "x", "../users"][number])
        case 6: try link("blueprints/app/\(number).0.0", "1.0.0")
        case 7: try write("tenants/\(["é", "e\u{301}", "a\u{200b}", "a\nb"][number]).yaml", FleetScratch.tenant("e"))
        case 8: try write("\(["Tenants", "USERS", "tenants/EU", "tenants/eu"][number])/x.yaml", "x: 1\n")
        case 9: try write("blueprints/app/1.0.0/manifests/\(name).yaml", "apiVersion: v1\nkind: ConfigMap\n")
        case 10: try write("blueprints/app/\(number).1.0/blueprint.yaml", FleetScratch.pointer)
        case 11: try write("state/sandbox/\(name).yaml", "x: 1\n")
        case 12: try write("docs/\(name)", "anything\u{0}goes")
        case 13: try write("roles/\(name).yaml", ["\u{feff}a: 1", "a: &x 1", "a: \u{2028}", "- - -"][number])
        case 14: try? FileManager.default.removeItem(atPath: "\(fleet.root)/users/acme.csv")
        default:
            let path = "\(["tenants", "blueprints/app", "docs", "users"][number])/module"
            guard !FileManager.default.fileExists(atPath: "\(fleet.root)/\(path)") else { return }
            try FileManager.default.createDirectory(
                atPath: "\(fleet.root)/\(path)", withIntermediateDirectories: true)
            try fleet.git.git(["init", "-q"], in: "work/\(path)")
            try fleet.git.write("x: 1\n", to: "work/\(path)/x.yaml")
            try fleet.git.git(["add", "-A"], in: "work/\(path)")
            try fleet.git.git(["commit", "-qm", "x"], in: "work/\(path)")
        }
    }

    @Test(arguments: 0..<16) func giveTheSameAnswer(_ seed: UInt64) async throws {
        let fleet = try FleetScratch()
        var dice = Dice(state: seed)
        for _ in 0..<(1 + dice.roll(12)) { try Self.change(fleet, &dice) }
        try fleet.commit()
        let (work, commit) = (try await fleet.checkout(.workTree), try await fleet.checkout(.commit))
        #expect(work.tree.entries == commit.tree.entries)
        #expect(work.inputs == commit.inputs)
        #expect(try await fleet.diagnostics(.workTree) == fleet.diagnostics(.commit))
        #expect(try await fleet.printed(.workTree) == fleet.printed(.commit))
    }
}
