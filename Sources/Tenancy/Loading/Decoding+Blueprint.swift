import Formats

extension Blueprint {
    /// `paths` are those of the folder's files, relative to it and sorted.
    convenience init?(_ fields: Fields, id: BlueprintID, folder: String, paths: [String], isSound: Bool) {
        let spec = fields["spec"]
        guard let version = spec["version"].text else { return nil }
        self.init(
            id: BlueprintID(name: id.name, version: version),
            scope: spec["scope"].text.flatMap { Scope(rawValue: $0) } ?? .tenant, values: spec["values"].node,
            valuesSchema: spec["valuesSchema"].marked,
            tenantValues: spec["tenantValues"].markedElements.map(\.value),
            secrets: spec["secrets"].members.map { GeneratedSecret($0.key, $0.value) },
            external: spec["external"].markedElements.map(\.value),
            selections: spec["manifests"].elements.compactMap { Selection($0, paths: paths) },
            rules: Rule.all(spec),
            actions: spec["actions"].members.compactMap { Action($0.key, $0.value) },
            checks: spec["checks"].elements.compactMap { Check($0) },
            outputs: spec["outputs"].members.compactMap { member in
                member.value.marked.map { (member.key.value, $0) }
            },
            folder: folder, source: Place(file: fields.file), isSound: isSound)
    }
}

extension Blueprint.Selection {
    init?(_ fields: Fields, paths: [String]) {
        guard let path = fields["path"].marked else { return nil }
        self.init(
            path: path, when: fields["when"].marked, forEach: fields["forEach"].marked, element: fields["as"].text,
            isRaw: fields["raw"].bool ?? false, files: paths.filter { PathPattern.matches($0, path.value) })
    }
}

extension Blueprint.GeneratedSecret {
    init(_ name: Marked<String>, _ fields: Fields) {
        let keys = fields.members.map { key, value in
            let source: Blueprint.SecretValue.Source =
                if let variable = value["env"].marked {
                    .environment(variable)
                } else {
                    .generate(length: value["generate"]["length"].int ?? 32)
                }
            return Blueprint.SecretValue(key: key.value, source: source, rotation: value["rotation"].int ?? 0)
        }
        self.init(name: name.value, keys: keys.sorted { $0.key < $1.key }, place: name.place)
    }
}

/// Paths with `*` and `?`, which stand for characters of one part of a path.
enum PathPattern {
    static func matches(_ path: String, _ pattern: String) -> Bool {
        let (parts, patterns) = (path.split(separator: "/"), pattern.split(separator: "/"))
        return parts.count == patterns.count
            && zip(parts, patterns).allSatisfy { matches(Array($0.utf8), Array($1.utf8)) }
    }

    /// Backtracks to the last `*` alone, so the time is at most the product of both lengths.
    private static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
        var (position, place) = (0, 0)
        var star: (place: Int, position: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (place, position)
                place += 1
            } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == text[position] {
                position += 1
                place += 1
            } else if let last = star {
                star = (last.place, last.position + 1)
                position = last.position + 1
                place = last.place + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
