import Formats

/// A column of its own that a definition adds to the tables of its objects.
struct PrinterColumn: Sendable, Hashable {
    let name: String
    let type: String
    let format: String
    let description: String
    let priority: Int64
    private let path: CellPath

    init(_ json: JSON) {
        name = json["name"]?.string ?? ""
        type = json["type"]?.string ?? "string"
        format = json["format"]?.string ?? ""
        description =
            json["description"]?.string
            ?? "Custom resource definition column (in JSONPath format): \(json["jsonPath"]?.string ?? "")"
        priority = json["priority"]?.int ?? 0
        path = CellPath(json["jsonPath"]?.string ?? "")
    }

    var column: TableColumn {
        TableColumn(name: name, type: type, format: format, priority: priority, description: description) { row in
            cell(path.values(in: row.object), row)
        }
    }

    /// What a cell shows: nothing of another type than the column's.
    private func cell(_ values: [JSON], _ row: TableRow) -> JSON {
        guard let first = values.first else { return .null }
        switch (type, first) {
        case ("integer", .int), ("number", .int), ("number", .double), ("boolean", .bool): return first
        case ("integer", .double(let number)):
            return Int64(exactly: number.rounded(.towardZero)).map { .int($0) } ?? .null
        case ("integer", _), ("number", _), ("boolean", _): return .null
        case ("date", _):
            guard let time = first.string.flatMap(RFC3339.seconds) else { return "<invalid>" }
            return .string(HumanDuration.text(row.now - time))
        default: return .string(first.string ?? first.text)
        }
    }
}

/// The part of JSONPath that columns use: `.a.b`, `['a']`, `[0]`, `[*]`, `[?(@.type=="Ready")]`.
struct CellPath: Sendable, Hashable {
    private enum Step: Sendable, Hashable {
        case member(String)
        case index(Int)
        case all
        case matching([String], String)
    }

    private let steps: [Step]

    init(_ text: String) {
        var rest = text[...]
        if rest.first == "$" { rest = rest.dropFirst() }
        var steps: [Step] = []
        while let character = rest.first {
            if character == "[" {
                let end = Self.end(of: rest)
                steps.append(Self.bracket(rest[..<end].dropFirst()))
                rest = rest[end...].dropFirst()
            } else {
                if character == "." { rest = rest.dropFirst() }
                var name = ""
                while let next = rest.first, next != ".", next != "[" {
                    rest = rest.dropFirst()
                    // A dot that belongs to the name is escaped.
                    if next == "\\", let escaped = rest.popFirst() { name.append(escaped) } else { name.append(next) }
                }
                if !name.isEmpty { steps.append(name == "*" ? .all : .member(name)) }
            }
        }
        self.steps = steps
    }

    /// Where the bracket that begins the text is closed; brackets within quotes do not count.
    private static func end(of text: Substring) -> Substring.Index {
        var quote: Character?
        for index in text.indices {
            if let open = quote {
                if text[index] == open { quote = nil }
            } else if text[index] == "'" || text[index] == "\"" {
                quote = text[index]
            } else if text[index] == "]" {
                return index
            }
        }
        return text.endIndex
    }

    private static func bracket(_ text: Substring) -> Step {
        if text == "*" { return .all }
        if let index = Int(text) { return .index(index) }
        let quotes: (Character) -> Bool = { $0 == "'" || $0 == "\"" }
        guard text.hasPrefix("?("), let equals = text.firstRange(of: "==") else {
            return .member(String(text.drop(while: quotes).prefix { !quotes($0) }))
        }
        let left = text[..<equals.lowerBound].dropFirst(2).filter { $0 != " " && $0 != "@" }
        let right = text[equals.upperBound...].drop { $0 == " " || quotes($0) }
        return .matching(
            left.split(separator: ".").map(String.init), String(right.prefix { !quotes($0) && $0 != ")" && $0 != " " }))
    }

    func values(in object: JSON) -> [JSON] {
        steps.reduce([object]) { values, step in values.flatMap { Self.take(step, from: $0) } }
    }

    private static func take(_ step: Step, from value: JSON) -> [JSON] {
        switch step {
        case .member(let name): return value[name].map { [$0] } ?? []
        case .index(let index):
            let elements = value.array ?? []
            let place = index < 0 ? elements.count + index : index
            return elements.indices.contains(place) ? [elements[place]] : []
        case .all: return value.array ?? value.object?.map(\.value) ?? []
        case .matching(let path, let text):
            return (value.array ?? []).filter { element in
                element[path: path].map { ($0.string ?? $0.text) == text } ?? false
            }
        }
    }
}
