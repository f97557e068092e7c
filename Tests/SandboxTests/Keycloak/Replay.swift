import Cryptography
import Formats
import Foundation
import HTTPServer
import TestSupport

/// A recorded scenario, replayed against a handler.
struct Replay {
    /// How a scenario's names are changed: another realm, other people and groups.
    let seed: Int
    let steps: [JSON]
    private let realm: String
    private let handler: ServerHandler
    private var comparison = Comparison(base: "http://127.0.0.1:8080")
    private var clientToken = ""
    private var refreshToken = ""

    init(_ document: JSON, seed: Int, handler: @escaping ServerHandler) throws {
        self.seed = seed
        self.handler = handler
        let name = document["realm"]?.string ?? ""
        realm = seed == 0 ? name : "\(name)-\(seed)"
        let steps = document["steps"] ?? []
        self.steps = (try seed == 0 ? steps : Renaming(steps, realm: name, seed: seed).renamed()).array ?? []
    }

    /// Takes the realm away, before and after.
    func removeRealm() async {
        let token = await administratorToken()
        _ = await send("DELETE", "/admin/realms/\(realm)", headers: [("Authorization", "Bearer \(token)")])
    }

    /// Sends a step's request and says what differs from what was recorded.
    mutating func step(_ index: Int) async -> [String] {
        let (request, expected) = (steps[index]["request"] ?? [:], steps[index]["response"] ?? [:])
        let answer = await send(request, note: steps[index]["note"]?.string ?? "")
        let text = String(decoding: answer.bytes, as: UTF8.self)
        let got: JSON =
            answer.header("Content-Type")?.contains("json") == true && !text.isEmpty
            ? (try? JSON.parse(answer.bytes)) ?? .string(text) : .string(text)
        if let token = got["access_token"]?.string {
            clientToken = token
            refreshToken = got["refresh_token"]?.string ?? refreshToken
        }
        let status = expected["status"]?.int ?? 0
        var found: [String] = []
        if status != Int64(answer.status) {
            found.append("status: want \(status), got \(answer.status) \(text.prefix(200))")
        }
        let media = { (text: String?) in text.map { String($0.prefix { $0 != ";" }) } ?? "" }
        if media(expected["headers"]?["Content-Type"]?.string) != media(answer.header("Content-Type")) {
            found.append("media type: got \(answer.header("Content-Type") ?? "none")")
        }
        if let location = expected["headers"]?["Location"]?.string {
            found += comparison.text(location, .string(answer.header("Location") ?? ""), "Location")
        }
        guard found.isEmpty else { return found }
        return comparison.differences(expected["body"] ?? "", got, "body", exact: status >= 400)
    }

    private func send(_ request: JSON, note: String) async -> ServerResponse {
        var headers = (request["headers"]?.object ?? .init()).map { ($0.key, comparison.fill($0.value.string ?? "")) }
        let credentials = request["credentials"]?.string ?? ""
        if credentials.hasPrefix("admin") {
            headers.append(("Authorization", "Bearer \(await administratorToken())"))
        } else if credentials.hasPrefix("token of") {
            headers.append(("Authorization", "Bearer \(note.contains("garbage") ? "garbage" : clientToken)"))
        } else if note.hasSuffix("HTTP Basic") {
            headers.append(("Authorization", "Basic \(Base64.encode(Array("svc:s3cret-svc".utf8)))"))
        }
        var query: [(name: String, value: String)] = []
        for member in request["query"]?.object ?? .init() {
            let values = member.value.array ?? [member.value]
            query += values.map { (member.key, comparison.fill($0.string ?? $0.text)) }
        }
        return await send(
            request["method"]?.string ?? "", Self.quoted(comparison.fill(request["path"]?.string ?? "")), query: query,
            headers: headers, body: body(of: request))
    }

    private func body(of request: JSON) -> [UInt8] {
        if let form = request["form"]?.object {
            let fields = form.map { field in
                let value = comparison.fill(field.value.string ?? "")
                return (field.key, value == "<token>" ? refreshToken : value)
            }
            return Self.form(fields)
        }
        if let text = request["rawBody"]?.string { return Array(comparison.fill(text).utf8) }
        return request["body"].map { comparison.fill($0).encoded() } ?? []
    }

    private func administratorToken() async -> String {
        let form = [
            ("grant_type", "password"), ("client_id", "admin-cli"), ("username", "admin"), ("password", "admin"),
        ]
        let answer = await send(
            "POST", "/realms/master/protocol/openid-connect/token",
            headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Self.form(form))
        return (try? JSON.parse(answer.bytes))?["access_token"]?.string ?? ""
    }

    private func send(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [],
        headers: [(String, String)], body: [UInt8] = []
    ) async -> ServerResponse {
        await handler(
            ServerRequest(
                method: method, path: path, query: query,
                headers: [("Host", "127.0.0.1:8080")] + headers.map { (name: $0.0, value: $0.1) }, body: body))
    }

    private static func form(_ fields: [(String, String)]) -> [UInt8] {
        Array(
            fields.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }.joined(separator: "&").utf8
        )
    }

    /// The path with everything escaped that may not stand in one.
    private static func quoted(_ path: String) -> String {
        path.map { "/~%:@".contains($0) ? String($0) : PercentEncoding.encode(String($0)) }.joined()
    }
}

extension ServerResponse {
    var bytes: [UInt8] { if case .bytes(let bytes) = body { bytes } else { [] } }
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Gives a scenario other names, so that no table of answers passes.
private struct Renaming {
    private let steps: JSON
    private let realm: String
    private let seed: Int

    init(_ steps: JSON, realm: String, seed: Int) {
        self.steps = steps
        self.realm = realm
        self.seed = seed
    }

    func renamed() throws -> JSON {
        var text = steps.text
        func replace(_ pattern: String, by name: String) throws {
            text = try NSRegularExpression(pattern: pattern).stringByReplacingMatches(
                in: text, range: NSRange(location: 0, length: text.utf16.count), withTemplate: name)
        }
        try replace("(?<![A-Za-z0-9])\(realm)", by: "\(realm)-\(seed)")
        for name in names.sorted(by: { $0.count > $1.count }) where !["base", "admin"].contains(name) {
            let capitalized = name.prefix(1).uppercased() + name.dropFirst()
            for (old, new) in [
                (name, "q\(seed)\(name)"), (capitalized, "Q\(seed)\(capitalized)"),
                (name.uppercased(), "Q\(seed)\(name.uppercased())"),
            ] {
                try replace("(?<![A-Za-z0-9_.-])\(old)(?![A-Za-z0-9_-])", by: new)
            }
        }
        for value in ["Lovelace", "Operators"] {
            text = text.replacing(value, with: "\(value.prefix(1))q\(seed)\(value.dropFirst())")
        }
        return try JSON.parse(text)
    }

    /// The names that the scenario makes, and what it searches for that they begin with.
    private var names: Set<String> {
        let requests = (steps.array ?? []).compactMap { $0["request"] }
        // The users of an import are listed in an order that depends on their names.
        guard !requests.contains(where: { $0["path"]?.string?.contains("/partialImport") == true }) else { return [] }
        let made = requests.filter {
            $0["path"]?.string?.contains(/\/(users|groups|children|organizations|roles)$/) == true
        }
        var names = Set(
            made.compactMap { $0["body"]?["username"]?.string ?? $0["body"]?["name"]?.string }
                .filter { $0.wholeMatch(of: /[a-z][a-z0-9-]{2,30}/) != nil })
        for request in requests {
            guard let search = request["query"]?["search"]?.string, search.wholeMatch(of: /[a-z]+/) != nil,
                names.contains(where: { $0.hasPrefix(search) })
            else { continue }
            names.insert(search)
        }
        return names
    }
}
