import Formats
import Foundation
import HTTPServer
import TestSupport

/// Replays a recorded scenario against a handler and says what differs, as `Tests/Fixtures/tools/replay_kubernetes.py` does.
///
/// Equal means: the same status, Content-Type and Warning, and the same body, whole, apart from placeholders. With a
/// seed the namespace, names and values are changed.
final class TranscriptReplay {
    let name: String
    let namespace: String?
    let steps: [JSON]
    private let handler: ServerHandler
    private var bound: [String: String] = [:]
    private var versions: [Int64: Int64] = [:]
    private var created: [String: String] = [:]
    private var token = "not-a-token"
    private var kind: String?
    private var isListing = false

    static let bearer = "judge"
    /// The server needs a moment between two steps of these.
    private static let patient: Set<String> = ["custom-resources", "rbac-and-tokens", "quota-and-admission"]
    /// These touch more than their namespace, so that two copies cannot take turns.
    static let outside: Set<String> = ["custom-resources", "discovery", "lists-and-pages", "create-races"]
    private static let names = [
        "branding", "tenant-admin", "default-deny", "allow-web", "migrate", "planner", "legacy", "backend",
    ]
    private static let values = ["enterprise", "Acme Corp", "acme-admins", "registry.example", "s3cr3t"]
    private static let required: Set<String> = [
        "apps", "batch", "networking.k8s.io", "rbac.authorization.k8s.io", "autoscaling", "policy",
        "coordination.k8s.io", "apiextensions.k8s.io", "namespaces", "configmaps", "secrets", "services",
        "serviceaccounts", "persistentvolumeclaims", "resourcequotas", "limitranges", "deployments", "statefulsets",
    ]
    private static let free: Set<String> = ["gitCommit", "buildDate", "goVersion", "gitTreeState", "serverAddress"]

    init(_ file: String, in folder: String = "transcripts", seed: Int, handler: @escaping ServerHandler) throws {
        let document = try JSON.parse(Fixture.bytes("kubernetes/\(folder)/\(file).json"))
        self.handler = handler
        name = document["scenario"]?.string ?? file
        let recorded = document["namespace"]?.string
        var text = (document["steps"] ?? []).text
        if seed > 0, let recorded {
            text = Self.disguise(text, namespace: recorded, seed: seed)
            namespace = "\(recorded)-\(seed)"
        } else {
            namespace = recorded
        }
        steps = try JSON.parse(text).array ?? []
    }

    private static func disguise(_ text: String, namespace: String, seed: Int) -> String {
        var text = replace("(?<![A-Za-z0-9])\(namespace)(?![A-Za-z0-9])", "\(namespace)-\(seed)", in: text)
        text = text.replacing("t-extra-ns", with: "t-extra-ns-\(seed)")
        for name in names where !(name == "backend" && text.contains("/ingresses/")) {
            text = replace("(?<![A-Za-z0-9_.-])\(name)(?![A-Za-z0-9_-])", "q\(seed)\(name)", in: text)
        }
        for value in values { text = text.replacing(value, with: "q\(seed)\(value)") }
        text = text.replacing("YWJj", with: Data("ab\(seed)".utf8).base64EncodedString())
        return text.replacing("czNjcjN0", with: Data("q\(seed)s3cr3t".utf8).base64EncodedString())
    }

    private static func replace(_ pattern: String, _ replacement: String, in text: String) -> String {
        text.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
    }

    /// Makes the namespace that the scenario expects.
    func begin() async {
        guard let namespace else { return }
        let body: JSON = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]]
        _ = await call("POST", "/api/v1/namespaces", body: body.encoded())
    }

    private func call(
        _ method: String, _ path: String, query: JSONObject = [:], headers: [(name: String, value: String)]? = nil,
        body: [UInt8] = [], who: String = bearer
    ) async -> ServerResponse {
        var headers = headers ?? [("Content-Type", "application/json")]
        if who != "none" { headers.append(("Authorization", "Bearer \(who)")) }
        let pairs = query.map { (name: $0.key, value: $0.value.string ?? "") }
        return await handler(ServerRequest(method: method, path: path, query: pairs, headers: headers, body: body))
    }

    /// What differs in that step; nothing where it is equal.
    func step(_ number: Int) async throws -> [String] {
        let step = steps[number]
        let isRead = step["request"]?["method"]?.string == "GET"
        var attempts = Self.patient.contains(name) ? 30 : 1
        while true {
            let saved = (bound, versions)
            let found = try await answer(step)
            attempts -= 1
            if found.isEmpty || attempts <= 0 || (!isRead && !found[0].hasPrefix("status")) { return found }
            (bound, versions) = saved
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func answer(_ step: JSON) async throws -> [String] {
        let request = step["request"] ?? .null
        let expected = step["response"] ?? .null
        let who: String =
            switch request["credentials"]?.string {
            case nil: Self.bearer
            case "none": "none"
            default: token
            }
        let headers = (request["headers"]?.object ?? [:]).map { (name: $0.key, value: $0.value.string ?? "") }
        let body = request["rawBody"]?.string.map { Array($0.utf8) } ?? request["body"].map { fill($0).encoded() } ?? []
        let query = fill(request["query"] ?? [:]).object ?? [:]
        let response = await call(
            request["method"]?.string ?? "", fill(request["path"] ?? "").string ?? "", query: query, headers: headers,
            body: body, who: who)
        let media = response.headers.first { $0.name == "Content-Type" }?.value ?? ""
        let text = await Self.text(of: response)
        var got: JSON = .string(text)
        if media.contains("json") {
            got =
                query["watch"] == nil
                ? try JSON.parse(text)
                : .array(try text.split(separator: "\n").map { try JSON.parse(String($0)) })
        }
        if got["kind"]?.string == "TokenRequest" { token = got["status"]?["token"]?.string ?? token }
        var found: [String] = []
        if expected["status"]?.int != Int64(response.status) {
            found.append("status: want \(expected["status"] ?? .null), got \(response.status) \(text.prefix(300))")
        }
        for name in ["Content-Type", "Warning"] {
            let value = response.headers.first { $0.name == name }?.value
            if expected["headers"]?[name]?.string != value { found.append("\(name): got \(value ?? "nothing")") }
        }
        kind = got["kind"]?.string
        isListing = kind?.hasSuffix("List") == true || kind?.hasSuffix("Table") == true
        return found.isEmpty ? compare(expected["body"] ?? .null, got, "body") : found
    }

    private static func text(of response: ServerResponse) async -> String {
        switch response.body {
        case .bytes(let bytes), .cut(let bytes, _): return String(decoding: bytes, as: UTF8.self)
        case .stream(let stream):
            var all: [UInt8] = []
            for await piece in stream { all += piece }
            return String(decoding: all, as: UTF8.self)
        }
    }
}

// MARK: - Placeholders

extension TranscriptReplay {
    private var placeholder: Regex<Substring> { /<(?:uid|clusterIP|continue):\d+>/ }

    private func fill(_ value: JSON) -> JSON {
        switch value {
        case .object(let members):
            return .object(
                JSONObject(
                    members.map { .init(key: fill(.string($0.key)).string ?? $0.key, value: fill($0.value)) }))
        case .array(let items): return .array(items.map(fill))
        case .string(let text): return .string(fill(text))
        default: return value
        }
    }

    private func fill(_ text: String) -> String {
        if let match = text.wholeMatch(of: /<x repeated (\d+) times>/), let count = Int(match.1) {
            return String(repeating: "x", count: count)
        }
        if let match = text.wholeMatch(of: /<rv:(\d+)>/), let number = Int64(match.1) {
            return String(versions[number] ?? -1)
        }
        return text.replacing(placeholder) { bound[String($0.0)] ?? String($0.0) }
    }

    private func compareVersion(_ number: Int64, _ got: JSON, _ at: String) -> [String] {
        guard let text = got.string, let version = Int64(text) else {
            return ["\(at): want a resourceVersion, got \(got.text)"]
        }
        if let known = versions[number] {
            let moves =
                isListing && at == "body.metadata.resourceVersion"
                || at.wholeMatch(of: /body\[\d+\]\.object\.metadata\.resourceVersion/) != nil
            if moves { return version >= known ? [] : ["\(at): \(version) is older than \(known)"] }
            return known == version ? [] : ["\(at): want resourceVersion \(known) (<rv:\(number)>), got \(version)"]
        }
        for (other, known) in versions where (other < number) != (known < version) {
            return ["\(at): resourceVersion \(version) (<rv:\(number)>) is out of order with \(known) (<rv:\(other)>)"]
        }
        versions[number] = version
        return []
    }

    private func compareText(_ want: String, _ got: JSON, _ at: String) -> [String] {
        if let match = want.wholeMatch(of: /<rv:(\d+)>/), let number = Int64(match.1) {
            return compareVersion(number, got, at)
        }
        let text = got.string ?? got.text
        if want == "<time>" {
            return text.prefixMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) != nil
                ? [] : ["\(at): want a time, got \(text)"]
        }
        if want == "<token>" { return text.isEmpty ? ["\(at): want a token"] : [] }
        if at.firstMatch(of: /\.cells\[\d+\]$/) != nil, want.wholeMatch(of: /\d+[smhd]/) != nil {
            return text.wholeMatch(of: /\d+[smhd]/) != nil ? [] : ["\(at): want an age, got \(text)"]
        }
        let (pattern, names) = pattern(of: fillRepeats(want))
        let mistake = ["\(at): want \(want.prefix(200)), got \(text.prefix(200))"]
        guard got.string != nil,
            let expression = try? NSRegularExpression(pattern: pattern, options: [.dotMatchesLineSeparators]),
            let match = expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text))
        else { return mistake }
        var taken: [String] = []
        var fresh: [(String, String)] = []
        for (index, name) in names.enumerated() {
            guard let range = Range(match.range(at: index + 1), in: text) else { return mistake }
            let value = String(text[range])
            if bound.values.contains(value) { taken.append(value) }
            fresh.append((name, value))
        }
        for (name, value) in fresh { bound[name] = value }
        return taken.map { "\(at): \($0) already stands for another placeholder" }
    }

    private func fillRepeats(_ text: String) -> String { text.hasPrefix("<x rep") ? fill(text) : text }

    /// A pattern for the whole text, and the placeholders that its groups stand for.
    private func pattern(of want: String) -> (pattern: String, names: [String]) {
        var pattern = "^"
        var names: [String] = []
        var rest = want[...]
        while let match = rest.firstMatch(of: /<(?:uid|clusterIP|continue):\d+>|<random>/) {
            pattern += NSRegularExpression.escapedPattern(for: String(rest[..<match.range.lowerBound]))
            let name = String(match.0)
            if name == "<random>" {
                pattern += "[a-z0-9]{5}"
            } else if let value = bound[name] {
                pattern += NSRegularExpression.escapedPattern(for: value)
            } else {
                pattern += "(.+)"
                names.append(name)
            }
            rest = rest[match.range.upperBound...]
        }
        return (pattern + NSRegularExpression.escapedPattern(for: String(rest)) + "$", names)
    }
}

// MARK: - Comparison

extension TranscriptReplay {
    private func compare(_ want: JSON, _ got: JSON, _ at: String) -> [String] {
        switch want {
        case .string(let text): return compareText(text, got, at)
        case .object(let members): return compareObjects(members, got, at)
        case .array(let items): return compareLists(items, got, at)
        default: return want == got ? [] : ["\(at): want \(want.text), got \(got.text.prefix(200))"]
        }
    }

    private func compareObjects(_ want: JSONObject, _ got: JSON, _ at: String) -> [String] {
        guard let members = got.object else { return ["\(at): want an object, got \(got.text.prefix(120))"] }
        if kind != "TokenRequest", let uid = members["uid"]?.string, let time = members["creationTimestamp"]?.string {
            if created[uid, default: time] != time { return ["\(at).creationTimestamp: has changed"] }
            created[uid] = time
        }
        var found = want.filter { members[$0.key] == nil }.map { "\(at).\($0.key): missing" }
        found += members.filter { want[$0.key] == nil }.map { "\(at).\($0.key): not in the recording" }
        for member in want where !Self.free.contains(member.key) {
            if let value = members[member.key] { found += compare(member.value, value, "\(at).\(member.key)") }
        }
        return found
    }

    private func compareLists(_ want: [JSON], _ got: JSON, _ at: String) -> [String] {
        guard var got = got.array else { return ["\(at): want a list, got \(got.text.prefix(120))"] }
        var want = want
        if at.hasSuffix(".causes") || at.hasSuffix("Rules") {
            (want, got) = (want.sorted { $0.text < $1.text }, got.sorted { $0.text < $1.text })
        }
        if at.hasSuffix(".managedFields") {
            func manager(_ entry: JSON) -> String {
                ["manager", "operation", "subresource"].map { entry[$0]?.string ?? "" }.joined(separator: "\u{0}")
            }
            (want, got) = (want.sorted { manager($0) < manager($1) }, got.sorted { manager($0) < manager($1) })
        }
        if name == "discovery", [".groups", ".resources", ".items"].contains(where: at.hasSuffix) {
            return compareDiscovery(want, got, at)
        }
        guard want.count == got.count else { return ["\(at): want \(want.count) elements, got \(got.count)"] }
        return zip(want, got).enumerated().flatMap { compare($0.element.0, $0.element.1, "\(at)[\($0.offset)]") }
    }

    /// A server may offer less than the recorded one, but nothing else, and not less than what is required.
    private func compareDiscovery(_ want: [JSON], _ got: [JSON], _ at: String) -> [String] {
        func identity(_ entry: JSON) -> String {
            (entry["metadata"] ?? entry)["name"]?.string ?? entry["resource"]?.string ?? ""
        }
        let known = Dictionary(want.map { (identity($0), $0) }) { first, _ in first }
        let offered = got.filter { !identity($0).hasSuffix("example.dev") }
        let absent = Self.required.intersection(known.keys).subtracting(offered.map(identity)).sorted()
        return absent.map { "\(at): \($0) is missing" }
            + offered.flatMap { entry in
                known[identity(entry)].map { compare($0, entry, "\(at)[\(identity(entry))]") }
                    ?? ["\(at): \(identity(entry)) is not in the recording"]
            }
    }
}
