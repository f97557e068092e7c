/// Who found it, for formats that name their tool and its rules.
package struct DiagnosticTool: Sendable {
    /// What a code stands for.
    package struct Rule: Sendable {
        package let code: String
        /// One line.
        package let title: String
        /// What to do about it.
        package let help: String

        package init(code: String, title: String, help: String) {
            self.code = code
            self.title = title
            self.help = help
        }
    }

    package let name: String
    package let version: String
    package let rules: [Rule]

    package init(name: String, version: String, rules: [Rule]) {
        self.name = name
        self.version = version
        self.rules = rules
    }
}

extension DiagnosticReport {
    /// The findings in the Static Analysis Results Interchange Format, version 2.1.0.
    package func sarif(_ tool: DiagnosticTool) -> JSON {
        let codes = Set(diagnostics.map(\.code))
        let rules = codes.sorted().map { code in
            tool.rules.first { $0.code == code } ?? DiagnosticTool.Rule(code: code, title: code, help: "")
        }
        let index = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($0.element.code, $0.offset) })
        let results = zip(diagnostics, fingerprints).map { result($0, index[$0.code] ?? 0, $1) }
        let driver: JSON = [
            "name": .string(tool.name), "version": .string(tool.version), "rules": .array(rules.map(Self.rule)),
        ]
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [
                // Columns are counted as in the text: by Unicode code points.
                ["tool": ["driver": driver], "columnKind": "unicodeCodePoints", "results": .array(results)]
            ],
        ]
    }

    private static func rule(_ rule: DiagnosticTool.Rule) -> JSON {
        var object = JSONObject([
            .init(key: "id", value: .string(rule.code)),
            .init(key: "shortDescription", value: message(rule.title)),
        ])
        if !rule.help.isEmpty { object["help"] = message(rule.help) }
        return .object(object)
    }

    private func result(_ diagnostic: Diagnostic, _ rule: Int, _ fingerprint: String) -> JSON {
        var object = JSONObject([
            .init(key: "ruleId", value: .string(diagnostic.code)), .init(key: "ruleIndex", value: .int(Int64(rule))),
            .init(key: "level", value: .string(diagnostic.severity.rawValue)),
            .init(key: "message", value: Self.message(diagnostic.message)),
            .init(key: "partialFingerprints", value: ["reconcile/v1": .string(fingerprint)]),
        ])
        if let place = diagnostic.place { object["locations"] = [["physicalLocation": location(place)]] }
        let related = diagnostic.notes.compactMap { note in note.place.map { (note.message, $0) } }
        if !related.isEmpty {
            object["relatedLocations"] = .array(
                related.enumerated().map { index, note in
                    [
                        "id": .int(Int64(index)), "message": Self.message(note.0),
                        "physicalLocation": location(note.1),
                    ]
                })
        }
        return .object(object)
    }

    private func location(_ place: Place) -> JSON {
        var region = JSONObject([.init(key: "startLine", value: .int(Int64(place.line)))])
        if !place.isWholeFile {
            region["startColumn"] = .int(Int64(place.column))
            region["endColumn"] = lines.endColumn(of: place).map { .int(Int64($0)) }
        }
        return [
            "artifactLocation": ["uri": .string(Self.reference(place.file)), "uriBaseId": "%SRCROOT%"],
            "region": .object(region),
        ]
    }

    /// > Links in plain text messages: `[link text](link target)`; brackets that are meant as such carry a backslash.
    /// > — SARIF 2.1.0, 3.11.6
    private static func message(_ text: String) -> JSON {
        let escaped = Self.shown(text).replacingScalars { scalar in
            switch scalar {
            case "[", "]", "\\": "\\\(scalar)"
            default: nil
            }
        }
        return ["text": .string(escaped)]
    }

    /// The path as a relative reference.
    private static func reference(_ path: String) -> String {
        path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                String(UnicodeScalar(byte))
            default: "%" + String(byte, radix: 16, uppercase: true).leftPadded(to: 2)
            }
        }.joined()
    }
}
