import Arguments
import Formats
import Glibc
import Reconciliation

/// Where a result goes, and in which form: `json`, or `sarif=reports/plan.sarif`.
struct Output {
    enum Format: String, CaseIterable {
        case text, json, markdown, sarif, junit, github, gitlab

        /// Lines for people and CI logs, several of which can share a stream; the others are one document.
        var isLines: Bool { self == .text || self == .github }
    }

    let format: Format
    /// Nil for standard output. Annotations of GitHub go there in any case: the file is for the step's summary.
    let path: String?

    private var isPrinted: Bool { path == nil || format == .github }

    private init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard let format = parts.first.flatMap(Format.init) else { return nil }
        self.format = format
        path = parts.count > 1 ? parts[1] : nil
    }

    private init(_ format: Format, path: String?) {
        self.format = format
        self.path = path
    }

    /// Both things that `github=PATH` stands for.
    var annotations: Output { Output(.github, path: nil) }
    var stepSummary: Output { Output(.markdown, path: path) }

    /// What the options ask for; a document stands alone on standard output.
    static func all(_ parsed: Parsed) throws(UsageError) -> [Output] {
        let outputs = parsed.all("output").compactMap(Output.init)
        let printed = outputs.filter(\.isPrinted)
        if printed.count > 1, let document = printed.first(where: { !$0.format.isLines }) {
            let name = document.format.rawValue
            throw UsageError(
                "\(name) needs standard output for itself: write --output \(name)=PATH", command: parsed.command)
        }
        return outputs
    }
}

extension [Output] {
    /// Whether a person reads along on standard output.
    var hasText: Bool { contains { $0.format == .text && $0.path == nil } }

    /// Writes the result in every form. A colour is for standard output alone.
    func write(_ terminal: Terminal, _ content: (Output) -> String) throws(Problem) {
        try write(terminal) { [content($0)] }
    }

    /// The same for a result in pieces, of which there may be many.
    func write(_ terminal: Terminal, _ content: (Output) -> [String]) throws(Problem) {
        for output in self {
            if let path = output.path, output.format == .github {
                for piece in content(output.annotations) { terminal.result(piece) }
                try NewFile.append(content(output.stepSummary).joined(), to: path)
            } else if let path = output.path {
                try NewFile.write(content(output).joined(), to: path)
            } else {
                for piece in content(output) { terminal.result(piece) }
            }
        }
    }
}
