import Formats

// Values that a blueprint declares and nothing reads.
extension Lint {
    mutating func lookAtValues() {
        for (id, blueprint) in fleet.blueprints {
            var used = UsedValues()
            for file in files.blueprintFiles[id] ?? [] where file.path != blueprint.valuesSchema?.value {
                used.read(file.bytes)
            }
            // When, forEach, checks and outputs stand in the blueprint's own file.
            for text in texts(of: blueprint) { used.read(Array(text.utf8)) }
            guard let values = blueprint.values else { continue }
            look(at: values, [], used, blueprint)
        }
    }

    private func texts(of blueprint: Blueprint) -> [String] {
        blueprint.selections.flatMap { [$0.when, $0.forEach] }.compactMap { $0?.value }
            + blueprint.outputs.map(\.text.value) + blueprint.checks.flatMap(\.texts)
            + blueprint.secrets.flatMap(\.keys).compactMap { key in
                if case .environment(let name) = key.source { name.value } else { nil }
            }
    }

    /// Names the outermost value of which nothing is read.
    private mutating func look(at node: Node, _ path: [String], _ used: UsedValues, _ blueprint: Blueprint) {
        for entry in node.mapping ?? [] {
            let inner = path + [entry.key]
            if used.touches(inner) {
                look(at: entry.value, inner, used, blueprint)
            } else if !used.covers(inner) {
                warn(
                    .unusedValue, at: Place(file: blueprint.source.file, mark: entry.keyMark),
                    "no expression of blueprint '\(blueprint.id.name)' reads the value '\(inner.joined(separator: "."))'"
                )
            }
        }
    }
}

/// The paths below `values` that texts with expressions name. Where a path is not told by names alone, it ends early and stands for
/// all below it.
private struct UsedValues {
    private var paths: Set<[String]> = []

    /// Whether something below the path is read by name.
    func touches(_ path: [String]) -> Bool {
        paths.contains { $0.count > path.count && Array($0.prefix(path.count)) == path }
    }

    /// Whether the path, or all of a map that it is in, is read.
    func covers(_ path: [String]) -> Bool {
        paths.contains { path.count >= $0.count && Array(path.prefix($0.count)) == $0 }
    }

    mutating func read(_ bytes: [UInt8]) {
        let word = Array("values".utf8)
        var index = 0
        while let start = bytes[index...].firstIndex(of: word[0]) {
            index = start + 1
            guard bytes[start...].starts(with: word),
                start == 0 || !Self.isName(bytes[start - 1]) && bytes[start - 1] != UInt8(ascii: ".")
            else { continue }
            index = start + word.count
            guard index == bytes.count || !Self.isName(bytes[index]) else { continue }
            paths.insert(path(in: bytes, &index))
        }
    }

    /// `.api.replicas` and `["api"]` behind `values`.
    private func path(in bytes: [UInt8], _ index: inout Int) -> [String] {
        var path: [String] = []
        while index < bytes.count {
            let rest = bytes[index...]
            if rest.first == UInt8(ascii: "."), let name = rest.dropFirst().first, Self.isName(name) {
                let part = rest.dropFirst().prefix(while: Self.isName)
                path.append(String(decoding: part, as: UTF8.self))
                index = part.endIndex
            } else if rest.first == UInt8(ascii: "["), let quote = rest.dropFirst().first,
                quote == 0x22 || quote == 0x27
            {
                let part = rest.dropFirst(2).prefix { $0 != quote }
                path.append(String(decoding: part, as: UTF8.self))
                index = min(bytes.count, part.endIndex + 2)
            } else {
                break
            }
        }
        // A method of the value, as in `values.name.startsWith('a')`, is no part of the path.
        if index < bytes.count, bytes[index] == UInt8(ascii: "("), !path.isEmpty { path.removeLast() }
        return path
    }

    private static func isName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
            || (0x61...0x7a).contains(byte)
    }
}
