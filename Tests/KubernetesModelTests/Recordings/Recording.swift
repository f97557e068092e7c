import Formats
import Foundation
import KubernetesModel
import TestSupport

/// What a real API server answered, with times and ids in place of their placeholders.
enum Recording {
    static let time = "2026-01-01T00:00:00Z"

    /// The steps of a scenario.
    static func steps(_ scenario: String) throws -> [JSON] {
        let text = try String(contentsOf: Fixture.url("kubernetes/transcripts/\(scenario).json"), encoding: .utf8)
        return try JSON.parse(filled(text))["steps"]?.array ?? []
    }

    /// The lines of a file of mutations.
    static func mutations(_ name: String) throws -> [JSON] {
        let text = try String(contentsOf: Fixture.url("kubernetes/mutations/\(name)"), encoding: .utf8)
        return try filled(text).split(separator: "\n").map { try JSON.parse(String($0)) }
    }

    private static func filled(_ text: String) -> String {
        text.replacingOccurrences(of: "<time>", with: time)
            .replacingOccurrences(of: "<random>", with: "x7x7x")
            .replacingOccurrences(of: "<uid:([0-9]+)>", with: "00000000-0000-$1", options: .regularExpression)
            .replacingOccurrences(of: "<clusterIP:([0-9]+)>", with: "10.96.0.$1", options: .regularExpression)
    }

    /// Everything that differs between two values, as pointers.
    static func differences(_ want: JSON?, _ got: JSON?, at path: String = "") -> [String] {
        switch (want, got) {
        case (.object(let one)?, .object(let other)?):
            Set(one.keys + other.keys).sorted().flatMap { differences(one[$0], other[$0], at: "\(path)/\($0)") }
        case (.array(let one)?, .array(let other)?) where one.count == other.count:
            zip(one, other).enumerated().flatMap { differences($1.0, $1.1, at: "\(path)/\($0)") }
        default:
            want == got ? [] : ["\(path): want \(want?.text ?? "nothing"), got \(got?.text ?? "nothing")"]
        }
    }
}
