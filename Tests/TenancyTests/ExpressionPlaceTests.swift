import Formats
import Foundation
import Tenancy
import Testing

@Suite struct ExpressionPlaceTests {
    /// A manifest in which each name is misspelt once, in scalars of every style.
    static let manifest = #"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
          plain: a ${values.replicsa}
          quoted: "\t\u00e9 ${tenant.nmae + string(limits.usres)}"
          single: 'it''s ${blueprint.versoin}'
          folded: >
            first
            second ${fleet.nmea}

            third
          block: |
            first
              ${tier.naem}

        """#

    @Test func everyErrorStandsAtItsCharacter() {
        let path = "blueprints/app/1.0.0/manifests/settings.yaml"
        let found = FleetText.with([path: Self.manifest]).resolve().diagnostics
        let wanted = ["replicsa", "nmae", "usres", "versoin", "nmea", "naem"].map { word -> String in
            let lines = Self.manifest.split(separator: "\n", omittingEmptySubsequences: false)
            let index = lines.firstIndex { $0.contains(word) } ?? 0
            let column = lines[index].range(of: word).map { lines[index][..<$0.lowerBound].unicodeScalars.count } ?? -1
            return "\(path):\(index + 1):\(column + 1)"
        }
        #expect(found.map { $0.place?.description ?? "" } == wanted)
        #expect(found.allSatisfy { $0.message.hasPrefix("unknown field '") }, "\(found.map(\.message))")
    }
}
