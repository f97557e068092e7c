import Formats

/// Finds the place in a manifest that a message of the server is about.
struct FieldPlace {
    let manifest: JSON
    private let root: FieldSchema
    /// The object that the server looked at, where it is more than the manifest: its lists may have other indexes.
    private let merged: JSON?

    init(manifest: JSON, root: FieldSchema, merged: JSON? = nil) {
        self.manifest = manifest
        self.root = root
        self.merged = merged
    }

    /// The place of `spec.template.spec.containers[0].image`. What is not there is named behind the last thing that is.
    func pointer(_ problem: FieldProblem) -> JSONPointer {
        var walk = Walk(value: manifest, merged: merged, schema: root)
        for token in Self.tokens(problem.place ?? problem.field) { walk.step(token) }
        if let member = problem.member { walk.step(member) }
        return walk.pointer
    }

    /// `spec.limits[0].defaultRequest[cpu]` in its parts. What stands in brackets may hold dots.
    static func tokens(_ field: String) -> [String] {
        var tokens: [String] = []
        var token = ""
        var isBracket = false
        func finish() {
            if !token.isEmpty { tokens.append(token) }
            token = ""
        }
        for scalar in field.unicodeScalars {
            switch scalar {
            case "[" where !isBracket:
                finish()
                isBracket = true
            case "]" where isBracket:
                finish()
                isBracket = false
            case "." where !isBracket: finish()
            default: token.unicodeScalars.append(scalar)
            }
        }
        finish()
        return tokens
    }

    private struct Walk {
        var pointer = JSONPointer()
        private var value: JSON?
        private var merged: JSON?
        private var schema: FieldSchema?
        /// Set once the way leads out of the manifest in a list, whose further elements are not its own.
        private var isLost = false

        init(value: JSON, merged: JSON?, schema: FieldSchema) {
            (self.value, self.merged, self.schema) = (value, merged, schema)
        }

        mutating func step(_ token: String) {
            guard !isLost else { return }
            if case .list(let kind)? = schema?.shape {
                guard let index = JSONPointer.index(token), let place = place(of: index, kind) else {
                    isLost = merged != nil
                    return isLost ? () : move(token, value: nil)
                }
                return move(String(place), value: value?.array?[place], merged: merged?.array?[index])
            }
            for name in Self.ways(token, at: pointer) where value?[name] != nil {
                return move(name, value: value?[name])
            }
            if ["labels", "annotations"].contains(token), pointer.tokens.last == "template" { step("metadata") }
            move(token, value: value?[token])
        }

        private mutating func move(_ token: String, value: JSON?, merged below: JSON? = nil) {
            schema = if case .list? = schema?.shape { schema?.element } else { schema?.member(token) }
            merged = below ?? merged?[token]
            self.value = value
            pointer.tokens.append(token)
        }

        /// The names under which the manifest may hold what the server speaks of.
        private static func ways(_ token: String, at pointer: JSONPointer) -> [String] {
            switch (pointer.tokens, token) {
            case (["spec"], "clusterIPs"): ["clusterIPs", "clusterIP"]
            case ([], "data"): ["data", "stringData"]
            default: [token]
            }
        }

        /// Where the element with that index of the merged list stands in the manifest's.
        private func place(of index: Int, _ kind: FieldSchema.ListKind) -> Int? {
            guard let elements = value?.array else { return nil }
            guard kind != .atomic, let schema, let others = merged?.array, index < others.count,
                let key = try? schema.element(others[index], of: kind)
            else { return index < elements.count ? index : nil }
            return elements.firstIndex { (try? schema.element($0, of: kind)) == key }
        }
    }
}
