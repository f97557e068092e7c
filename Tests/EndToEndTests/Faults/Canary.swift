import Cryptography
import Foundation

/// A value that may be seen nowhere, in none of the forms that text takes on its way.
struct Canary: Sendable {
    let name: String
    private let forms: [(form: String, bytes: Data)]

    init(_ name: String, _ value: String) {
        self.name = name
        let bytes = Array(value.utf8)
        var forms: [String: [UInt8]] = ["plain": bytes]
        for shift in 0..<3 {
            // Base64 looks different for each place in a group of three; the characters at the ends hold bits of neighbours.
            let text = Array(Base64.encode([UInt8](repeating: 0x20, count: shift) + bytes).utf8)
            let whole = text[[0, 2, 3][shift]..<((shift + bytes.count) * 8 / 6)]
            forms["Base64, shifted by \(shift)"] = Array(whole)
            forms["Base64 for URLs, shifted by \(shift)"] = whole.map {
                $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
            }
        }
        let hex = Hex.encode(bytes)
        forms["hexadecimal"] = Array(hex.utf8)
        forms["upper-case hexadecimal"] = Array(hex.uppercased().utf8)
        let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        let escaped = value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? value
        forms["percent-encoded"] = Array(escaped.utf8)
        forms["form-encoded"] = Array(escaped.replacing("%20", with: "+").utf8)
        let json = (try? JSONSerialization.data(withJSONObject: [value], options: [])).map { [UInt8]($0) } ?? []
        forms["JSON"] = Array(json.dropFirst(2).dropLast(2))
        forms["JSON without escaped slashes"] = Array(
            String(decoding: json.dropFirst(2).dropLast(2), as: UTF8.self).replacing("\\/", with: "/").utf8)
        self.forms = forms.map { ($0.key, Data($0.value)) }.sorted { $0.form < $1.form }
    }

    /// In what form the value is there; empty where it is not.
    func sightings(in content: Data) -> [String] { forms.filter { content.range(of: $0.bytes) != nil }.map(\.form) }
}

/// Whatever was seen of a run, under names.
struct Sightings {
    private var seen: [(name: String, content: Data)] = []

    mutating func add(_ name: String, _ content: Data) { seen.append((name, content)) }
    mutating func add(_ name: String, _ text: String) { add(name, Data(text.utf8)) }

    /// Every file below the folder but those that are named.
    mutating func add(filesOf folder: URL, except names: Set<String> = []) throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let file = folder.appending(path: path)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue,
                !names.contains(file.lastPathComponent)
            else { continue }
            add(file.path, try Data(contentsOf: file))
        }
    }

    /// `NAME in PLACE as FORM`
    func findings(of canaries: [Canary]) -> [String] {
        canaries.flatMap { canary in
            seen.flatMap { place in
                canary.sightings(in: place.content).map { "\(canary.name) in \(place.name) as \($0)" }
            }
        }
    }

    var bytes: Int { seen.reduce(0) { $0 + $1.content.count } }
}

/// What other users of the machine can see of processes, looked at again and again; and the variables of descendants.
final class ProcessWatch: @unchecked Sendable {  // because its lock guards what changes
    private let lock = NSLock()
    private var isOver = false
    private var lines: Set<Data> = []
    private let root: Int32

    /// - Parameter root: the process whose children's variables are looked at.
    init(root: Int32) {
        self.root = root
        Thread.detachNewThread { [self] in
            while !lock.withLock({ isOver }) {
                look()
                Thread.sleep(forTimeInterval: 0.03)
            }
        }
    }

    /// Ends the watch.
    func end() -> Data {
        lock.withLock {
            isOver = true
            return lines.reduce(into: Data()) { $0 += $1 + Data("\n".utf8) }
        }
    }

    private func look() {
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(Int32.init)
        var parents: [Int32: Int32] = [:]
        var found: [Data] = []
        for number in numbers {
            if let words = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") { found.append(words) }
            parents[number] = Self.parent(of: number)
        }
        for number in numbers where number != root && Self.descends(number, from: root, parents) {
            if let variables = FileManager.default.contents(atPath: "/proc/\(number)/environ") {
                found.append(variables)
            }
        }
        lock.withLock { lines.formUnion(found) }
    }

    private static func descends(_ number: Int32, from root: Int32, _ parents: [Int32: Int32]) -> Bool {
        var next = parents[number]
        while let parent = next, parent > 1 {
            if parent == root { return true }
            next = parents[parent]
        }
        return false
    }

    private static func parent(of number: Int32) -> Int32? {
        guard
            let text = FileManager.default.contents(atPath: "/proc/\(number)/stat").map({
                String(decoding: $0, as: UTF8.self)
            }),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 1 ? Int32(fields[1]) : nil
    }
}
