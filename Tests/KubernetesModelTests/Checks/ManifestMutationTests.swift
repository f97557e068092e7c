import Formats
import Foundation
import KubernetesModel
import TestSupport
import Testing

/// What is said about 1,530 changed manifests before any server is asked, against what the real server said of them.
@Suite struct ManifestMutationTests {
    private struct Tally {
        var refused = 0
        var accepted = 0
        /// Refused by the server, and here at the same place.
        var found = 0
        /// The same without the live object.
        var foundOffline = 0
        var misses: [String] = []
        var wrongly: [String] = []
    }

    @Test func refusesWhatTheServerRefusesAtItsPlace() throws {
        var tally = Tally()
        for file in try Fixture.names(in: "kubernetes/mutations", ending: ".jsonl") {
            for line in try Recording.mutations(file) { try judge(line, file, &tally) }
        }
        #expect(tally.refused == 443)
        #expect(tally.accepted == 1087)
        #expect(tally.found == 443)
        #expect(tally.foundOffline == 419)
        #expect(tally.wrongly == [], "refused here, accepted there")
        try Golden.check(
            tally.misses.map { $0 + "\n" }.joined(), "kubernetes/golden/manifest-misses.txt")
    }

    private func judge(_ line: JSON, _ file: String, _ tally: inout Tally) throws {
        let mutation = Mutation(line)
        let gvk = GroupVersionKind(
            apiVersion: mutation.live["apiVersion"]?.string ?? "", kind: mutation.live["kind"]?.string ?? "")
        let check = try #require(BuiltinKinds.kind(gvk).flatMap { ManifestCheck(kind: $0) })
        let problems = check.problems(in: mutation.manifest, live: mutation.live)
        // A conflict says nothing of the manifest; the answer to the forced apply does.
        let verdict = line["forced"] ?? line["verdict"] ?? .null
        let offline = check.problems(in: mutation.manifest)
        guard let code = verdict["status"]?.int, code == 422 || code == 500 else {
            tally.accepted += 1
            if let first = (problems + offline).first {
                tally.wrongly.append("\(file) \(mutation.id): \(first.message)")
            }
            return
        }
        tally.refused += 1
        let wanted = ServerPlaces(verdict, in: mutation.manifest)
        let text = "\(mutation.id) \(file): \((verdict["message"]?.string ?? "").prefix(160))".split(separator: "\n")[0]
        if wanted.isCovered(by: problems, in: mutation.manifest) {
            tally.found += 1
        } else {
            tally.misses.append("with the live object: \(text)")
        }
        if wanted.isTouched(by: offline, in: mutation.manifest) {
            tally.foundOffline += 1
        } else {
            tally.misses.append("by the manifest alone: \(text)")
        }
    }
}

/// The places in a manifest that a refusal names.
struct ServerPlaces {
    /// Empty where the server says only what is wrong, not where.
    let pointers: [JSONPointer]

    /// Whether there is a finding at every place, or any at all where the server names none.
    func isCovered(by problems: [ManifestProblem], in manifest: JSON) -> Bool {
        let places = Self.places(problems, manifest)
        return pointers.isEmpty ? !places.isEmpty : pointers.allSatisfy { isMet($0, places, manifest) }
    }

    /// Whether there is a finding at one of the places.
    func isTouched(by problems: [ManifestProblem], in manifest: JSON) -> Bool {
        let places = Self.places(problems, manifest)
        return pointers.isEmpty ? !places.isEmpty : pointers.contains { isMet($0, places, manifest) }
    }

    /// Of a list the server does not say which element.
    private func isMet(_ wanted: JSONPointer, _ places: Set<JSONPointer>, _ manifest: JSON) -> Bool {
        if places.contains(wanted) { return true }
        return manifest[wanted]?.array != nil && places.contains { wanted.contains($0) }
    }

    private static func places(_ problems: [ManifestProblem], _ manifest: JSON) -> Set<JSONPointer> {
        Set(problems.filter { !$0.pointer.tokens.isEmpty }.map { existing($0.pointer, in: manifest) })
    }

    init(_ verdict: JSON, in manifest: JSON) {
        var pointers: [JSONPointer] = []
        for cause in verdict["causes"]?.array ?? [] {
            let tokens = Self.parts(cause.array?[1].string ?? "").map(\.text)
            pointers.append(Self.existing(JSONPointer(tokens), in: manifest))
        }
        let message = verdict["message"]?.string ?? ""
        if verdict["status"] == 500, let patch = message.range(of: "failed to create typed patch object (") {
            let lines = message[patch.upperBound...].split(separator: "\n")
            for line in lines {
                let text = line.range(of: "): ").map { line[$0.upperBound...] } ?? line
                let path = text.trimmingCharacters(in: .whitespaces)
                if path.hasPrefix("."), let end = Self.end(of: path) {
                    pointers.append(Self.resolved(String(path[..<end]), in: manifest))
                }
            }
        }
        self.pointers = pointers
    }

    /// The pointer as far as it leads to something.
    static func existing(_ pointer: JSONPointer, in manifest: JSON) -> JSONPointer {
        var place = pointer
        while manifest[place] == nil, !place.tokens.isEmpty { place.tokens.removeLast() }
        return place
    }

    private static func end(of path: String) -> String.Index? {
        var depth = 0
        for index in path.indices {
            switch path[index] {
            case "[": depth += 1
            case "]": depth -= 1
            case ":" where depth == 0: return index
            default: break
            }
        }
        return nil
    }

    /// `.spec.a[0]` and `a[key=1]` in their parts.
    private static func parts(_ path: String) -> [(text: String, isBracket: Bool)] {
        path.matches(of: /\[([^\]]*)\]|([^.\[\]]+)/).map {
            $0.output.1.map { (String($0), true) } ?? (String($0.output.2 ?? ""), false)
        }
    }

    /// A path with lists' elements by their keys. Names may hold dots, so that parts are joined until there is such a member.
    private static func resolved(_ path: String, in manifest: JSON) -> JSONPointer {
        var pointer = JSONPointer()
        var value: JSON? = manifest
        var pending = ""
        for (text, isBracket) in parts(path) {
            guard isBracket else {
                pending += pending.isEmpty ? text : ".\(text)"
                if let next = value?[pending] {
                    pointer = pointer.appending(pending)
                    value = next
                    pending = ""
                }
                continue
            }
            let index = Int(text) ?? value?.array?.firstIndex { matches($0, text) }
            guard let index, let elements = value?.array, index < elements.count else { break }
            pointer = pointer.appending(index)
            value = elements[index]
        }
        return pointer
    }

    private static func matches(_ element: JSON, _ key: String) -> Bool {
        key.split(separator: ",").allSatisfy { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let wanted = try? JSON.parse(String(parts[1]))
            return parts[0].isEmpty ? element == wanted : (element[String(parts[0])] ?? "TCP") == wanted
        }
    }
}
