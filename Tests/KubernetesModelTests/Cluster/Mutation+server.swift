import Formats

extension Mutation {
    /// A server's answer to a dry run in the shape of the recordings.
    func verdict(of status: Int, _ body: JSON) -> JSON {
        if status == 200 { return accepted(withoutNewPorts(body)) }
        var verdict: JSON = [
            "status": .int(Int64(status)), "message": body["message"] ?? .null, "reason": body["reason"] ?? .null,
        ]
        if let causes = body[path: "details", "causes"]?.array {
            let texts = causes.map { cause in ["reason", "field", "message"].map { cause[$0]?.string ?? "" } }
            verdict["causes"] = .array(
                texts.sorted { $0.lexicographicallyPrecedes($1) }.map { .array($0.map(JSON.string)) })
        }
        return verdict
    }

    /// Where what this program says differs from the server's verdict. Lines about nothing but the choice of words begin so.
    func disagreements(_ server: JSON, force: Bool) -> [String] {
        let ours = verdict(force: force)
        var found: [String] = []
        let (outcome, expected) = (Self.outcome(server), Self.outcome(ours))
        if outcome != expected {
            let words = [server, ours].map { $0["message"]?.string.map { ": \($0)" } ?? "" }
            found.append("the server says \(outcome)\(words[0]), we say \(expected)\(words[1])")
        } else {
            for part in ["pointers", "ownership", "result"] {
                found += Recording.differences(server[part], ours[part]).map { "\(part) \($0)" }
            }
            let (theirs, mine) = (Self.fields(server), Self.fields(ours))
            if theirs != mine, server["status"] != 409 {
                found.append("words: the server refuses \(theirs), we \(mine)")
            } else if server["status"] == 409, server["causes"] != ours["causes"] {
                found.append(
                    "the server's conflicts \(server["causes"]?.text ?? ""), ours \(ours["causes"]?.text ?? "")")
            } else {
                found += Recording.differences(server["message"], ours["message"]).map { "words \($0)" }
            }
        }
        return found
    }

    /// The object without the ports of nodes that the server has just handed out, which nobody can foretell.
    private func withoutNewPorts(_ object: JSON) -> JSON {
        guard object["kind"] == "Service" else { return object }
        let known = [live, manifest].map { ($0[path: "spec", "ports"]?.array ?? []).compactMap { $0["nodePort"] } }
        var object = object
        let ports = (object[path: "spec", "ports"]?.array ?? []).map { port in
            var port = port
            if let number = port["nodePort"], !known.joined().contains(number) { port["nodePort"] = nil }
            return port
        }
        if !ports.isEmpty { object["spec"]?["ports"] = .array(ports) }
        let key = "healthCheckNodePort"
        if ![live, manifest].contains(where: { $0["spec"]?[key] == object["spec"]?[key] }) {
            object["spec"]?[key] = nil
        }
        return object
    }

    private static func outcome(_ verdict: JSON) -> String {
        switch (verdict["status"]?.int, verdict["changed"]?.bool) {
        case (200?, false?): "same"
        case (200?, _): "changed"
        case (let status?, _): "\(status)"
        default: "nothing"
        }
    }

    private static func fields(_ verdict: JSON) -> [String] {
        (verdict["causes"]?.array ?? []).compactMap { $0.array?[1].string }
    }
}
