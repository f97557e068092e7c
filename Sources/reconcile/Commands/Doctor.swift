import Arguments
import Formats
import Planning
import Reconciliation

/// `reconcile doctor`: whether an apply would get through, and what to do where it would not.
enum Doctor {
    static let command = Command(
        "doctor", "try everything that an apply needs, and say what to do",
        details:
            "Tries the repository, the credentials, the ways to the systems, the rights there and the plan, and writes nothing. Ends with 0 only when an apply would get through. No secret is printed.",
        options: Options.reading + [Options.only, Options.output, Options.timeout, Options.unverified])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let outputs = try invocation.outputs()
        let settings = Settings(invocation)
        let examined = try await invocation.run().doctor()
        try outputs.write(invocation.terminal) { output in
            output.format == .json ? json(settings, examined).prettyText : text(settings, examined)
        }
        return ExitCode.worst(of: examined.flatMap(\.examinations).compactMap(\.cause).map { ExitCode($0) })
    }

    private static func text(_ settings: Settings, _ examined: [Examined]) -> String {
        let all = examined.flatMap(\.examinations)
        let width = all.map(\.subject.count).max() ?? 0
        let parts = examined.flatMap { part in
            [part.title] + part.examinations.flatMap { lines($0, width) } + [""]
        }
        let failed = all.count { $0.verdict == .failed }
        let warnings = all.count { $0.verdict == .warning }
        let end = failed == 0 ? "An apply would get through." : "An apply would not get through: \(failed) failed."
        let tail = warnings == 0 ? [end] : ["\(end) Warnings: \(warnings)."]
        return (["reconcile \(Version.number)", ""] + settings.lines + parts + tail).map {
            TerminalText.escaped($0) + "\n"
        }.joined()
    }

    private static func lines(_ examination: Examination, _ width: Int) -> [String] {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        let head = "  \(padded(examination.verdict.rawValue, 7))  \(padded(examination.subject, width))  "
        let advice = examination.advice.map { String(repeating: " ", count: head.count) + "→ \($0)" }
        return [head + examination.found] + (advice.map { [$0] } ?? [])
    }

    private static func json(_ settings: Settings, _ examined: [Examined]) -> JSON {
        let isFine = examined.allSatisfy { $0.examinations.allSatisfy { $0.verdict != .failed } }
        return [
            "format_version": "1.0", "version": .string(Version.number), "fine": .bool(isFine),
            "settings": settings.json,
            "parts": .array(
                examined.map { part in
                    ["title": .string(part.title), "examinations": .array(part.examinations.map { json($0) })]
                }),
        ]
    }

    private static func json(_ examination: Examination) -> JSON {
        var members: JSONObject = [
            "subject": .string(examination.subject), "verdict": .string(examination.verdict.rawValue),
            "found": .string(examination.found),
        ]
        if let advice = examination.advice { members["advice"] = .string(advice) }
        return .object(members)
    }
}

extension ExitCode {
    fileprivate init(_ cause: Examination.Cause) {
        self =
            switch cause {
            case .files: .invalidInput
            case .refused: .refused
            case .conflict: .conflict
            case .unreachable: .unreachable
            }
    }
}
